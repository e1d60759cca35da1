using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>The units of a dictionary as channels, which are made of those of another layer at each position.</summary>
/// <param name="Inner">The layer that the dictionary was made for.</param>
/// <param name="File">Where its matrices are.</param>
internal abstract record DictionaryLayer(Layer Inner, FileReference File) : DerivedLayer(Inner)
{
    /// <summary>The file as a parameter.</summary>
    public static TextParameter<FileReference> Dictionary { get; } = FileReference.Parameter(Kind, "file", "Its matrices, .npy or .safetensors.");

    /// <summary>The number of a channel as a parameter, for <see cref="Channel"/>.</summary>
    public static TextParameter<int?> Number { get; } = TextParameters.WholeIfGiven("channel", "One of the channels, where an objective is expected: feature(a, 'b.npy', 17) is feature(a, 'b.npy'):17.");

    private const string Kind = "Dictionary";

    /// <summary>The channel that a text gives behind the file; whoever reads the text takes it from here. Null in every layer that is used.</summary>
    public int? Channel { get; init; }

    internal sealed override bool PicksChannels => true;

    /// <summary>A reference to a file of a dictionary.</summary>
    public static FileReference Reference(string path) => new(Kind, path, null);

    internal sealed override Layer WithFiles(Func<FileReference, FileReference> change) => this with { Inner = Inner.WithFiles(change), File = change(File) };

    internal sealed override Tensor Build(LayerSource source) => Units(source[Inner], source.Model, null);

    internal sealed override Tensor Channels(Activations activations, Tensor numbers) => Units(activations[Inner], activations.Model, numbers);

    /// <summary>All units of a dictionary, or those of the given numbers, one for each image.</summary>
    protected abstract Tensor Units(Tensor x, FeatureDictionary dictionary, Tensor? numbers);

    private Tensor Units(Tensor x, Model model, Tensor? numbers)
    {
        if (x.Shape.Rank is not (2 or 4)) throw new UsageException($"A dictionary needs a layer [N, channels, height, width] or [N, channels]; '{Inner.Name}' is {x.Shape}.");
        return Units(x, model.Dictionaries.Take(File, x.Shape.Channels), numbers);
    }
}

/// <summary>See <see cref="Layer.Feature"/>.</summary>
internal sealed record FeatureLayer(Layer Inner, FileReference File) : DictionaryLayer(Inner, File)
{
    protected override Tensor Units(Tensor x, FeatureDictionary dictionary, Tensor? numbers) => dictionary.Features.Times(x, numbers);
}

/// <summary>See <see cref="Layer.Code"/>.</summary>
internal sealed record CodeLayer(Layer Inner, FileReference File) : DictionaryLayer(Inner, File)
{
    protected override Tensor Units(Tensor x, FeatureDictionary dictionary, Tensor? numbers) => dictionary.Codes.Times(x, numbers).Relu();
}
