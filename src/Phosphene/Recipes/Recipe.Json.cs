using System.Text.Json;
using Phosphene.Images;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Recipes;

public sealed partial record Recipe
{
    private const int MaximumSteps = 100_000_000, MaximumBatch = 65_536;

    /// <summary>The recipe as JSON, one line, every member written and every number exact; see <see cref="FromJson"/>.</summary>
    public string ToJson() => JsonText.Write(WriteTo);

    /// <summary>
    /// Reads a recipe from JSON, with the members preset, parameterization, transforms, optimizer, steps, seed, height, width, batch,
    /// redirectSteps and display, for example
    /// <code>{ "preset": "lucid", "seed": 7, "transforms": "pad(8)|jitter(16)|crop", "parameterization": { "kind": "fourier", "decay": 1.2 } }</code>
    /// What is left out is as in the preset or, if that is not one of <see cref="Presets"/>, as in a new recipe.
    /// </summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InputFileException">It is not JSON, or a member is unknown or has a wrong value; the message names it.</exception>
    public static Recipe FromJson(string json, string source = "The recipe") => JsonMembers.Read(json, source, Read);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("preset", Preset);
        writer.WriteStartObject("parameterization");
        Write(writer, Parameterization);
        writer.WriteEndObject();
        writer.WriteString("transforms", Transforms.ToString());
        writer.WriteStartObject("optimizer");
        writer.WriteString("kind", "adam");
        var adam = (Adam)Optimizer;
        writer.WriteNumber("learningRate", adam.LearningRate);
        writer.WriteNumber("beta1", adam.Beta1);
        writer.WriteNumber("beta2", adam.Beta2);
        writer.WriteNumber("epsilon", adam.Epsilon);
        writer.WriteEndObject();
        writer.WriteNumber("steps", Steps);
        writer.WriteNumber("seed", Seed);
        writer.WriteNumber("height", Height);
        writer.WriteNumber("width", Width);
        writer.WriteNumber("batch", Batch);
        writer.WriteNumber("redirectSteps", RedirectSteps);
        writer.WriteString("display", Display.ToString());
        writer.WriteEndObject();
    }

    internal static Recipe Read(JsonMembers members)
    {
        string preset = members.Has("preset") ? members.Text("preset") : "custom";
        Recipe start = Presets.GetValueOrDefault(preset) ?? new Recipe();
        return start with
        {
            Preset = preset,
            Parameterization = members.Has("parameterization") ? members.Object("parameterization", ReadParameterization) : start.Parameterization,
            Transforms = members.Has("transforms") ? members.Text("transforms", Pipeline.Parse) : start.Transforms,
            Optimizer = members.Has("optimizer") ? members.Object("optimizer", ReadOptimizer) : start.Optimizer,
            Steps = members.Has("steps") ? members.Integer("steps", 0, MaximumSteps) : start.Steps,
            Seed = members.Has("seed") ? members.Seed("seed") : start.Seed,
            Height = members.Has("height") ? members.Integer("height", 1, Picture.MaximumSide) : start.Height,
            Width = members.Has("width") ? members.Integer("width", 1, Picture.MaximumSide) : start.Width,
            Batch = members.Has("batch") ? members.Integer("batch", 1, MaximumBatch) : start.Batch,
            RedirectSteps = members.Has("redirectSteps") ? members.Integer("redirectSteps", 0, MaximumSteps) : start.RedirectSteps,
            Display = members.Has("display") ? members.Text("display", Display.Parse) : start.Display,
        };
    }

    private static void Write(Utf8JsonWriter writer, IParameterization parameterization)
    {
        switch (parameterization)
        {
            case Fourier fourier:
                writer.WriteString("kind", "fourier");
                writer.WriteNumber("standardDeviation", fourier.StandardDeviation);
                writer.WriteNumber("decay", fourier.Decay);
                writer.WriteBoolean("decorrelate", fourier.Decorrelate);
                break;
            case Pixels pixels:
                writer.WriteString("kind", "pixels");
                writer.WriteNumber("standardDeviation", pixels.StandardDeviation);
                writer.WriteBoolean("decorrelate", pixels.Decorrelate);
                break;
            default:
                writer.WriteString("kind", "custom");                // for people to read; the code itself cannot be stored
                writer.WriteString("name", parameterization.GetType().Name);
                break;
        }
    }

    private static IParameterization ReadParameterization(JsonMembers members)
    {
        Fourier fourier = new();
        Pixels pixels = new();
        return (members.Has("kind") ? members.Text("kind") : "") switch
        {
            "fourier" => new Fourier(
                members.Has("standardDeviation") ? members.Number("standardDeviation", 0) : fourier.StandardDeviation,
                members.Has("decay") ? members.Number("decay") : fourier.Decay,
                members.Has("decorrelate") ? members.Truth("decorrelate") : fourier.Decorrelate),
            "pixels" => new Pixels(
                members.Has("standardDeviation") ? members.Number("standardDeviation", 0) : pixels.StandardDeviation,
                members.Has("decorrelate") ? members.Truth("decorrelate") : pixels.Decorrelate),
            "custom" => throw members.Wrong("kind", "\"fourier\" or \"pixels\" (a custom parameterization exists only in the code that made it)"),
            _ => throw members.Wrong("kind", "\"fourier\" or \"pixels\""),
        };
    }

    private static IOptimizer ReadOptimizer(JsonMembers members)
    {
        Adam adam = new();
        if (!members.Has("kind") || members.Text("kind") != "adam") throw members.Wrong("kind", "\"adam\"");
        return new Adam(
            members.Has("learningRate") ? members.Number("learningRate") : adam.LearningRate,
            members.Has("beta1") ? members.Number("beta1", 0, 1) : adam.Beta1,
            members.Has("beta2") ? members.Number("beta2", 0, 1) : adam.Beta2,
            members.Has("epsilon") ? members.Number("epsilon", 0) : adam.Epsilon);
    }
}
