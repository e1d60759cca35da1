using Phosphene.Recipes;

namespace Phosphene.Shapes.Demo;

/// <summary>How much work the parts of <see cref="ShapesDemo"/> do, each at least 1. The defaults make the page that is worth looking at; less makes one of the same form sooner.</summary>
public sealed record ShapesDemoSizes
{
    /// <summary>The steps of the first picture.</summary>
    public int FirstSteps { get; init; } = 1500;

    /// <summary>The steps of a naive or robust ascent in pixels.</summary>
    public int Steps { get; init; } = 384;

    /// <summary>The steps of an ascent by the article's recipe.</summary>
    public int ArticleSteps { get; init; } = Recipe.Distill.Steps;

    /// <summary>On how many test images the classifier is tried.</summary>
    public int TestImages { get; init; } = 2400;

    /// <summary>With how many training images pictures are compared.</summary>
    public int TrainingImages { get; init; } = 19_200;

    /// <summary>The starts of the ascents in latents for one class.</summary>
    public int Starts { get; init; } = 50;

    /// <summary>The starts for each of the other classes, with the ascent that works.</summary>
    public int StartsOfOthers { get; init; } = 24;

    /// <summary>The steps of an ascent in latents in one round.</summary>
    public int LatentSteps { get; init; } = 200;

    /// <summary>How often a start of the ascent that works may climb.</summary>
    public int Rounds { get; init; } = 30;

    /// <summary>The starts of the ascent to a corner of the walk, of which the best counts; it has <see cref="LatentSteps"/> steps.</summary>
    public int CornerStarts { get; init; } = 32;

    /// <summary>The images from one corner of the walk to the next.</summary>
    public int Stops { get; init; } = 8;

    /// <summary>The latents that the random search looks at.</summary>
    public int Samples { get; init; } = 500_000;
}
