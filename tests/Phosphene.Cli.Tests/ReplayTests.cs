using System.Text.Json;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class ReplayTests : CommandTests
{
    [Fact]
    public void A_replay_gives_the_same_bytes()
    {
        Render("relu2:7 - 0.01*l2()", "a.png", "--preset", "lucid", "--transforms", "pad(2)|jitter(4)|scale(0.9, 1.1)|rotate(-9..9)|crop", "--seed", "3");
        Result result = Run("replay", At("a.png"));
        Assert.Equal((0, $"{At("a.replay.png")}: 3 steps again, and the pixels are equal.\n", ""), (result.Code, result.Output, result.Error));
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
    }

    [Fact]
    public void Images_of_a_batch_snapshots_and_other_threads_replay_too()
    {
        Render("relu2:7", "a.png", "--batch", "2", "--snapshots", "2", "--preprocess", "bgr*255-(1,2,3)");
        foreach (string name in new[] { "a-0.png", "a-1.png", "a-1.step-0002.png" })
        {
            Assert.Equal(0, Run("replay", At(name), "-o", At("again.png"), "--threads", "3").Code);
            Assert.Equal(Bytes(name), Bytes("again.png"));
        }
    }

    [Fact]
    public void A_class_label_replays_without_the_labels_file()
    {
        File.WriteAllLines(At("labels.txt"), Enumerable.Range(0, 20).Select(i => $"class {i}"));
        Render("probability('class 4') + logit('class 7')", "a.png", "--labels", At("labels.txt"));
        File.Delete(At("labels.txt"));
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
    }

    [Fact]
    public void A_picture_that_a_program_made_and_saved_replays()
    {
        using (Model model = Model.Load(At("tiny.onnx")))
        {
            model.Visualize("relu2:7 - 0.01*l2()", Recipe.Lucid with { Height = 24, Width = 32, Steps = 3, Seed = 3 }).Save(At("a.png"));
            model.Visualize(Objective.From("corner", t => t["relu2"].Mean()), Recipe.Naive with { Height = 24, Width = 32, Steps = 1 }).Save(At("own.png"));
        }
        Assert.Equal((0, $"{At("a.replay.png")}: 3 steps again, and the pixels are equal.\n", ""), Run("replay", At("a.png")) is var result ? (result.Code, result.Output, result.Error) : default);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
        Result own = Run("replay", At("own.png"));
        Assert.Equal(4, own.Code);
        Assert.Contains("A custom objective exists only in the code that made it; it cannot be read from text.", own.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_was_steered_replays_where_its_recipe_tells_that_and_is_refused_where_it_does_not()
    {
        using (Model model = Model.Load(At("tiny.onnx")))
        {
            Recipe recipe = Recipe.Lucid with { Height = 24, Width = 32, Steps = 9, Seed = 3 };
            using var ascent = new Ascent(model, recipe, Objective.Parse("relu2:7"));
            for (int step = 0; step < 3; step++) ascent.Advance();
            ascent.GoOn(recipe with { Penalty = Objective.Parse("0.1*tv()") }, Objective.Parse("relu2:7"));
            Visualizer.Finish(ascent).Pictures[0].Save(At("told.png"));
            ascent.GoOn(ascent.Recipe.WithSteps(12), Objective.Parse("relu2:5"));
            Visualizer.Finish(ascent).Pictures[0].Save(At("steered.png"));
        }
        Assert.Equal(0, Run("replay", At("told.png")).Code);
        Assert.Equal(Bytes("told.png"), Bytes("told.replay.png"));
        Result result = Run("replay", At("steered.png"));
        Assert.Equal(4, result.Code);
        Assert.Contains("was steered while it was made", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("steered.replay.png")));
    }

    [Fact]
    public void The_json_document_tells_whether_the_pixels_are_equal()
    {
        Render("relu2:7", "a.png");
        JsonElement json = Run("replay", At("a.png"), "--json").Json;
        Assert.True(json.GetProperty("pixelsEqual").GetBoolean());
        Assert.Equal(0, json.GetProperty("largestDifference").GetInt32());
        Assert.Equal(At("a.replay.png"), json.GetProperty("replay").GetString());
    }

    [Fact]
    public void Pixels_that_were_changed_since_are_told()
    {
        Render("relu2:7", "a.png");
        ImageContents png = ImageReader.Read(At("a.png"));
        byte[] bytes = png.Picture.Bytes.ToArray();
        bytes[100] ^= 64;
        new Picture(24, 32, 3, bytes).Save(At("a.png"), png.Texts);
        Result result = Run("replay", At("a.png"));
        Assert.Equal((1, $"{At("a.replay.png")}: 3 steps again.\n", $"phosphene: The pixels of the replay are not those of '{At("a.png")}'; the largest difference is 64 of 255.\n"),
            (result.Code, result.Output, result.Error));
    }

    [Fact]
    public void The_model_may_be_elsewhere()
    {
        Render("relu2:7", "a.png");
        Directory.CreateDirectory(At("models"));
        File.Move(At("tiny.onnx"), At("models/other.onnx"));
        string hash = Provenance.Read(At("a.png")).ModelSha256;
        Fails(3, $"'{At("a.png")}' was made with the model 'tiny.onnx' (SHA-256 {hash}), which is neither beside it nor in the current folder; give its path with --model.", Run("replay", At("a.png")));
        Assert.Equal(0, Run("replay", At("a.png"), "--model", At("models/other.onnx")).Code);
    }

    [Fact]
    public void Another_model_is_refused_with_both_hashes()
    {
        Render("relu2:7", "a.png");
        string hash = Provenance.Read(At("a.png")).ModelSha256;
        File.WriteAllBytes(At("tiny.onnx"), TinyModel.Bytes(metadata: []));
        Result result = Run("replay", At("a.png"));
        Assert.Equal(3, result.Code);
        Assert.Matches($"^phosphene: '.*a.png' was made with a model 'tiny.onnx' of SHA-256 {hash}; '.*tiny.onnx' has [0-9a-f]{{64}}, so it is another model; give the right one with --model.\n$", result.Error);
    }

    [Fact]
    public void The_original_is_never_replaced()
    {
        Render("relu2:7", "a.png");
        Fails(2, $"'{At("a.png")}' is the picture to replay, which is not overwritten; give another name with -o.", Run("replay", At("a.png"), "-o", At("a.png")));
    }

    [Fact]
    public void A_picture_without_a_recipe_is_refused()
    {
        new Picture(2, 3, 3, new byte[18]).Save(At("a.png"));
        Fails(4, $"'{At("a.png")}' carries no recipe (no text 'phosphene:recipe'), so it was not made by Phosphene or was saved again by another program; give a PNG as 'phosphene render' wrote it.", Run("replay", At("a.png")));
    }

    [Fact]
    public void A_recipe_that_cannot_be_read_is_refused()
    {
        new Picture(2, 3, 3, new byte[18]).Save(At("a.png"), [new PngText(Provenance.Keyword, "{}")]);
        Fails(4, $"The recipe in '{At("a.png")}': 'phosphene' is missing, where a text is expected.", Run("replay", At("a.png")));

        Render("relu2:7", "b.png");
        ImageContents png = ImageReader.Read(At("b.png"));
        png.Picture.Save(At("b.png"), [.. png.Texts.Select(text => text with { Text = text.Text.Replace("relu2:7", "custom('mine')", StringComparison.Ordinal) })]);
        Fails(4, $"The recipe in '{At("b.png")}' has the objective 'custom('mine')', which cannot be read: A custom objective exists only in the code that made it; it cannot be read from text.\n  custom('mine')\n  ^", Run("replay", At("b.png")));
    }

    [Fact]
    public void A_missing_or_broken_picture_is_refused()
    {
        Fails(4, $"Image '{At("no.png")}' does not exist; check its path.", Run("replay", At("no.png")));
        Write("broken.png", "this is not a picture"u8.ToArray());
        Result result = Run("replay", At("broken.png"));
        Assert.Equal(4, result.Code);
        Assert.StartsWith($"phosphene: Cannot read '{At("broken.png")}': ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_replay_writes_nothing()
    {
        Render("relu2:7", "a.png");
        using var interruption = new Interruption();
        interruption.Request();
        Fails(130, "Interrupted after 0 of 3 steps; nothing was written.", Run(interruption, "replay", At("a.png")));
        Assert.Equal(["a.png"], Files());
    }
}
