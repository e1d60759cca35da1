using System.CommandLine.Parsing;
using System.Diagnostics;
using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Every command that README, docs and help show does what it shows, in a folder with the files that it speaks of. Only the steps are fewer.</summary>
public sealed class DocsRunTests : CommandTests
{
    // What makes a command short enough for a test.
    private static readonly Dictionary<string, (string Name, string Value)> Shortened = new(StringComparer.Ordinal)
    {
        ["render"] = ("--steps", "2"),
        ["sheet"] = ("--steps", "2"),
        ["sweep"] = ("--steps", "2"),
        ["compare"] = ("--size", "64"),
        ["transfer"] = ("--steps", "2"),
        ["stability"] = ("--steps", "2"),
        ["diagnose"] = ("--steps", "1"),
        ["paths"] = ("--steps", "2"),
        ["interpolate"] = ("--steps", "2"),
        ["pairs"] = ("--steps", "2"),
        ["facets"] = ("--steps", "2"),
        ["zoom"] = ("--frames", "2"),
        ["grid"] = ("--steps", "2"),
        ["history"] = ("--steps", "2"),
        ["train"] = ("--steps", "3"),
        ["denoiser"] = ("--steps", "3"),
        ["bench"] = ("--steps", "1"),
        ["shapes"] = ("--count", "600"),
    };

    public static TheoryData<string, string> Commands => DocsTests.Commands;

    [SharedTheory]
    [MemberData(nameof(Commands))]
    public void A_command_that_is_shown_does_what_it_shows(string place, string command)
    {
        List<string> words = [.. CommandLineParser.SplitCommandLine(command)];
        if (words[0] == "demo" || words.Contains("--resume") || words.Contains("--engine") || words[0] == "studio") return;     // DemoTests, TrainTests, KillTests, SweepOnSlurmTests and StudioCommandTests
        Provide(words);
        bool isShort = words.Contains("--sheet") || words.Contains("deepdream")                 // a dream has few steps, and needs them all
            || words.Contains("--no-pictures");
        if (!isShort && Shortened.TryGetValue(words[0], out var option)) Set(words, option.Name, option.Value);
        if (words[0] == "compare") AfterOneStep(words);
        if (words[0] == "sweep") AFewUnits(words);
        if (words.Contains("--snapshots")) Set(words, "--snapshots", "1,2");
        (int code, string error) = Do([.. words]);
        Assert.True(code == 0, $"{place}: 'phosphene {string.Join(' ', words)}' ended with {code}: {error}");
    }

    // In place of all that stand there: the option takes several values.
    private static void AfterOneStep(List<string> words)
    {
        int at = words.FindIndex(word => word is "--steps" or "--seconds");
        if (at >= 0)
        {
            words.RemoveAt(at);
            while (at < words.Count && double.TryParse(words[at], out _)) words.RemoveAt(at);
        }
        words.AddRange(["--steps", "1"]);
    }

    private static void AFewUnits(List<string> words)
    {
        Set(words, "--every", "1000");
        if (!words.Contains("embedded:shapes")) Set(words, "--size", "64");     // which takes one size
    }

    // The files that commands speak of, as far as this one does. The models are stand-ins that have the layers.
    private void Provide(List<string> words)
    {
        string zoo = Repository.Path("tests/Phosphene.Conformance.Tests/Zoo"), googlenet = SharedData.Path("models/bvlc_googlenet.onnx");
        foreach (string folder in new[] { "models", "export", "states" }) Directory.CreateDirectory(At(folder));
        foreach (string name in new[] { "googlenet.onnx", "bvlc_googlenet.onnx", "model.onnx", "models/googlenet.onnx", "export/model.onnx" }) File.CreateSymbolicLink(At(name), googlenet);
        File.CreateSymbolicLink(At("squeezenet.onnx"), SharedData.Path("models/squeezenet1.1.onnx"));
        File.CreateSymbolicLink(At("own.onnx"), Path.Combine(zoo, "resnet18.onnx"));
        File.CreateSymbolicLink(At("vit.onnx"), Path.Combine(zoo, "vit.onnx"));
        bool isOwn = words.Any(word => word is "own.onnx" or "mine.onnx");
        File.WriteAllLines(At("labels.txt"), isOwn ? [.. Enumerable.Range(0, 9).Select(i => $"class {i}"), "tabby"] : File.ReadAllLines(SharedData.Path("models/imagenet_synset_words.txt")));
        File.Copy(SharedData.Path("models/imagenet_synset_words.txt"), At("imagenet.txt"));
        string[] photos = [.. Directory.GetFiles(SharedData.Path("images/imagenet-sample"), "*.jpg").Order(StringComparer.Ordinal)];
        foreach (string name in new[] { "cat.jpg", "photo.jpg" }) File.Copy(photos[0], At(name));
        foreach (string name in new[] { "photo.png", "cat.png", "dog.png" }) Images.Picture.Load(photos[0]).Save(At(name));
        foreach ((string folder, int first) in new[] { ("photos", 0), ("dogs", 4) })
        {
            Directory.CreateDirectory(At(folder));
            foreach (string file in photos.Skip(first).Take(4)) File.Copy(file, At($"{folder}/{Path.GetFileName(file)}"));
        }
        if (words[0] == "paths")
        {
            // A few of each unit, and others beside them.
            foreach (string file in photos.Skip(4).Take(14)) File.Copy(file, At($"photos/{Path.GetFileName(file)}"));
            Set(words, "--nearest", "3");
        }
        if (words[0] is "status" or "gallery") Assert.Equal((0, ""), Do("sweep", "googlenet.onnx", "-o", "channels", "--layers", "inception_3a/output", "--every", "100", "--steps", "2", "--size", "64"));
        foreach (string name in new[] { "dog.safetensors", "unit.safetensors" }.Where(name => words[0] != "prototypes" && words.Any(word => word.Contains(name, StringComparison.Ordinal))))
            Assert.Equal((0, ""), Do("prototypes", "googlenet.onnx", "inception_3b/output", "--images", "photos", "-o", name, "--preprocess", "caffe"));
        File.WriteAllLines(At("list.txt"), Directory.GetFiles(At("photos")).Order(StringComparer.Ordinal));
        if (words[0] != "directions") ProvideDirections();
        if (words.Any(word => word.Contains("photos.safetensors", StringComparison.Ordinal)) && words[0] != "statistics") Assert.Equal((0, ""), Do("statistics", "--images", "photos", "--size", "64", "-o", "photos.safetensors"));
        if (words.Any(word => word.Contains("patches.safetensors", StringComparison.Ordinal)) && words[0] != "patches") Assert.Equal((0, ""), Do("patches", "--images", "photos", "--size", "64", "--count", "40", "-o", "patches.safetensors"));
        if (words.Any(word => word.Contains("denoiser.onnx", StringComparison.Ordinal)) && words[0] != "denoiser") Assert.Equal((0, ""), Do("denoiser", "--images", "photos", "--size", "64", "--steps", "3", "-o", "denoiser.onnx"));
        if (words.Any(word => word.Contains("'decoder.onnx'", StringComparison.Ordinal))) File.Copy(Repository.Path("src/Phosphene/Models/shapes-decoder.onnx"), At("decoder.onnx"));
        if (words.Contains("4c.sqlite") && words[0] == "sweep") Assert.Equal((0, ""), Do("examples", "googlenet.onnx", "inception_4c/output", "--images", "photos", "-o", "4c.sqlite"));
        if (words.Contains("examples.sqlite") && words[0] == "sweep") Assert.Equal((0, ""), Do("examples", "googlenet.onnx", "inception_4c/output", "inception_4d/output", "--images", "photos", "-o", "examples.sqlite"));
        if (words.Contains("diagnosis.json")) File.WriteAllText(At("diagnosis.json"), "{\"layers\":[]}");
        if (words[0] == "evaluate") NpyFile.Write(At("x.npy"), new Shape(1, 3, 224, 224), new float[3 * 224 * 224]);
        if (words[0] == "history") Assert.Equal((0, ""), Do("train", "shapes-classifier", "--steps", "100", "--keep-every", "50", "-o", "states/classifier.onnx"));
        foreach (string name in new[] { "fur.png", "dogs.png", "7.png", "x.png" }.Where(words.Contains))
            if (words[0] is "replay" or "classify" or "quality" || words.Contains("--recipe")) Assert.Equal((0, ""), Do("render", "googlenet.onnx", "inception_3a/output:42", "-o", name, "--steps", "2", "--size", "64"));
        if (words.Contains("grey28.onnx") && words[0] != "train") Assert.Equal((0, ""), Do("train", "shapes-classifier", "--size", "28", "--grey", "--steps", "3", "-o", "grey28.onnx"));
        if (words.Contains("mine.onnx") && words[0] != "import") Assert.Equal((0, ""), Do("import", "own.onnx", "-o", "mine.onnx", "--preprocess", "imagenet", "--labels", "labels.txt"));
    }

    // Directions in inception_4c/output, which has 512 channels.
    private void ProvideDirections()
    {
        const int Channels = 512, Rows = 12;
        foreach ((string name, Shape shape) in new[] { ("parts.npy", new Shape(Rows, Channels)), ("dogs.npy", new Shape(Channels)), ("whiten.npy", new Shape(Channels, Channels)) })
            NpyFile.Write(At(name), shape, Numbers(shape.Count));
        SafetensorsFile.Write(At("sae.safetensors"), ("W_dec", new Shape(Rows, Channels), Numbers(Rows * Channels)));

        static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i))];
    }

    // The option as it is to be, whether it was given or not.
    private static void Set(List<string> words, string name, string value)
    {
        int at = words.IndexOf(name);
        int end = words.IndexOf("--") is >= 0 and var mark ? mark : words.Count;             // behind it there are no options
        if (at < 0) words.InsertRange(end, [name, value]);
        else words[at + 1] = value;
    }

    private (int Code, string Error) Do(params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll"), .. words])
        {
            WorkingDirectory = At(""),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        _ = output.Result;
        return (process.ExitCode, error.Result);
    }
}
