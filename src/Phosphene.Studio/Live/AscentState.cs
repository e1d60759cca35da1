namespace Phosphene.Studio.Live;

/// <summary>How an ascent stands, for a page.</summary>
internal sealed record AscentState
{
    public required string Id { get; init; }

    /// <summary>The name of its model.</summary>
    public required string Model { get; init; }

    /// <summary>The text of what is maximized.</summary>
    public required string Objective { get; init; }

    /// <summary>The recipe of the steps to come, with all parts.</summary>
    public required RecipeText Recipe { get; init; }

    public required int Step { get; init; }

    public required int Steps { get; init; }

    public required bool IsRunning { get; init; }

    public required bool IsDone { get; init; }

    /// <summary>Why it cannot go on, and what to do; null if it can.</summary>
    public required string? Failure { get; init; }

    /// <summary>What was done otherwise than asked; null for nothing.</summary>
    public required string? Note { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>How the image is made to fit the model; null if it fits.</summary>
    public required string? Fit { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required float? Value { get; init; }

    /// <summary>The image that it started from, by its number; null for noise.</summary>
    public required string? Start { get; init; }

    /// <summary>The image that says where the picture may change; null for everywhere.</summary>
    public required string? Mask { get; init; }

    /// <summary>The recipe of the steps to come as a command line.</summary>
    public required string Command { get; init; }

    /// <summary>What <see cref="Command"/> leaves out; null if it makes the picture as it is.</summary>
    public required string? CommandNote { get; init; }

    /// <summary>The steps to which it can return.</summary>
    public required IReadOnlyList<int> Snapshots { get; init; }

    /// <summary>[step, value, [terms]]; null where they were told before.</summary>
    public IReadOnlyList<object?[]>? Trace { get; init; }

    /// <summary>What the value is the sum of.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>What was steered, and after which step.</summary>
    public required IReadOnlyList<AscentChange> Changes { get; init; }

    /// <summary>Whether the recipe that can be saved makes the picture again.</summary>
    public required bool IsReplayable { get; init; }
}

/// <summary>Something that was steered.</summary>
/// <param name="Step">The steps done before.</param>
/// <param name="What">What became of what, for people.</param>
internal sealed record AscentChange(int Step, string What);

/// <summary>A frame of an ascent, for a page.</summary>
/// <param name="Ascent">Which one.</param>
/// <param name="Step">The steps done.</param>
/// <param name="Steps">Of how many.</param>
/// <param name="Value">The objective in the last step.</param>
/// <param name="Terms">What it is the sum of.</param>
/// <param name="Rate">Steps a second.</param>
/// <param name="Frames">Frames a second.</param>
/// <param name="Image">The picture as a data URL; null where there is none, since its colours are no numbers.</param>
/// <param name="Spectrum">The mean magnitude of each octave of frequencies, the lowest first; null where it was not computed.</param>
/// <param name="IsRunning">Whether it goes on.</param>
/// <param name="IsDone">Whether all steps are done.</param>
internal sealed record AscentFrame(string Ascent, int Step, int Steps, float? Value, IReadOnlyList<float?> Terms, double Rate, double Frames, string? Image, IReadOnlyList<double>? Spectrum, bool IsRunning, bool IsDone);
