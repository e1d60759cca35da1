using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>The arguments and options that several commands share, and how their values are read.</summary>
internal static class CommonOptions
{
    public static Argument<string> Model() => new("MODEL") { Description = "The model: an ONNX file, or embedded:shapes." };

    public static Option<string?> Preset() => new("--preset") { HelpName = "NAME", Description = $"The recipe to start from: {string.Join(", ", Recipe.Presets.Keys)}; lucid by default. swift takes a quarter of its steps, for nearly as much; distill is the article's own: it takes five times as long, for a little more." };

    public static Option<string?> RecipeFile() => new("--recipe") { HelpName = "FILE", Description = "The recipe to start from, in place of a preset: a JSON file, or a picture that carries its recipe. If it has a size, that is used too." };

    public static Option<int?> Steps() => Integer("--steps", "N", "The number of steps; by default as in the recipe: 512 of most presets, 128 of swift, 2560 of distill, 256 of xplique and maco, 200 of keras-vis and dgn-am, 40 of deepdream.", 1, 10_000_000);

    public static Option<int?> Patience() => Integer("--patience", "N", "End before that once the objective no longer rises: its mean over N steps is no higher than over the N before. By default as in the recipe: never in all presets.", 1, 1_000_000);

    public static Option<string?> ImageOperators() => new("--image-operators")
    {
        HelpName = "PIPELINE",
        Description = $"What is done to the image after each step, or after some, as in every(4, blur(1)). {WordsOfOperators}",
    };

    public static Option<string?> GradientOperators() => new("--gradient-operators")
    {
        HelpName = "PIPELINE",
        Description = $"What is done to the gradient in the image before it goes back into the parameters, as in blur(1)|normalize(l2). {WordsOfOperators}",
    };

    private static string WordsOfOperators => $"The words: {string.Join(", ", Texts.Operators.Entries.Select(entry => entry.Name))}.";

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document to standard output, and nothing else." };

    public static Option<int?> Threads() => Integer("--threads", "N", "The number of threads; by default one for each processor. The result does not depend on it.", 1, 1024);

    public static Option<string?> Labels() => new("--labels") { HelpName = "FILE", Description = "The names of the classes: a text file with one on each line, class 0 first." };

    public static Option<string?> Preprocess() => new("--preprocess")
    {
        HelpName = "NAME|FORMULA",
        Description = $"What is done to an image before the model sees it: {string.Join(", ", Preprocessing.Names)}, or a formula such as bgr*255-(104,117,123). By default what the model's metadata or MODEL.phosphene.json states.",
    };

    public static Option<ImageSize?> Size(string description) => new("--size")
    {
        HelpName = "H|HxW",
        Description = description,
        CustomParser = result => Read<ImageSize?>(result, text => ImageSize.Parse(text)),
    };

    public static Option<int?> Integer(string name, string helpName, string description, int least, int most) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => int.TryParse(Word(result), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : Wrong<int?>(result, $"{name} is an integer from {least} to {most}"),
    };

    public static Option<ulong?> Seed(string results = "pictures") => new("--seed")
    {
        HelpName = "N",
        Description = $"The number that all randomness comes from; 0 by default. Another seed gives other {results}.",
        CustomParser = result => ulong.TryParse(Word(result), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : Wrong<ulong?>(result, $"--seed is an integer from 0 to {ulong.MaxValue}"),
    };

    public static Option<float?> PositiveNumber(string name, string helpName, string description, float most, bool orNothing = false) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => float.TryParse(Word(result), NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && (number > 0 || (orNothing && number == 0)) && number <= most
            ? number
            : Wrong<float?>(result, $"{name} is a number {(orNothing ? "from 0 to" : "above 0, up to")} {most.ToString(CultureInfo.InvariantCulture)}"),
    };

    /// <summary>One of some words.</summary>
    public static Option<string?> Choice(string name, string description, IReadOnlyCollection<string> words) => new(name)
    {
        HelpName = string.Join('|', words),
        Description = description,
        CustomParser = result => words.Contains(Word(result)) ? Word(result) : Wrong<string?>(result, $"{name} is {string.Join(", ", words.SkipLast(1))} or {words.Last()}"),
    };

    /// <summary>What a command knows about a model beside its file.</summary>
    public static ModelOptions ModelOptions(string? preprocess, string? labels, int? threads) => new()
    {
        Preprocessing = preprocess is null ? null : Preprocessing.Parse(preprocess),
        Labels = labels is null ? null : Phosphene.Models.Labels.Load(labels),
        Threads = threads,
    };

    /// <summary>What is to be warned of where nothing says how a model wants its pictures; null if something does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="result">What may be wrong then: "the picture".</param>
    public static string? PreprocessingDoubt(Model model, string result = "the picture") => model.PreprocessingSource.StartsWith("assumed", StringComparison.Ordinal)
        ? $"the preprocessing '{model.Preprocessing}' is {model.PreprocessingSource}, so {result} may be wrong; give --preprocess ({string.Join(", ", Preprocessing.Names)}, or a formula)."
        : null;

    /// <summary>What is to be warned of where there are more or fewer labels than the model has classes; null if the numbers agree, or nothing is known.</summary>
    public static string? LabelsDoubt(Model model)
    {
        int labels = model.Labels.Count;
        if (labels == 0 || model.LayerShape(model.LogitsLayer) is not { Rank: >= 2 } shape || shape.Count != shape.Channels || shape.Channels == labels) return null;
        string wrong = labels > shape.Channels ? "names may be of other classes than they stand by" : $"classes from {labels} on have none, and names may be of other classes than they stand by";
        return $"there are {labels} labels for the {shape.Channels} classes of model '{model.Path}': {wrong}. One label a line is expected, class 0 first.";
    }

    private static string Word(ArgumentResult result) => result.Tokens[^1].Value;

    // The excerpt goes into the lines after the message.
    private static T? Read<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return read(Word(result));
        }
        catch (TextFormatException error)
        {
            result.AddError($"{error.Message}\n{error.Excerpt}");
            return default;
        }
    }

    private static T? Wrong<T>(ArgumentResult result, string expected)
    {
        result.AddError($"{expected}; got '{Word(result)}'");
        return default;
    }
}
