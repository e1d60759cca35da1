namespace Phosphene.Evidence.Paths;

/// <summary>How a picture is processed in a layer.</summary>
/// <param name="Picture">The mean rank correlation of the picture with the images of its class.</param>
/// <param name="Within">That of two images of the class with each other.</param>
/// <param name="Across">That of an image of the class with another image.</param>
/// <param name="Similarity">(Picture - Across) / (Within - Across): 1 if it is processed as images of its class are, 0 if like any other image. Not a number where the layer does not tell the class from other images.</param>
/// <param name="Low">Where the similarity begins, nine times of ten, if other images of the kind had been taken.</param>
/// <param name="High">Where it ends.</param>
public sealed record LayerSimilarity(double Picture, double Within, double Across, double Similarity, double Low, double High);

/// <summary>How a picture is processed, layer by layer.</summary>
/// <param name="Layers">Each layer, in the order of the meter.</param>
/// <param name="Overall">The similarity over all layers together: Σ (Picture - Across) / Σ (Within - Across). Not a number where no layer tells the class from other images.</param>
/// <param name="Low">Where it begins, nine times of ten.</param>
/// <param name="High">Where it ends.</param>
public sealed record PathSimilarity(IReadOnlyList<LayerSimilarity> Layers, double Overall, double Low, double High);
