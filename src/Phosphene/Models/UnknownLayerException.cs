namespace Phosphene.Models;

/// <summary>A layer that the model does not have; the message offers the nearest names.</summary>
public sealed class UnknownLayerException : ArgumentException
{
    /// <summary>A layer that is not among the model's.</summary>
    public UnknownLayerException(string layer, string modelFile, IReadOnlyCollection<string> layers)
        : base($"Layer '{layer}' does not exist{NearestNames.Question(layer, layers)}{(NearestNames.To(layer, layers).Count > 0 ? "" : ";")} 'phosphene layers {modelFile}' lists all {layers.Count}.")
    {
    }
}
