using System.CommandLine;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>One run of a command with <see cref="PageOptions"/>, with the values of these options as they were typed.</summary>
internal abstract class PageJob(Terminal terminal, PageOptions options, ParseResult parsed)
{
    /// <summary>The page to write.</summary>
    public required string Output { get; init; }

    protected Terminal Terminal => terminal;

    protected string Model => parsed.GetRequiredValue(options.Model);

    protected RecipeOptions Recipe => options.Recipe(parsed);

    protected ModelOptions Opening => options.Opening(parsed);

    protected bool Json => options.Json(parsed);

    protected bool Quiet => options.Quiet(parsed);
}
