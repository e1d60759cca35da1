using Phosphene.Models;
using Phosphene.Recipes;

namespace Phosphene.Studio.Pictures;

/// <summary>How well a picture is made: at once and coarsely, or as well as swift makes it.</summary>
/// <param name="Size">Its height and width in pixels.</param>
/// <param name="IsFinal">Whether there is no better one to come.</param>
internal readonly record struct PictureKind(int Size, bool IsFinal)
{
    /// <summary>The largest picture, in pixels a side.</summary>
    public const int LargestSize = 224;

    private const int CoarseSize = 64, SmallestSize = 32, UsualSize = 128;

    // No more than the steps in which dead ReLUs are looked for: so one plan does for all of them.
    private const int CoarseSteps = 16;

    /// <summary>What is shown first.</summary>
    public static PictureKind Coarse(Model model) => new(Math.Clamp(Smaller(model), SmallestSize, CoarseSize), false);

    /// <summary>What takes its place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="size">The size that is asked for; null for the usual one, which is no larger than what the model usually sees.</param>
    public static PictureKind Refined(Model model, int? size) => new(Math.Clamp(size ?? Math.Min(UsualSize, Smaller(model)), SmallestSize, LargestSize), true);

    /// <summary>How it is made.</summary>
    public Recipe Recipe => (IsFinal ? Recipe.Swift : Recipe.Swift with { Steps = CoarseSteps, Optimizer = Recipe.Swift.Optimizer.Over(Recipe.Swift.Steps, CoarseSteps) }).For(Size, Size);

    private static int Smaller(Model model) => Math.Min(model.UsualSize.Height, model.UsualSize.Width);
}
