using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Syntax;

namespace Phosphene.Recipes;

/// <summary>
/// Where a picture comes from: everything needed to make its pixels again. It is stored in each PNG as JSON, in an iTXt chunk with the keyword
/// <see cref="Keyword"/>:
/// <code>
/// { "phosphene": "0.1.0", "model": { "file": "googlenet.onnx", "sha256": "..." }, "preprocessing": "caffe",
///   "objective": "logit(goldfish)", "classes": { "goldfish": 1 }, "image": 0, "step": 512, "value": 31.4,
///   "instructionSet": "Vector512", "recipe": { ... } }
/// </code>
/// It holds no times, folders or thread counts, so that the same work gives the same bytes. "classes" gives the indices of the labels that the
/// objective names, so that no file of labels is needed; it is left out if there are none. "layout": { "columns": 3, "captions": [ ... ] } is there if the
/// picture shows all images of the batch; "isSteered": true if the ascent was steered in what the recipe does not tell.
/// </summary>
public sealed record Provenance
{
    /// <summary>The keyword of the PNG text.</summary>
    public const string Keyword = "phosphene:recipe";

    /// <summary>The version of Phosphene that is running.</summary>
    public static string CurrentVersion { get; } =
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The version that made the picture.</summary>
    public string Version { get; init; } = CurrentVersion;

    /// <summary>The name of the model's file, without folders.</summary>
    public required string ModelFile { get; init; }

    /// <summary>The SHA-256 of that file, in lower-case hexadecimal.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>How the image was prepared for the model.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The objective in its text form.</summary>
    public required string Objective { get; init; }

    /// <summary>The indices of the class labels in the objective.</summary>
    public ImmutableSortedDictionary<string, int> Classes { get; init; } = NoClasses;

    /// <summary>Which image of the batch the picture is, from 0.</summary>
    public int Image { get; init; }

    /// <summary>How the picture shows all images of the batch; null if it is one of them.</summary>
    public Layout? Layout { get; init; }

    /// <summary>The steps that were done. Fewer than the recipe's for a snapshot or an interrupted ascent.</summary>
    public required int Step { get; init; }

    /// <summary>The objective on the clean image; null if it was not a number.</summary>
    public double? Value { get; init; }

    /// <summary>The vector width of the kernels, which decides the last bits.</summary>
    public required InstructionSet InstructionSet { get; init; }

    /// <summary>The recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Whether objective and recipe are only those of the last steps: the ascent was steered under way in what no recipe tells, and the picture cannot be made again from them.</summary>
    public bool IsSteered { get; init; }

    private static ImmutableSortedDictionary<string, int> NoClasses { get; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>The provenance of one image of an ascent.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">What was maximized.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="image">Which image of the batch.</param>
    /// <param name="step">The steps that were done.</param>
    /// <param name="values">The objective on each clean image, or one number for the whole batch.</param>
    public static Provenance Of(Model model, Objective objective, Recipe recipe, int image, int step, IReadOnlyList<double> values) =>
        Of(model, objective, recipe, step, values, value => value[value.Count == 1 ? 0 : image]) with { Image = image };

    /// <summary>The provenance of a picture that shows all images of an ascent; its value is their average.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">What was maximized.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="layout">How it shows them.</param>
    /// <param name="step">The steps that were done.</param>
    /// <param name="values">The objective on each clean image, or one number for the whole batch.</param>
    public static Provenance Of(Model model, Objective objective, Recipe recipe, Layout layout, int step, IReadOnlyList<double> values) =>
        Of(model, objective, recipe, step, values, value => value.Average()) with { Layout = layout };

    private static Provenance Of(Model model, Objective objective, Recipe recipe, int step, IReadOnlyList<double> values, Func<IReadOnlyList<double>, double> valueOf)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(values);
        double value = valueOf(values);
        return new Provenance
        {
            ModelFile = Path.GetFileName(model.Path),
            ModelSha256 = model.Sha256,
            Preprocessing = model.Preprocessing,
            Objective = objective.ToString(),
            // A number is its own index.
            Classes = NoClasses.AddRange(objective.Classes.Concat(recipe.Penalties.SelectMany(penalty => penalty.Classes)).Distinct().Where(label => !label.All(char.IsAsciiDigit))
                .Select(label => KeyValuePair.Create(label, model.Labels.Find(label, int.MaxValue)))),
            Step = step,
            Value = double.IsFinite(value) ? value : null,
            InstructionSet = model.Backend.InstructionSet,
            Recipe = recipe.For(model),
        };
    }

    /// <summary>The labels that the objective needs, at their places; all other classes are numbers.</summary>
    public Labels Labels()
    {
        if (Classes.IsEmpty) return Models.Labels.None;
        string[] names = [.. Enumerable.Repeat("", Classes.Values.Max() + 1)];
        foreach ((string label, int index) in Classes) names[index] = label;
        return Models.Labels.Of(names);
    }

    /// <summary>The texts for a PNG: the provenance, and the software's name as other programs look for it.</summary>
    public IReadOnlyList<PngText> ToTexts() => [new PngText(Keyword, ToJson()), new PngText("Software", $"Phosphene {Version}")];

    /// <summary>The provenance as JSON, one line.</summary>
    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("phosphene", Version);
        writer.WriteStartObject("model");
        writer.WriteString("file", ModelFile);
        writer.WriteString("sha256", ModelSha256);
        writer.WriteEndObject();
        writer.WriteString("preprocessing", Preprocessing.ToString());
        writer.WriteString("objective", Objective);
        if (!Classes.IsEmpty)
        {
            writer.WriteStartObject("classes");
            foreach ((string label, int index) in Classes) writer.WriteNumber(label, index);
            writer.WriteEndObject();
        }
        writer.WriteNumber("image", Image);
        if (Layout is not null) Write(writer, Layout);
        writer.WriteNumber("step", Step);
        if (Value is { } value) writer.WriteNumber("value", value);
        else writer.WriteNull("value");
        writer.WriteString("instructionSet", InstructionSet.ToString());
        if (IsSteered) writer.WriteBoolean("isSteered", true);
        writer.WritePropertyName("recipe");
        Recipe.WriteTo(writer);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, Layout layout)
    {
        writer.WriteStartObject("layout");
        writer.WriteNumber("columns", layout.Columns);
        if (!layout.Captions.IsEmpty)
        {
            writer.WriteStartArray("captions");
            foreach (string caption in layout.Captions) writer.WriteStringValue(caption);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static Layout ReadLayout(JsonMembers members) => new(members.Integer("columns", 1, Picture.MaximumSide))
    {
        Captions = members.Has("captions") ? [.. members.Texts("captions", Picture.MaximumSide)] : [],
    };

    /// <summary>Reads the provenance of a PNG file.</summary>
    /// <exception cref="ImageFormatException">The file is no image that is read, or is damaged.</exception>
    /// <exception cref="InputFileException">The file carries no recipe, or one that cannot be used.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static Provenance Read(string path) => Read(ImageReader.Read(path), path);

    /// <summary>Reads the provenance of an image that has been read from a file.</summary>
    /// <exception cref="InputFileException">The file carries no recipe, or one that cannot be used.</exception>
    public static Provenance Read(ImageContents image, string path)
    {
        ArgumentNullException.ThrowIfNull(image);
        PngText text = image.Texts.FirstOrDefault(text => text.Keyword == Keyword)
            ?? throw new InputFileException($"'{path}' carries no recipe (no text '{Keyword}'), so it was not made by Phosphene or was saved again by another program; give a PNG as 'phosphene render' wrote it.");
        return FromJson(text.Text, $"The recipe in '{path}'");
    }

    /// <summary>Reads a provenance from JSON.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InputFileException">It is not JSON, or a member is unknown, missing or has a wrong value; the message names it.</exception>
    public static Provenance FromJson(string json, string source = "The recipe") => JsonMembers.Read(json, source, members =>
    {
        string version = members.Text("phosphene");
        (string file, string hash) = members.Object("model", model => (model.Text("file"), model.Text("sha256")));
        Recipe recipe = members.Object("recipe", Recipe.Read);
        return new Provenance
        {
            Version = version,
            ModelFile = Path.GetFileName(file.Replace('\\', '/')),   // a name from elsewhere never leads to another folder
            ModelSha256 = hash,
            Preprocessing = members.Text("preprocessing", Preprocessing.Parse),
            Objective = members.Text("objective"),
            Classes = members.Has("classes") ? members.Object("classes", ReadClasses) : NoClasses,
            Image = members.Integer("image", 0, recipe.Batch - 1),
            Layout = members.Has("layout") ? members.Object("layout", ReadLayout) : null,
            Step = members.Integer("step", 0, recipe.Steps),
            Value = members.Has("value") ? members.Double("value") : null,
            InstructionSet = members.Text("instructionSet", ReadInstructionSet),
            Recipe = recipe,
            IsSteered = members.Has("isSteered") && members.Truth("isSteered"),
        };
    });

    private static ImmutableSortedDictionary<string, int> ReadClasses(JsonMembers members) =>
        NoClasses.AddRange(members.Names().Select(label => KeyValuePair.Create(label, members.Integer(label, 0, 1 << 20))));

    private static InstructionSet ReadInstructionSet(string name) =>
        Enum.GetNames<InstructionSet>().Contains(name)
            ? Enum.Parse<InstructionSet>(name)
            : throw new UsageException($"One of {string.Join(", ", Enum.GetNames<InstructionSet>())} is expected.");

    /// <inheritdoc/>
    public bool Equals(Provenance? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ModelSha256, Objective, Image, Step);
}
