using Phosphene.Runtime.Execution;

namespace Phosphene.Models;

/// <summary>What a caller may say about a model; what is left null comes from the sidecar file, the model's metadata, or the machine.</summary>
public sealed record ModelOptions
{
    /// <summary>How pictures are prepared for the model.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>The names of the classes.</summary>
    public Labels? Labels { get; init; }

    /// <summary>The number of threads; all processors by default.</summary>
    public int? Threads { get; init; }

    /// <summary>The vector width; the best of the processor by default.</summary>
    public InstructionSet? InstructionSet { get; init; }
}
