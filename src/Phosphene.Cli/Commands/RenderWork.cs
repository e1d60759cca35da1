using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Recipes;

namespace Phosphene.Cli.Commands;

/// <summary>What a command has to render.</summary>
/// <param name="Objective">What is maximized.</param>
/// <param name="Recipe">How.</param>
/// <param name="Layout">How the images of the batch are put into one picture; null for a file each.</param>
internal sealed record RenderWork(Objective Objective, Recipe Recipe, Layout? Layout)
{
    /// <summary>Files that were written on the way.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What the summary tells of how the work was found.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The same for JSON.</summary>
    public IReadOnlyList<(string Name, JsonNode? Value)> Facts { get; init; } = [];
}
