namespace Phosphene.Studio.Live;

/// <summary>What is kept of an ascent beside its numbers, as JSON.</summary>
/// <param name="Model">The name of its model.</param>
/// <param name="Objective">The text of its objective.</param>
/// <param name="Recipe">The recipe of the steps to come.</param>
internal sealed record AscentRecord(string Model, string Objective, RecipeText Recipe)
{
    /// <summary>The image that it started from; null for noise.</summary>
    public string? Start { get; init; }

    /// <summary>The mask; null for none.</summary>
    public AscentMask? Mask { get; init; }

    /// <summary>The file with the numbers, and of what they are; null while no step was done.</summary>
    public AscentPlace? Place { get; init; }

    /// <summary>Whether it runs while somebody looks at it.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether all steps were done.</summary>
    public bool IsDone { get; init; }

    /// <summary>The name of those that keep in step with it; null for none.</summary>
    public string? Group { get; init; }

    public string? Note { get; init; }

    public string? Failure { get; init; }

    public IReadOnlyList<TracePoint> Trace { get; init; } = [];

    /// <summary>The trace has the steps that are multiples of this.</summary>
    public int TraceEvery { get; init; } = 1;

    public IReadOnlyList<AscentChange> Changes { get; init; } = [];

    public IReadOnlyList<AscentPlace> Snapshots { get; init; } = [];
}

/// <summary>A mask on an ascent.</summary>
/// <param name="Image">The mask, a dropped image, by its number.</param>
/// <param name="Kept">The file, in the folder of the ascent, of the picture that is kept where it is black.</param>
internal sealed record AscentMask(string Image, string Kept);

/// <summary>A place of an ascent to which it can return: a file of numbers, and what they are numbers of.</summary>
/// <param name="Step">The steps done.</param>
/// <param name="File">The name of the file in the folder of the ascent.</param>
/// <param name="Recipe">The recipe, JSON, with stages that tell the steps until then; without the mask.</param>
/// <param name="Objective">The text of the objective.</param>
/// <param name="Mask">The mask.</param>
internal sealed record AscentPlace(int Step, string File, string Recipe, string Objective, AscentMask? Mask);
