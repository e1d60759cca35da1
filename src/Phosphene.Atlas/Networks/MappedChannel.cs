namespace Phosphene.Atlas.Networks;

/// <summary>What the weights tell of a channel.</summary>
/// <param name="Similar">The channels of its layer with the most similar weights, with the cosine.</param>
/// <param name="From">The channels that it is made of with the largest weights, those above 0 first.</param>
/// <param name="To">The channels that are made of it with the largest weights, those above 0 first.</param>
public sealed record MappedChannel(IReadOnlyList<MappedLink> Similar, IReadOnlyList<MappedLink> From, IReadOnlyList<MappedLink> To);

/// <summary>A channel that another is joined to.</summary>
/// <param name="Layer">Its layer, by number; null if it is the same one.</param>
/// <param name="Channel">Its number in the layer.</param>
/// <param name="Weight">How strongly, by the weights along all ways between the two, with what is not linear left out; of similar channels the cosine of their weights.</param>
public sealed record MappedLink(int? Layer, int Channel, double Weight);

/// <summary>A branch of a layer that puts several side by side.</summary>
/// <param name="Name">Its name, without that of the module.</param>
/// <param name="Channels">How many channels it has.</param>
public sealed record MappedBranch(string Name, int Channels);
