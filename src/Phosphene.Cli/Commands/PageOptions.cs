using System.CommandLine;
using Phosphene.Images;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>The model and the options of the commands that make pictures of units and show them on a page.</summary>
internal sealed class PageOptions
{
    private readonly Option<string?> _preset = CommonOptions.Preset(), _recipe = CommonOptions.RecipeFile();
    private readonly Option<int?> _steps = CommonOptions.Steps();
    private readonly Option<ImageSize?> _size = CommonOptions.Size("The height and width of each picture in pixels; by default the size that the model was made for, or 224.");
    private readonly Option<ulong?> _seed = CommonOptions.Seed();
    private readonly Option<string?> _preprocess = CommonOptions.Preprocess(), _labels = CommonOptions.Labels();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json(), _quiet = new("--quiet") { Description = "No progress and no summary." };

    /// <summary>The model.</summary>
    public Argument<string> Model { get; } = CommonOptions.Model();

    /// <summary>Adds the options to a command, behind its own.</summary>
    /// <param name="command">The command.</param>
    /// <param name="behindLabels">Options of its own that stand behind that for the labels.</param>
    public void AddTo(Command command, params ReadOnlySpan<Option> behindLabels)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_preset, _recipe, _steps, _size, _seed, _preprocess, _labels, .. behindLabels, _threads, _json, _quiet]) command.Add(option);
    }

    /// <summary>The page that is written: the one that is given, or <see cref="DefaultPage"/>.</summary>
    public string Page(ParseResult parsed, Option<string?> output, string kind) => parsed.GetValue(output) ?? DefaultPage(parsed.GetRequiredValue(Model), kind);

    /// <summary>The page of a model where none is given: MODEL-kind.html in the current folder.</summary>
    public static string DefaultPage(string model, string kind) => $"{Path.GetFileNameWithoutExtension(model).Replace(':', '-')}-{kind}.html";

    /// <summary>The options of the recipe, as they were typed.</summary>
    public RecipeOptions Recipe(ParseResult parsed) => new()
    {
        Preset = parsed.GetValue(_preset),
        File = parsed.GetValue(_recipe),
        Steps = parsed.GetValue(_steps),
        Size = parsed.GetValue(_size),
        Seed = parsed.GetValue(_seed),
    };

    /// <summary>How the model is opened.</summary>
    public ModelOptions Opening(ParseResult parsed) => CommonOptions.ModelOptions(parsed.GetValue(_preprocess), parsed.GetValue(_labels), parsed.GetValue(_threads));

    /// <summary>Whether the result is told as JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Whether nothing is told.</summary>
    public bool Quiet(ParseResult parsed) => parsed.GetValue(_quiet);
}
