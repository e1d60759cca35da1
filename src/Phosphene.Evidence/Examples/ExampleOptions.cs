namespace Phosphene.Evidence.Examples;

/// <summary>How examples are looked for.</summary>
public sealed record ExampleOptions
{
    /// <summary>How many examples of each kind are kept of a unit.</summary>
    public int Count { get; init; } = 10;

    /// <summary>How many images are drawn by chance for <see cref="ExampleKind.Random"/>.</summary>
    public int Random { get; init; } = 20;

    /// <summary>What they are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>After how many images at least the work is written to the index. What comes after that is lost if the process is killed.</summary>
    public int CheckpointEvery { get; init; } = 512;
}
