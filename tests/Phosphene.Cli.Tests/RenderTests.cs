using System.Text.Json;
using Phosphene.Cli.Commands;
using Phosphene.Images;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class RenderTests : CommandTests
{
    [Fact]
    public void A_picture_of_the_right_size_is_written_with_its_recipe()
    {
        Result result = Render("relu2:7", "a.png", "--seed", "5");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith($"{At("a.png")}: relu2:7 = ", result.Output, StringComparison.Ordinal);
        Assert.Contains("3 steps of preset lucid, seed 5, ", result.Output, StringComparison.Ordinal);
        Assert.Contains(" ms a step; preprocessing signed (from the model's metadata, phosphene.preprocessing)\n", result.Output, StringComparison.Ordinal);

        Picture picture = Picture("a.png");
        Assert.Equal((24, 32, 3), (picture.Height, picture.Width, picture.Channels));
        Provenance provenance = Provenance.Read(At("a.png"));
        Assert.Equal(("tiny.onnx", "relu2:7", 3, 0, 5ul, "none"),
            (provenance.ModelFile, provenance.Objective, provenance.Step, provenance.Image, provenance.Recipe.Seed, provenance.Recipe.Transforms.ToString()));
        Assert.Equal(["a.png"], Files());
    }

    [Fact]
    public void Nothing_in_the_file_tells_when_or_where_it_was_made()
    {
        Render("relu2:7", "a.png");
        Directory.CreateDirectory(At("sub"));
        Render("relu2:7", "sub/b.png");
        Assert.Equal(Bytes("a.png"), Bytes("sub/b.png"));
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_byte()
    {
        string[] robust = ["--transforms", "pad(4)|jitter(4)|scale(0.9..1.1)|rotate(-10..10)|jitter(3)|crop"];
        Render("relu2:7 - 0.001*tv()", "one.png", ["--threads", "1", .. robust]);
        Render("relu2:7 - 0.001*tv()", "two.png", ["--threads", "2", .. robust]);
        Render("relu2:7 - 0.001*tv()", "three.png", ["--threads", "3", .. robust]);
        Assert.Equal(Bytes("one.png"), Bytes("two.png"));
        Assert.Equal(Bytes("one.png"), Bytes("three.png"));
    }

    [Fact]
    public void Two_seeds_give_two_pictures()
    {
        Render("relu2:7", "a.png", "--seed", "0");
        Render("relu2:7", "b.png", "--seed", "1");
        Assert.NotEqual(Picture("a.png").Bytes.ToArray(), Picture("b.png").Bytes.ToArray());
    }

    [Fact]
    public void More_steps_reach_a_higher_value()
    {
        double few = Render("conv2:7", "a.png", "--json", "--steps", "1").Json.GetProperty("value").GetDouble();
        double many = Render("conv2:7", "a.png", "--json", "--steps", "20").Json.GetProperty("value").GetDouble();
        Assert.True(many > few, $"{many} after 20 steps, {few} after 1");
    }

    [Fact]
    public void The_json_document_has_every_member()
    {
        Result result = Render("relu2:7 - logit(3)", "a.png", "--json", "--seed", "9", "--threads", "1");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement json = result.Json;
        Assert.Equal(
            ["objective", "layer", "layers", "preset", "steps", "stoppedRising", "seed", "size", "batch", "value", "values", "similarities", "redirectedSteps", "msPerStep", "seconds", "files", "snapshots",
                "modelSha256", "preprocessing", "preprocessingSource", "threads", "instructionSet", "interrupted", "warnings"],
            json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("relu2:7 - logit(3)", json.GetProperty("objective").GetString());
        Assert.Equal("relu2", json.GetProperty("layer").GetString());
        Assert.Equal(2, json.GetProperty("layers").GetArrayLength());
        Assert.Equal([24, 32], json.GetProperty("size").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal([At("a.png")], json.GetProperty("files").EnumerateArray().Select(file => file.GetString()!));
        Assert.Equal((3, 9, 1, 1), (json.GetProperty("steps").GetInt32(), json.GetProperty("seed").GetInt32(), json.GetProperty("batch").GetInt32(), json.GetProperty("threads").GetInt32()));
        Assert.Equal(Provenance.Read(At("a.png")).ModelSha256, json.GetProperty("modelSha256").GetString());
        Assert.Equal(Provenance.Read(At("a.png")).Value, json.GetProperty("value").GetDouble());
        Assert.False(json.GetProperty("interrupted").GetBoolean());
    }

    [Fact]
    public void Of_a_batch_every_picture_gets_a_file()
    {
        Result result = Render("relu2:7", "a.png", "--batch", "2", "--json", "--snapshots", "2");
        Assert.Equal(["a-0.png", "a-0.step-0002.png", "a-1.png", "a-1.step-0002.png"], Files());
        Assert.NotEqual(Picture("a-0.png").Bytes.ToArray(), Picture("a-1.png").Bytes.ToArray());
        Assert.Equal(1, Provenance.Read(At("a-1.png")).Image);
        Assert.Equal(result.Json.GetProperty("values")[1].GetDouble(), Provenance.Read(At("a-1.png")).Value);
    }

    [Fact]
    public void A_snapshot_is_the_picture_that_fewer_steps_would_give()
    {
        Render("relu2:7", "a.png", "--snapshots", "3, 1", "--quiet");
        Render("relu2:7", "b.png", "--steps", "1");
        Assert.Equal(["a.png", "a.step-0001.png", "a.step-0003.png", "b.png"], Files());
        Assert.Equal(Bytes("a.png"), Bytes("a.step-0003.png"));
        Assert.Equal(Picture("b.png").Bytes.ToArray(), Picture("a.step-0001.png").Bytes.ToArray());
        Provenance snapshot = Provenance.Read(At("a.step-0001.png"));
        Assert.Equal((1, 3), (snapshot.Step, snapshot.Recipe.Steps));
        Assert.Equal(Provenance.Read(At("b.png")).Value, snapshot.Value);
    }

    [Fact]
    public void Quiet_says_nothing()
    {
        Result result = Render("relu2:7", "a.png", "--quiet");
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
    }

    [Fact]
    public void An_assumed_preprocessing_is_warned_of()
    {
        Write("plain.onnx", TinyModel.Bytes(metadata: []));
        Result result = Run("render", At("plain.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24", "--steps", "1", "--transforms", "none");
        // The first layer tells more than that nothing is stated.
        Assert.StartsWith("phosphene: warning: the preprocessing 'unit' is likely to be wrong for this model: ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", Run("render", At("plain.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24", "--steps", "1", "--transforms", "none", "--preprocess", "imagenet").Error);
    }

    [Fact]
    public void A_size_that_leaves_a_layer_hardly_a_position_is_warned_of()
    {
        Result result = Render("relu2:7", "a.png", "--size", "9x20", "--json");
        const string warning = "at 9 x 20 pixels layer 'relu2' has 1 x 7 positions, which see little but the edge of the image; at 224 x 224, which is usual, it has 109 x 109. Choose a larger size.";
        Assert.Equal((0, $"phosphene: warning: {warning}\n"), (result.Code, result.Error));
        Assert.Equal([warning], result.Json.GetProperty("warnings").EnumerateArray().Select(text => text.GetString()!));
    }

    [Fact]
    public void A_size_that_leaves_a_class_no_room_is_warned_of()
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 96, width: 96));
        Result result = Run("render", At("fixed.onnx"), "logit(7)", "-o", At("a.png"), "--steps", "1", "--size", "24");
        Assert.Equal("phosphene: warning: a picture of 24 x 24 pixels has little room for a class of a model that is made for 96 x 96. Choose a larger size.\n", result.Error);
        Assert.Equal("", Run("render", At("fixed.onnx"), "logit(7)", "-o", At("a.png"), "--steps", "1", "--size", "48").Error);
    }

    [Fact]
    public void A_jitter_that_moves_the_image_out_of_sight_is_warned_of() => Assert.Equal(
        "phosphene: warning: the transforms shift the image by up to 14 pixels, and its shorter side has 24, so that much of it is often out of sight. Choose a larger size, or a smaller jitter.\n",
        Render("relu2:7", "a.png", "--transforms", "pad(4)|jitter(10)|jitter(4)").Error);

    [Fact]
    public void A_learning_rate_far_above_that_of_the_preset_is_warned_of()
    {
        Assert.Equal("phosphene: warning: the learning rate 5 is 100 times the 0.05 of preset lucid, so the colours will saturate in a few steps. Rates from 0.025 to 0.2 are usual.\n",
            Render("relu2:7", "a.png", "--lr", "5").Error);
        Assert.Equal("", Render("relu2:7", "a.png", "--lr", "0.9").Error);
    }

    [Fact]
    public void Without_a_size_the_picture_has_the_size_of_the_model()
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28));
        Run("render", At("fixed.onnx"), "relu2:7", "-o", At("a.png"), "--steps", "1", "--transforms", "none");
        Assert.Equal((20, 28), (Picture("a.png").Height, Picture("a.png").Width));
    }

    [Fact]
    public void A_class_is_found_by_its_label()
    {
        File.WriteAllLines(At("labels.txt"), [.. Enumerable.Range(0, 20).Select(i => i == 4 ? "n01440764 golden fish, goldfish" : $"class {i}")]);
        Render("logit(goldfish)", "a.png", "--labels", At("labels.txt"));
        Render("logit(4)", "b.png");
        Assert.Equal(Picture("b.png").Bytes.ToArray(), Picture("a.png").Bytes.ToArray());
        Assert.Equal(4, Provenance.Read(At("a.png")).Classes["goldfish"]);
    }

    [Fact]
    public void An_interruption_saves_the_picture_reached_so_far()
    {
        using var interruption = new Interruption();
        (Result result, Screen screen) = RunOnScreen("steps/s", interruption.Request, interruption,
            "render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24x32", "--steps", "1000000", "--transforms", "none", "--json");
        JsonElement json = result.Json;
        Assert.Equal(130, result.Code);
        Assert.True(json.GetProperty("interrupted").GetBoolean());
        int steps = json.GetProperty("steps").GetInt32();
        Assert.InRange(steps, 1, 999_999);
        Assert.Matches(@"^ ━*─+  step +\d+/1000000  objective \S+ +[\d.]+ s(teps)?/s(tep)?  (\d+:)?\d+:\d\d left$", screen.Frames[^1]);
        Assert.Equal($"phosphene: Interrupted. The picture after {steps} of 1000000 steps is in {At("a.png")}.\n", screen.Rest);
        Assert.Equal((steps, 1_000_000), (Provenance.Read(At("a.png")).Step, Provenance.Read(At("a.png")).Recipe.Steps));
    }

    [Fact]
    public void An_interruption_before_the_first_step_leaves_an_existing_picture_alone()
    {
        Render("relu2:7", "a.png");
        byte[] before = Bytes("a.png");
        using var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "render", At("tiny.onnx"), "relu2:8", "-o", At("a.png"), "--size", "24x32");
        Fails(130, "Interrupted. No step was done, so nothing was written.", result);
        Assert.Equal(before, Bytes("a.png"));
    }

    [Fact]
    public void While_one_waits_the_output_holds_the_picture_so_far_whole()
    {
        using StringWriter output = new(), error = new();
        Provenance? seen = null;
        var screen = new Screen("step 1/3", () => seen = Provenance.Read(At("a.png")));
        var job = new RenderJob(new Terminal(output, error, new Interruption()) { ErrorScreen = screen.Open })
        {
            Model = At("tiny.onnx"),
            Objective = "relu2:7",
            Output = At("a.png"),
            Recipe = new RecipeOptions { Steps = 3, Size = new ImageSize(24, 32) },
            InFile = TimeSpan.Zero,
        };
        Assert.Equal(0, job.Run());
        Assert.Equal((1, null), (seen?.Step, seen?.Value));
        Assert.Equal(3, Provenance.Read(At("a.png")).Step);
    }

    [Fact]
    public void A_preview_grows_below_the_line_of_progress_and_goes_with_it()
    {
        string[] words = ["render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24x32", "--steps", "3", "--preview"];
        (Result result, Screen screen) = RunOnScreen("step 1/3", () => { }, new Interruption(), words);
        Assert.Equal((0, ""), (result.Code, screen.Rest));
        Assert.Contains("▀▀▀▀", screen.Frames[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("▀", Run(words).Error, StringComparison.Ordinal);      // nobody watches
    }
}
