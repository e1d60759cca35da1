namespace Phosphene.Pages.Galleries;

/// <summary>What a gallery shows: a network, layer by layer. Texts are plain; addresses are relative to the folder of the gallery, with '/'.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Model">The file of the model, with its hash, in one line.</param>
/// <param name="Recipe">How the pictures were made, in one line.</param>
/// <param name="Version">The program that made it, with its version.</param>
/// <param name="Layers">The layers, in the order of the network. Layers without units are not shown.</param>
public sealed record GalleryNetwork(string Title, string Model, string Recipe, string Version, IReadOnlyList<GalleryLayer> Layers);
