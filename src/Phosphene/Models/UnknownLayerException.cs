using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>A layer that the model does not have; the message offers the nearest names.</summary>
public sealed class UnknownLayerException : UsageException
{
    /// <summary>A layer that is not among the model's.</summary>
    /// <param name="layer">What was asked for.</param>
    /// <param name="modelFile">The model.</param>
    /// <param name="names">The names of its layers, and their aliases.</param>
    /// <param name="count">How many layers it has.</param>
    public UnknownLayerException(string layer, string modelFile, IReadOnlyCollection<string> names, int count)
        : base($"Layer '{layer}' does not exist{NearestNames.Question(layer, names)}{(NearestNames.To(layer, names).Count > 0 ? "" : ";")} 'phosphene layers {modelFile}' lists all {count}.")
    {
    }
}
