using System.Text;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Recipes;

public sealed partial record Recipe
{
    private const int MaximumSteps = 100_000_000, MaximumBatch = 65_536, MaximumFile = 1 << 24;

    /// <summary>The most stages that JSON may have.</summary>
    internal const int MaximumStages = 1000;

    /// <summary>The recipe as JSON, one line of texts and numbers; see <see cref="FromJson"/>. What it has not is left out: operators, a patience, a size, a penalty, a start, stages.</summary>
    public string ToJson() => JsonText.Write(WriteTo);

    /// <summary>
    /// Reads a recipe from JSON, with the members preset, parameterization, transforms, imageOperators, gradientOperators, optimizer, penalty, start, stages, steps,
    /// patience, seed, height, width, batch, redirectSteps and display, for example
    /// <code>
    /// { "preset": "lucid", "parameterization": "fourier(decay: 1.2)", "transforms": "pad(8)|jitter(16)|crop", "optimizer": "adam(0.02)",
    ///   "penalty": "0.001*tv()", "start": "image('photo.jpg')", "stages": [ { "steps": 128, "height": 112, "width": 112 } ], "seed": 7 }
    /// </code>
    /// What is left out is as in the preset or, if that is not one of <see cref="Presets"/>, as in a new recipe. Recipes of earlier pictures, in which
    /// parameterization and optimizer are objects, are read, too. <see cref="Texts"/> has all words.
    /// </summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InputFileException">It is not JSON, or a member is unknown or has a wrong value; the message names it.</exception>
    public static Recipe FromJson(string json, string source = "The recipe") => JsonMembers.Read(json, source, Read);

    /// <summary>Reads a recipe from a file: JSON, or a picture that carries its recipe.</summary>
    /// <exception cref="InputFileException">The file is missing, cannot be read, or holds no recipe.</exception>
    /// <exception cref="ImageFormatException">It is a damaged picture.</exception>
    public static Recipe Load(string path)
    {
        try
        {
            byte[] bytes = new byte[MaximumFile + 1];
            using FileStream stream = File.OpenRead(path);
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]) return Provenance.Read(path).Recipe;
            if (length > MaximumFile) throw new InputFileException($"Recipe '{path}' has more than {MaximumFile} bytes; a file of JSON or a PNG as 'phosphene render' wrote it is expected.");
            return FromJson(Encoding.UTF8.GetString(bytes, 0, length).TrimStart('\uFEFF'), $"Recipe '{path}'");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"Recipe '{path}' does not exist; check its path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(path) ? "it is a folder; give a file in it." : error.Message;
            throw new InputFileException($"Recipe '{path}' cannot be read: {what}", error);
        }
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        Recipe otherwise = Otherwise(Preset);
        writer.WriteStartObject();
        writer.WriteString("preset", Preset);
        writer.WriteString("parameterization", Texts.Parameterizations.Print(Parameterization));
        writer.WriteString("transforms", Transforms.ToString());
        writer.WriteString("optimizer", Texts.Optimizers.Print(Optimizer));
        // Nothing is written out where what is left out would be something.
        if (!ImageOperators.IsEmpty || !otherwise.ImageOperators.IsEmpty) writer.WriteString("imageOperators", ImageOperators.ToString());
        if (!GradientOperators.IsEmpty || !otherwise.GradientOperators.IsEmpty) writer.WriteString("gradientOperators", GradientOperators.ToString());
        if (Penalty is not null || otherwise.Penalty is not null) writer.WriteString("penalty", Penalty?.ToString());
        if (Start is not null || otherwise.Start is not null) writer.WriteString("start", Start is null ? null : Texts.Starts.Print(Start));
        if (!Stages.IsEmpty || !otherwise.Stages.IsEmpty)
        {
            writer.WriteStartArray("stages");
            foreach (Stage stage in Stages) Write(writer, stage);
            writer.WriteEndArray();
        }
        writer.WriteNumber("steps", Steps);
        if (Patience is { } patience) writer.WriteNumber("patience", patience);
        else if (otherwise.Patience is not null) writer.WriteNull("patience");
        writer.WriteNumber("seed", Seed);
        if (Height is { } height) writer.WriteNumber("height", height);
        if (Width is { } width) writer.WriteNumber("width", width);
        writer.WriteNumber("batch", Batch);
        writer.WriteNumber("redirectSteps", RedirectSteps);
        writer.WriteString("display", Display.ToString());
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Stage stage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("steps", stage.Steps);
        if (stage.Transforms is { } transforms) writer.WriteString("transforms", transforms.ToString());
        if (stage.ImageOperators is { } onImage) writer.WriteString("imageOperators", onImage.ToString());
        if (stage.GradientOperators is { } onGradient) writer.WriteString("gradientOperators", onGradient.ToString());
        if (stage.Optimizer is { } optimizer) writer.WriteString("optimizer", Texts.Optimizers.Print(optimizer));
        if (stage.IsUnpenalized) writer.WriteNull("penalty");
        else if (stage.Penalty is { } penalty) writer.WriteString("penalty", penalty.ToString());
        if (stage.Height is { } height) writer.WriteNumber("height", height);
        if (stage.Width is { } width) writer.WriteNumber("width", width);
        writer.WriteEndObject();
    }

    internal static Recipe Read(JsonMembers members)
    {
        string preset = members.Has("preset") ? members.Text("preset") : "custom";
        Recipe start = Otherwise(preset);
        Recipe recipe = start with
        {
            Preset = preset,
            Parameterization = !members.Has("parameterization") ? start.Parameterization
                : members.IsObject("parameterization") ? members.Object("parameterization", EarlierRecipe.ReadParameterization)
                : members.Text("parameterization", Texts.Parameterizations.Parse),
            Transforms = members.Has("transforms") ? members.Text("transforms", Pipeline.Parse) : start.Transforms,
            Optimizer = !members.Has("optimizer") ? start.Optimizer
                : members.IsObject("optimizer") ? members.Object("optimizer", EarlierRecipe.ReadOptimizer)
                : members.Text("optimizer", Texts.Optimizers.Parse),
            ImageOperators = members.Has("imageOperators") ? members.Text("imageOperators", OperatorPipeline.Parse) : start.ImageOperators,
            GradientOperators = members.Has("gradientOperators") ? members.Text("gradientOperators", OperatorPipeline.Parse) : start.GradientOperators,
            Penalty = members.IsNull("penalty") ? null : members.Has("penalty") ? members.Text("penalty", Objective.Parse) : start.Penalty,
            Start = members.IsNull("start") ? null : members.Has("start") ? members.Text("start", Texts.Starts.Parse) : start.Start,
            Stages = members.Has("stages") ? [.. members.Objects("stages", MaximumStages, ReadStage)] : start.Stages,
            Steps = members.Has("steps") ? members.Integer("steps", 0, MaximumSteps) : start.Steps,
            Patience = members.IsNull("patience") ? null : members.Has("patience") ? members.Integer("patience", 1, MaximumPatience) : start.Patience,
            Seed = members.Has("seed") ? members.Seed("seed") : start.Seed,
            Height = members.Has("height") ? members.Integer("height", 1, Picture.MaximumSide) : start.Height,
            Width = members.Has("width") ? members.Integer("width", 1, Picture.MaximumSide) : start.Width,
            Batch = members.Has("batch") ? members.Integer("batch", 1, MaximumBatch) : start.Batch,
            RedirectSteps = members.Has("redirectSteps") ? members.Integer("redirectSteps", 0, MaximumSteps) : start.RedirectSteps,
            Display = members.Has("display") ? members.Text("display", Display.Parse) : start.Display,
        };
        if (!members.Has("optimizer")) recipe = recipe with { Optimizer = start.WithSteps(recipe.Steps).Optimizer };
        members.Check(recipe.Check);
        return recipe;
    }

    private static Stage ReadStage(JsonMembers members) => new(members.Integer("steps", 1, MaximumSteps))
    {
        Transforms = members.Has("transforms") ? members.Text("transforms", Pipeline.Parse) : null,
        Optimizer = members.Has("optimizer") ? members.Text("optimizer", Texts.Optimizers.Parse) : null,
        ImageOperators = members.Has("imageOperators") ? members.Text("imageOperators", OperatorPipeline.Parse) : null,
        GradientOperators = members.Has("gradientOperators") ? members.Text("gradientOperators", OperatorPipeline.Parse) : null,
        Penalty = members.Has("penalty") && !members.IsNull("penalty") ? members.Text("penalty", Objective.Parse) : null,
        IsUnpenalized = members.IsNull("penalty"),
        Height = members.Has("height") ? members.Integer("height", 1, Picture.MaximumSide) : null,
        Width = members.Has("width") ? members.Integer("width", 1, Picture.MaximumSide) : null,
    };

    // What the members are that JSON leaves out.
    private static Recipe Otherwise(string preset) => Presets.GetValueOrDefault(preset) ?? new Recipe();
}
