using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Inputs;
using Phosphene.Models;

namespace Phosphene.Cli;

/// <summary>Whether images reach a model as it wants them.</summary>
internal static class InputCheck
{
    /// <summary>Warns if pictures seem to reach the model otherwise than it wants them, by its first ReLU alone; otherwise if nothing says how it wants them.</summary>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="model">The model.</param>
    /// <param name="result">What may be wrong then: "the picture".</param>
    public static void WarnWithoutImages(Terminal terminal, Model model, string result = "the picture")
    {
        if (DoubtWithoutImages(model, result) is { } doubt) terminal.Warn(doubt);
    }

    /// <summary>The same as text; null if there is nothing to warn of.</summary>
    public static string? DoubtWithoutImages(Model model, string result = "the picture") => InputGuard.WithoutImages(model)?.ToString() ?? CommonOptions.PreprocessingDoubt(model, result);

    /// <summary>Warns if images seem to reach the model otherwise than it wants them, by what it makes of some of them; where they are too few for that, as <see cref="WarnWithoutImages"/> does.</summary>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="model">The model.</param>
    /// <param name="images">The images.</param>
    /// <param name="result">What may be wrong then: "the picture".</param>
    public static void Warn(Terminal terminal, Model model, Dataset images, string result = "the picture")
    {
        if (images.Files.Count < InputGuard.Fewest) WarnWithoutImages(terminal, model, result);
        else if (!WarnOfImages(terminal, model, images) && CommonOptions.PreprocessingDoubt(model, result) is { } unknown) terminal.Warn(unknown);
    }

    /// <summary>Warns if images seem to reach the model otherwise than it wants them, by what it makes of some of them. Returns whether it did.</summary>
    public static bool WarnOfImages(Terminal terminal, Model model, Dataset images)
    {
        if (InputGuard.Of(model, images, terminal.Interruption.Token) is not { } doubt) return false;
        terminal.Warn(doubt.ToString());
        return true;
    }
}
