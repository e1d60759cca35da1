using System.Text.Json;
using System.Text.RegularExpressions;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class TrainTests : CommandTests
{
    [Fact]
    public void A_classifier_is_written_as_a_model_with_labels_and_preprocessing()
    {
        Result result = Run("train", "shapes-classifier", "--steps", "20", "-o", At("a.onnx"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches($@"^{Regex.Escape(At("a.onnx"))}: 20 steps; on the test images loss \d\.\d+, accuracy 0\.\d+\.\n$", result.Output);
        Assert.Equal(["a.onnx"], Files());
        using Model model = Model.Load(At("a.onnx"));
        Assert.Equal(("unit", (48, 48)), (model.Preprocessing.ToString(), model.InputSize));
        Assert.Equal(ShapesDataset.ClassNames, Enumerable.Range(0, model.Labels.Count).Select(index => model.Labels[index]));
        Assert.Equal([1, 60], model.LayerShapes().Single(entry => entry.Layer.Name == model.LogitsLayer).Shape!);
    }

    [Fact]
    public void A_classifier_of_small_grey_images_is_trained_and_rendered_without_more_options()
    {
        Assert.Equal(0, Run("train", "shapes-classifier", "--grey", "--size", "28", "--steps", "200", "-o", At("a.onnx"), "--quiet").Code);
        using (Model model = Model.Load(At("a.onnx"))) Assert.Equal(new ImageInput(1, false, 28, 28), model.Input);
        Result result = Run("render", At("a.onnx"), "conv3:5", "-o", At("a.png"), "--steps", "30", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Images.Picture picture = Images.Picture.Load(At("a.png"));
        Assert.Equal((1, 28, 28), (picture.Channels, picture.Height, picture.Width));
        string transforms = Provenance.Read(At("a.png")).Recipe.Transforms.ToString();
        Assert.StartsWith("pad(2)|jitter(1)|scale(", transforms, StringComparison.Ordinal);
        Assert.EndsWith(")|jitter(1)", transforms, StringComparison.Ordinal);
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Fails(2, "The display '3,2,1' shows channel 3; the model's images have channel 0 alone.", Run("render", At("a.onnx"), "conv3:5", "-o", At("b.png"), "--display", "3,2,1"));
    }

    [Fact]
    public void With_json_one_document_tells_of_the_files_and_the_test()
    {
        Result result = Run("train", "shapes-autoencoder", "--steps", "3", "--seed", "5", "-o", At("a.onnx"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["model", "seed", "steps", "stepsDone", "loss", "test", "files", "interrupted"], result.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("shapes-autoencoder", 5, 3, 3), (result.Json.GetProperty("model").GetString(), Number("seed"), Number("steps"), Number("stepsDone")));
        Assert.False(result.Json.GetProperty("interrupted").GetBoolean());
        Assert.InRange(result.Json.GetProperty("loss").GetDouble(), 0.001, 1);
        JsonProperty error = Assert.Single(result.Json.GetProperty("test").EnumerateObject());
        Assert.Equal("squaredError", error.Name);
        Assert.InRange(error.Value.GetDouble(), 0.001, 1);
        Assert.Equal([At("a.onnx"), At("a-decoder.onnx")], result.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(["a-decoder.onnx", "a.onnx"], Files());
        using Model whole = Model.Load(At("a.onnx"));
        Assert.Equal("unit", whole.Preprocessing.ToString());

        int Number(string name) => result.Json.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Metrics_are_lines_of_JSON_and_quiet_prints_nothing()
    {
        Write("a.jsonl", "an earlier training\n"u8.ToArray());
        Assert.Equal(new Result(0, "", ""), Run("train", "shapes-classifier", "--steps", "60", "-o", At("a.onnx"), "--metrics", At("a.jsonl"), "--quiet"));
        JsonElement[] lines = Lines("a.jsonl");
        Assert.Equal([50, 60], lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.All(lines, line => Assert.Equal(["step", "loss", "smoothedLoss", "accuracy", "learningRate", "gradientNorm", "examplesPerSecond", "seconds"], line.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public void An_interrupted_training_is_kept_and_goes_on_to_the_same_bytes()
    {
        string[] words = ["train", "shapes-classifier", "--steps", "60", "--seed", "7"];
        string[] options = [.. words, "-o", At("a.onnx"), "--metrics", At("a.jsonl"), "--json"];
        Run([.. words, "-o", At("whole.onnx"), "--metrics", At("whole.jsonl"), "--threads", "1"]);

        using var interruption = new Interruption();
        (Result result, Screen screen) = RunOnScreen("step 50/60", interruption.Request, interruption, options);
        Assert.Equal(2, screen.Frames.Count);
        Assert.Equal($" {new string('─', 40)}  step  0/60", screen.Frames[0]);
        Assert.Matches(@"^ ━+─+  step 50/60  loss \d\.\d+ +accuracy 0\.\d+", screen.Frames[1]);
        Assert.Equal(130, result.Code);
        Assert.Equal($"phosphene: Interrupted after step 50 of 60; '{At("a.checkpoint")}' holds it, and the same command with --resume goes on.\n", screen.Rest);
        Assert.Equal((50, true), (result.Json.GetProperty("stepsDone").GetInt32(), result.Json.GetProperty("interrupted").GetBoolean()));
        Assert.Equal((JsonValueKind.Null, 0), (result.Json.GetProperty("test").ValueKind, result.Json.GetProperty("files").GetArrayLength()));
        Assert.Equal(["a.checkpoint", "a.jsonl", "whole.jsonl", "whole.onnx"], Files());

        Result resumed = Run([.. options, "--threads", "2", "--resume"]);
        Assert.Equal((0, "", 60), (resumed.Code, resumed.Error, resumed.Json.GetProperty("stepsDone").GetInt32()));
        Assert.Equal(["a.jsonl", "a.onnx", "whole.jsonl", "whole.onnx"], Files());
        Assert.Equal(Bytes("whole.onnx"), Bytes("a.onnx"));
        Assert.Equal(Lines("whole.jsonl").Select(Numbers), Lines("a.jsonl").Select(Numbers));

        static (int, double, double, double) Numbers(JsonElement line) =>
            (line.GetProperty("step").GetInt32(), line.GetProperty("loss").GetDouble(), line.GetProperty("smoothedLoss").GetDouble(), line.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public void A_model_that_cannot_be_written_at_the_end_is_not_lost()
    {
        string[] words = ["train", "shapes-classifier", "--steps", "4", "-o", At("a.onnx")];
        (Result result, Screen screen) = RunOnScreen("step 0", () => Directory.CreateDirectory(At("a.onnx")), new Interruption(), words);
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.Equal($"phosphene: Cannot write '{At("a.onnx")}': it is a folder; give the name of a file in it. What was reached is in '{At("a.checkpoint")}', and the same command with --resume goes on.\n", screen.Rest);
        Directory.Delete(At("a.onnx"));

        Result resumed = Run([.. words, "--resume", "--json"]);
        Assert.Equal((0, "", JsonValueKind.Null), (resumed.Code, resumed.Error, resumed.Json.GetProperty("loss").ValueKind));       // no step was left to do
        Run([.. words[..^1], At("whole.onnx")]);
        Assert.Equal(Bytes("whole.onnx"), Bytes("a.onnx"));
    }

    [Fact]
    public void A_sheet_shows_what_an_autoencoder_makes_of_images()
    {
        Result result = Run("train", "shapes-autoencoder", "--steps", "2", "-o", At("a.onnx"), "--sheet", At("a.png"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal([At("a.onnx"), At("a-decoder.onnx"), At("a.png")], result.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal((8 * 50 - 2, 15 * 50 - 2), (Picture("a.png").Height, Picture("a.png").Width));
        Fails(2, "--sheet shows what an autoencoder makes of images; shapes-classifier makes none.", Run("train", "shapes-classifier", "-o", At("b.onnx"), "--sheet", At("b.png")));
        Fails(2, "'a.jpg' is not the name of a PNG file; pictures are written as PNG, so give a name that ends in .png.", Run("train", "shapes-vae", "-o", At("b.onnx"), "--sheet", "a.jpg"));
    }

    [Fact]
    public void A_folder_that_disappears_is_named()
    {
        Directory.CreateDirectory(At("sub"));
        (Result result, Screen screen) = RunOnScreen("step 0", () => Directory.Delete(At("sub"), recursive: true), new Interruption(), "train", "shapes-classifier", "--steps", "2", "-o", At("sub/a.onnx"));
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.Equal($"phosphene: Cannot write '{At("sub/a.checkpoint")}': the folder '{At("sub")}' does not exist; create it or choose another.\n", screen.Rest);
    }

    private JsonElement[] Lines(string name) => [.. File.ReadAllLines(At(name)).Select(line => JsonDocument.Parse(line).RootElement)];

    private new string[] Files() => [.. Directory.GetFiles(At(".")).Select(file => Path.GetFileName(file)!).Where(name => name != "tiny.onnx").Order(StringComparer.Ordinal)];
}
