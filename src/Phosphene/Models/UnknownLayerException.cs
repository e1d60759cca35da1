using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>A layer that the model does not have; the message offers the nearest names.</summary>
public sealed class UnknownLayerException : UsageException
{
    /// <summary>A layer that is not among the model's.</summary>
    /// <param name="layer">What was asked for.</param>
    /// <param name="modelFile">The model.</param>
    /// <param name="names">The names of its layers, aliases where they have one, in the order of the model.</param>
    /// <param name="count">How many layers it has.</param>
    public UnknownLayerException(string layer, string modelFile, IReadOnlyCollection<string> names, int count)
        : base($"Layer '{layer}' does not exist{Offer(layer, names)} 'phosphene layers --all {modelFile}' lists all {count}.")
    {
    }

    private static string Offer(string layer, IReadOnlyCollection<string> names) => NearestLayers.To(layer, names) is { Count: > 0 } near ? NearestNames.Question(near)
        : names.Count == 0 ? ";"
        : $"; there are, for example, {string.Join(", ", Enumerable.Range(1, 3).Select(quarter => names.ElementAt(Math.Min(names.Count - 1, names.Count * quarter / 4))).Distinct().Select(name => $"'{name}'"))}.";
}
