using System.Globalization;
using Phosphene.Models;

namespace Phosphene.Evidence.Inputs;

/// <summary>That images do not reach a model as it wants them, and what fits better.</summary>
/// <param name="Used">The preprocessing that is used.</param>
/// <param name="Better">The one that fits.</param>
/// <param name="Reason">What tells, as the end of a sentence.</param>
public sealed record InputDoubt(Preprocessing Used, Preprocessing Better, string Reason)
{
    /// <summary>The option that offers it, as it is typed.</summary>
    public string Option => Better.ToString() is var text && text.Contains('(', StringComparison.Ordinal) ? $"--preprocess \"{text}\"" : $"--preprocess {text}";

    /// <summary>One sentence for a person.</summary>
    public override string ToString() => $"the preprocessing '{Used}' is likely to be wrong for this model: {Reason}; try {Option}.";

    internal static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
