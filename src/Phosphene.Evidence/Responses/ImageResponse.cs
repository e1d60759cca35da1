namespace Phosphene.Evidence.Responses;

/// <summary>What a model gives for one image.</summary>
/// <param name="Layers">Its layers, those that were asked for.</param>
/// <param name="Probabilities">The probability of each class; empty if it has no classes, or they were not asked for.</param>
public sealed record ImageResponse(IReadOnlyList<LayerResponse> Layers, IReadOnlyList<float> Probabilities)
{
    /// <summary>The bytes of its values.</summary>
    public long Bytes => Layers.Sum(layer => layer.Bytes) + sizeof(float) * (long)Probabilities.Count;
}
