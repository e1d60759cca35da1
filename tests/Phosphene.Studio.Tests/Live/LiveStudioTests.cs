using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Studio.Tests.Live;

/// <summary>What a page can do with an ascent, over HTTP.</summary>
public class LiveStudioTests
{
    private const string Channel = "conv3/relu:5";

    private static readonly object Small = LiveStudio.Recipe("lucid", ("steps", "60"), ("size", "40x48"));

    private static int Step(JsonNode state) => state["step"]!.GetValue<int>();

    private static string Id(JsonNode state) => state["id"]!.GetValue<string>();

    private static bool Is(JsonNode state, string name) => state[name]!.GetValue<bool>();

    private static int[] Snapshots(JsonNode state) => [.. state["snapshots"]!.AsArray().Select(step => step!.GetValue<int>())];

    private static async Task<Picture> PictureOf(LiveStudio studio, string id)
    {
        using var stream = new MemoryStream(await studio.Bytes($"ascents/{id}/picture.png"));
        return ImageReader.Read(stream, "picture").Picture;
    }

    [Fact]
    public async Task Frames_come_while_it_runs_and_the_last_is_whole()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        JsonNode state = await studio.Begin(Channel, Small);
        Assert.Equal((60, 40, 48), (state["steps"]!.GetValue<int>(), state["height"]!.GetValue<int>(), state["width"]!.GetValue<int>()));
        Assert.Equal(["steps", "size", "seed", "parameterization", "transforms", "optimizer", "imageOperators", "gradientOperators", "penalty"], state["recipe"]!["parts"]!.AsObject().Select(part => part.Key));
        Assert.Equal("40x48", state["recipe"]!["parts"]!["size"]!.GetValue<string>());
        await studio.UntilDone(Id(state));
        await Task.Delay(200);
        IReadOnlyList<JsonNode> frames = studio.Events("frame");
        Assert.True(frames.Count >= 3, $"{frames.Count} frames");
        JsonNode last = frames[^1];
        Assert.Equal((60, true, false), (Step(last), Is(last, "isDone"), Is(last, "isRunning")));
        Assert.StartsWith("data:image/png;base64,", last["image"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(frames, frame => frame["image"]!.GetValue<string>().StartsWith("data:image/jpeg;base64,", StringComparison.Ordinal));
        Assert.Equal(4, last["spectrum"]!.AsArray().Count);          // octaves of 40 pixels
        using var stream = new MemoryStream(Convert.FromBase64String(last["image"]!.GetValue<string>().Split(',')[1]));
        Assert.Equal((await PictureOf(studio, Id(state))).Bytes.ToArray(), ImageReader.Read(stream, "frame").Picture.Bytes.ToArray());
        int[] doublings = [1, 2, 4, 8, 16, 32];
        Assert.Equal(doublings, Snapshots(await studio.State(Id(state))));
        Assert.Equal(doublings, studio.Events("snapshot").Select(Step));
    }

    [Fact]
    public async Task It_pauses_advances_by_steps_and_runs_on()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, LiveStudio.Recipe("lucid", ("steps", "5000"), ("size", "40x48"))));
        await studio.Until(id, state => Step(state) >= 5);
        JsonNode paused = await studio.Ascent(id, "pause", new { });
        Assert.False(Is(paused, "isRunning"));
        await Task.Delay(100);
        Assert.Equal(Step(paused), Step(await studio.State(id)));
        await studio.Ascent(id, "advance", new { steps = 7 });
        await studio.Until(id, state => Step(state) >= Step(paused) + 7);
        await Task.Delay(100);
        Assert.Equal(Step(paused) + 7, Step(await studio.State(id)));
        Assert.True(Is(await studio.Ascent(id, "run", new { }), "isRunning"));
        await studio.Until(id, state => Step(state) >= Step(paused) + 20);
    }

    [Fact]
    public async Task Nobody_looking_is_a_pause()
    {
        await using LiveStudio studio = await LiveStudio.Open(listens: false);
        string id = Id(await studio.Begin(Channel, Small));
        await Task.Delay(200);
        Assert.Equal(0, Step(await studio.State(id)));
    }

    [Fact]
    public async Task Done_it_goes_on_beyond_its_steps()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, Small));
        await studio.UntilDone(id);
        await studio.Ascent(id, "advance", new { steps = 3 });
        JsonNode state = await studio.Until(id, state => Step(state) == 63);
        Assert.Equal((63, true, true), (state["steps"]!.GetValue<int>(), Is(state, "isDone"), Is(state, "isReplayable")));
        state = await studio.Ascent(id, "run", new { });
        Assert.Equal((126, true), (state["steps"]!.GetValue<int>(), Is(state, "isRunning")));
    }

    [Fact]
    public async Task What_was_steered_in_what_stages_tell_is_made_again_by_the_recipe_that_is_saved()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, LiveStudio.Recipe("lucid", ("steps", "2000"), ("size", "40x48"))));
        await studio.Until(id, state => Step(state) >= 10);
        JsonNode paused = await studio.Ascent(id, "pause", new { });
        await studio.Ascent(id, "steer", new { recipe = LiveStudio.Recipe("lucid", ("steps", "2000"), ("size", "40x48"), ("penalty", "0.2*tv()"), ("optimizer", "adam(0.02)")) });
        await studio.Ascent(id, "advance", new { steps = 10 });                  // else the two changes are one
        await studio.Until(id, state => Step(state) >= Step(paused) + 10);
        await studio.Ascent(id, "steer", new { recipe = LiveStudio.Recipe("lucid", ("steps", "2000"), ("size", "48x56"), ("transforms", "jitter(4)"), ("gradientOperators", "normalize(l2)")) });
        await studio.Ascent(id, "run", new { });
        JsonNode done = await studio.UntilDone(id);
        Assert.True(Is(done, "isReplayable"));
        Assert.Equal(["optimizer", "penalty", "size", "transforms", "gradientOperators", "optimizer", "penalty"], done["changes"]!.AsArray().Select(change => change!["what"]!.GetValue<string>().Split(':')[0]).ToArray()[..2].Concat(["size", "transforms", "gradientOperators", "optimizer", "penalty"]));

        var recipe = Recipe.FromJson(Encoding.UTF8.GetString(await studio.Bytes($"ascents/{id}/recipe.json")));
        Assert.Equal(2, recipe.Stages.Length);
        using var model = Model.Load(EmbeddedModels.Shapes);
        Assert.Equal(new Visualizer(model, recipe).Render(Objective.Parse(Channel)).Pictures[0].Bytes.ToArray(), (await PictureOf(studio, id)).Bytes.ToArray());
    }

    [Fact]
    public async Task Another_objective_or_parameterization_goes_on_and_says_that_it_cannot_be_replayed()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, LiveStudio.Recipe("lucid", ("steps", "5000"), ("size", "40x48"))));
        await studio.Until(id, state => Step(state) >= 10);
        JsonNode state = await studio.Ascent(id, "steer", new { objective = "logit(3)" });
        Assert.Equal((false, "logit(3)"), (Is(state, "isReplayable"), state["objective"]!.GetValue<string>()));
        Assert.True(Step(state) >= 10);
        using var stream = new MemoryStream(await studio.Bytes($"ascents/{id}/picture.png"));
        Assert.True(Provenance.Read(ImageReader.Read(stream, "picture"), "picture").IsSteered);

        state = await studio.Ascent(id, "steer", new { recipe = LiveStudio.Recipe("lucid", ("steps", "5000"), ("size", "40x48"), ("parameterization", "pixels()")) });
        Assert.Null(state["note"]);
        Assert.True(Step(state) >= 10);
        // Of a network that makes colours no parameters are known for a picture.
        state = await studio.Ascent(id, "steer", new { recipe = LiveStudio.Recipe("lucid", ("steps", "5000"), ("size", "40x48"), ("parameterization", "cppn()")) });
        Assert.Contains("began anew", state["note"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(0, Step(state));
        Assert.True(Is(state, "isReplayable"));
    }

    [Theory]
    [InlineData("objective", "conv3/relu:5 +", 14)]
    [InlineData("objective", "0.5*nothere:5", 4)]
    [InlineData("objective", "style(conv3/relu, '/etc/passwd')", 18)]
    [InlineData("transforms", "jitter(8)|turn(3)", 10)]
    [InlineData("optimizer", "adam(0.05", 9)]
    [InlineData("parameterization", "maco('../x')", 5)]
    [InlineData("penalty", "0.1*tv", 4)]
    [InlineData("imageOperators", "blur", 4)]
    [InlineData("steps", "100001", 0)]
    [InlineData("size", "2000", 0)]
    [InlineData("seed", "-1", 0)]
    public async Task A_text_that_is_wrong_is_refused_at_its_character_and_nothing_changes(string field, string text, int position)
    {
        await using LiveStudio studio = await LiveStudio.Open();
        JsonNode before = await studio.Begin(Channel, Small);
        object body = field == "objective" ? new { objective = text } : new { recipe = LiveStudio.Recipe("lucid", (field, text)) };
        (HttpStatusCode status, JsonNode error) = await studio.TryPost($"ascents/{Id(before)}/steer", body);
        Assert.Equal((HttpStatusCode.BadRequest, field, position), (status, error["field"]!.GetValue<string>(), error["position"]!.GetValue<int>()));
        JsonNode after = await studio.State(Id(before));
        Assert.Equal((before["objective"]!.ToString(), before["recipe"]!.ToString()), (after["objective"]!.ToString(), after["recipe"]!.ToString()));
        Assert.Empty(after["changes"]!.AsArray());
    }

    [Fact]
    public async Task What_cannot_begin_leaves_nothing()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        foreach (object body in new object[] { new { page = studio.Page, model = "nothere", objective = Channel, recipe = Small }, new { page = studio.Page, model = LiveStudio.Model, objective = "conv3/relu:99999", recipe = Small },
            new { page = studio.Page, model = LiveStudio.Model, objective = new string('a', 5000), recipe = Small }, new { page = "x", model = LiveStudio.Model, objective = Channel, recipe = Small }, new { page = studio.Page, model = LiveStudio.Model, objective = Channel },
            new { page = studio.Page, model = LiveStudio.Model, objective = Channel, recipe = LiveStudio.Recipe("nopreset") }, new { page = studio.Page, id = "../../etc", model = LiveStudio.Model, objective = Channel, recipe = Small } })
        {
            (HttpStatusCode status, JsonNode error) = await studio.TryPost("ascents", body);
            Assert.InRange((int)status, 400, 404);
            Assert.NotEmpty(error["message"]!.GetValue<string>());
        }
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(studio.Folder, "ascents")));
        (HttpStatusCode missing, _) = await studio.TryPost("ascents/0123456789abcdef/run", new { });
        Assert.Equal(HttpStatusCode.NotFound, missing);
    }

    [Fact]
    public async Task A_snapshot_is_returned_to_with_the_same_bytes_and_another_way_taken_from_there()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, Small));
        await studio.UntilDone(id);
        Picture end = await PictureOf(studio, id);
        JsonNode state = await studio.Ascent(id, "return", new { step = 16 });
        Assert.Equal((16, false), (Step(state), Is(state, "isRunning")));
        Assert.Equal("1 2 4 8 16", string.Join(' ', Snapshots(state)));
        Assert.Equal(16, state["trace"]!.AsArray().Count);
        await studio.Ascent(id, "run", new { });
        await studio.UntilDone(id);
        Assert.Equal(end.Bytes.ToArray(), (await PictureOf(studio, id)).Bytes.ToArray());

        await studio.Ascent(id, "return", new { step = 8 });
        await studio.Ascent(id, "steer", new { recipe = LiveStudio.Recipe("lucid", ("steps", "30"), ("size", "40x48"), ("penalty", "0.5*tv()")) });
        await studio.Ascent(id, "run", new { });
        state = await studio.UntilDone(id);
        Assert.True(Is(state, "isReplayable"));
        var recipe = Recipe.FromJson(Encoding.UTF8.GetString(await studio.Bytes($"ascents/{id}/recipe.json")));
        Assert.Equal(8, Assert.Single(recipe.Stages).Steps);
        using var model = Model.Load(EmbeddedModels.Shapes);
        Assert.Equal(new Visualizer(model, recipe).Render(Objective.Parse(Channel)).Pictures[0].Bytes.ToArray(), (await PictureOf(studio, id)).Bytes.ToArray());
        (HttpStatusCode status, _) = await studio.TryPost($"ascents/{id}/return", new { step = 33 });
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task The_picture_changes_only_where_the_mask_is_white()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, LiveStudio.Recipe("lucid", ("steps", "5000"), ("size", "40x48"))));
        await studio.Until(id, state => Step(state) >= 10);
        await studio.Ascent(id, "pause", new { });
        Picture before = await PictureOf(studio, id);
        string mask = await studio.Drop(new Picture(40, 48, 1, [.. Enumerable.Range(0, 40 * 48).Select(i => i % 48 < 20 ? (byte)255 : (byte)0)]));
        JsonNode state = await studio.Ascent(id, "mask", new { image = mask });
        Assert.Equal((mask, false), (state["mask"]!.GetValue<string>(), Is(state, "isReplayable")));
        await studio.Ascent(id, "advance", new { steps = 20 });
        await studio.Until(id, later => Step(later) == Step(state) + 20);
        Picture after = await PictureOf(studio, id);
        for (int y = 0; y < 40; y++) Assert.Equal(before.Row(y)[60..].ToArray(), after.Row(y)[60..].ToArray());
        Assert.NotEqual(before.Bytes.ToArray(), after.Bytes.ToArray());

        Assert.Null((await studio.Ascent(id, "mask", new { image = (string?)null }))["mask"]);
        await studio.Ascent(id, "advance", new { steps = 5 });
        await studio.Until(id, later => Step(later) == Step(state) + 25);
        Assert.NotEqual(after.Row(20)[60..].ToArray(), (await PictureOf(studio, id)).Row(20)[60..].ToArray());
    }

    [Fact]
    public async Task Under_a_mask_the_recipe_that_is_saved_can_be_read_and_the_command_says_what_it_leaves_out()
    {
        string folder, id;
        await using (LiveStudio studio = await LiveStudio.Open())
        {
            folder = studio.Folder;
            JsonNode begun = await studio.Begin(Channel, LiveStudio.Recipe("lucid", ("steps", "30"), ("size", "40x48")));
            Assert.Null(begun["commandNote"]);
            id = Id(begun);
            string mask = await studio.Drop(new Picture(40, 48, 1, [.. Enumerable.Range(0, 40 * 48).Select(i => i % 48 < 20 ? (byte)255 : (byte)0)]));
            await studio.Ascent(id, "mask", new { image = mask });
            await studio.Ascent(id, "restart", new { });
            await studio.UntilDone(id);
            await Holds(studio);
        }
        await using LiveStudio later = await LiveStudio.Open(folder);
        await Holds(later);

        async Task Holds(LiveStudio studio)
        {
            JsonNode state = await studio.State(id);
            Assert.Equal((30, false), (Step(state), Is(state, "isReplayable")));
            Assert.Contains("mask", state["commandNote"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(Recipe.Lucid.Parameterization, Recipe.FromJson(Encoding.UTF8.GetString(await studio.Bytes($"ascents/{id}/recipe.json"))).Parameterization);
            using var stream = new MemoryStream(await studio.Bytes($"ascents/{id}/picture.png"));
            Assert.True(Provenance.Read(ImageReader.Read(stream, "picture"), "picture").IsSteered);
        }
    }

    [Fact]
    public async Task A_snapshot_whose_file_is_gone_is_missing_and_is_listed_no_longer()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, Small));
        await studio.UntilDone(id);
        await studio.Bytes($"ascents/{id}/animation.gif");           // all is written by then
        string folder = Path.Combine(studio.Folder, "ascents", id);
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "ascent.json")))!;
        string file = record["snapshots"]!.AsArray().First(place => place!["step"]!.GetValue<int>() == 8)!["file"]!.GetValue<string>();
        File.Delete(Path.Combine(folder, file));
        (HttpStatusCode status, JsonNode answer) = await studio.TryPost($"ascents/{id}/return", new { step = 8 });
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("step 8", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
        JsonNode left = await studio.State(id);
        Assert.Equal([1, 2, 4, 16, 32], Snapshots(left));
    }

    [Fact]
    public async Task What_is_kept_of_a_model_that_is_not_here_is_neither_overwritten_nor_deleted()
    {
        string folder, id;
        await using (LiveStudio studio = await LiveStudio.Open())
        {
            (folder, id) = (studio.Folder, Id(await studio.Begin(Channel, Small)));
            await studio.UntilDone(id);
        }
        string path = Path.Combine(folder, "ascents", id, "ascent.json");
        string record = (await File.ReadAllTextAsync(path)).Replace("\"shapes\"", "\"gone\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, record);
        await using LiveStudio later = await LiveStudio.Open(folder);
        foreach (string objective in (string[])["nothing:1", Channel])
        {
            (HttpStatusCode status, _) = await later.TryPost("ascents", new { page = later.Page, id, model = LiveStudio.Model, objective, recipe = Small });
            Assert.Equal(HttpStatusCode.NotFound, status);
        }
        Assert.Equal(record, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task More_than_a_step_should_be_is_refused_at_its_text_before_it_is_compiled()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        (string Field, string Text)[] wrong = [("penalty", string.Join("+", Enumerable.Repeat("tv()", 64))), ("transforms", "pad(1024)|pad(1024)"), ("transforms", "pad(1000000000)"), ("transforms", string.Join("|", Enumerable.Repeat("jitter(1)", 33)))];
        foreach ((string field, string text) in wrong)
        {
            (HttpStatusCode status, JsonNode error) = await studio.TryPost("ascents", new { page = studio.Page, model = LiveStudio.Model, objective = Channel, recipe = LiveStudio.Recipe("swift", ("size", "64"), (field, text)) });
            Assert.True((HttpStatusCode.BadRequest, field) == (status, error["field"]?.GetValue<string>()), $"{text[..15]}: {status} {error}");
        }
        (HttpStatusCode terms, JsonNode refused) = await studio.TryPost("ascents", new { page = studio.Page, model = LiveStudio.Model, objective = string.Join("+", Enumerable.Repeat(Channel, 65)), recipe = Small });
        Assert.Equal((HttpStatusCode.BadRequest, "objective"), (terms, refused["field"]!.GetValue<string>()));
        (HttpStatusCode group, _) = await studio.TryPost("ascents", new { page = studio.Page, model = LiveStudio.Model, objective = Channel, recipe = Small, group = "a-b" });
        Assert.Equal(HttpStatusCode.BadRequest, group);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(studio.Folder, "ascents")));
    }

    [Fact]
    public async Task The_length_of_words_to_print_counts_arguments_without_a_value_too()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        (HttpStatusCode status, JsonNode error) = await studio.TryPost("texts/print", new { kind = "transform", words = new[] { new { name = "jitter", arguments = new Dictionary<string, string?> { [new string('p', 5000)] = null } } } });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("at most 4000 characters", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        (status, error) = await studio.TryPost("texts/print", new { kind = "transform", words = new[] { new { name = "jitter", arguments = new Dictionary<string, string?> { ["pixels"] = null } } } });
        Assert.True(status == HttpStatusCode.BadRequest, $"{error}");
    }

    [Fact]
    public async Task It_begins_anew_from_a_dropped_image_and_with_another_seed()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, Small));
        string photo = await studio.Drop(new Picture(40, 48, 3, [.. Enumerable.Range(0, 40 * 48 * 3).Select(i => (byte)(i / 23 % 256))]));
        JsonNode state = await studio.Ascent(id, "start", new { image = photo });
        Assert.Equal((photo, true), (state["start"]!.GetValue<string>(), Step(state) == 0));
        Assert.Contains("--start", state["command"]!.GetValue<string>(), StringComparison.Ordinal);
        await studio.UntilDone(id);
        Picture fromPhoto = await PictureOf(studio, id);
        Assert.Null((await studio.Ascent(id, "start", new { image = (string?)null }))["start"]);
        state = await studio.Ascent(id, "restart", new { seed = 9 });
        Assert.Equal("9", state["recipe"]!["parts"]!["seed"]!.GetValue<string>());
        await studio.UntilDone(id);
        using var model = Model.Load(EmbeddedModels.Shapes);
        Picture expected = new Visualizer(model, Recipe.Lucid.For(40, 48).WithSteps(60) with { Seed = 9 }).Render(Objective.Parse(Channel)).Pictures[0];
        Assert.Equal(expected.Bytes.ToArray(), (await PictureOf(studio, id)).Bytes.ToArray());
        Assert.NotEqual(expected.Bytes.ToArray(), fromPhoto.Bytes.ToArray());
        (HttpStatusCode status, _) = await studio.TryPost($"ascents/{id}/start", new { image = "../../etc/passwd" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task A_divergence_is_told_and_it_can_be_restarted()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, LiveStudio.Recipe("naive", ("steps", "60"), ("size", "40x48"), ("optimizer", "ascent(1e38)"), ("penalty", "1e38*l2(0)"))));
        JsonNode state = await studio.UntilDone(id);
        Assert.Contains("learning rate", state["failure"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(Is(state, "isRunning"));
        await studio.Bytes($"ascents/{id}/picture.png");
        state = await studio.Ascent(id, "steer", new { recipe = Small });
        Assert.Null(state["failure"]);
        state = await studio.Ascent(id, "restart", new { });
        Assert.Equal((true, 0), (Is(state, "isRunning"), Step(state)));
        Assert.Null((await studio.UntilDone(id))["failure"]);
    }

    [Fact]
    public async Task A_server_that_is_killed_is_gone_on_from()
    {
        LiveStudio first = await LiveStudio.Open();
        string id = Id(await first.Begin(Channel, LiveStudio.Recipe("lucid", ("steps", "100"), ("size", "40x48"))));
        await first.Until(id, state => Step(state) >= 20);
        await first.Ascent(id, "steer", new { recipe = LiveStudio.Recipe("lucid", ("steps", "100"), ("size", "40x48"), ("penalty", "0.3*tv()")) });
        JsonNode paused = await first.Ascent(id, "pause", new { });
        await first.Bytes($"ascents/{id}/animation.gif");           // all is on disk by then
        await Task.Delay(100);
        // What a kill leaves is what is on disk now: a copy is opened by another server, while the first still runs.
        string copy = Directory.CreateTempSubdirectory("phosphene-studio-").FullName;
        foreach (string file in Directory.GetFiles(first.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(first.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        await using LiveStudio second = await LiveStudio.Open(copy);
        JsonNode state = await second.Begin(Channel, Small, id);
        Assert.Equal(Step(paused), Step(state));
        foreach (string same in new[] { "trace", "changes", "snapshots", "recipe", "objective", "terms", "isReplayable", "note", "isRunning" }) Assert.Equal($"{paused[same]}", $"{state[same]}");
        Assert.Equal((await PictureOf(first, id)).Bytes.ToArray(), (await PictureOf(second, id)).Bytes.ToArray());
        foreach (LiveStudio studio in new[] { first, second })
        {
            await studio.Ascent(id, "run", new { });
            await studio.UntilDone(id);
        }
        Assert.Equal((await PictureOf(first, id)).Bytes.ToArray(), (await PictureOf(second, id)).Bytes.ToArray());
        Assert.Equal(16, Step(await second.Ascent(id, "return", new { step = 16 })));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task It_is_saved_as_a_page_an_animation_and_small_pictures()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin("conv3/relu:5 - 0.001*l2(0.5)", LiveStudio.Recipe("lucid", ("steps", "40"), ("size", "40x48"), ("penalty", "0.1*tv()"))));
        JsonNode state = await studio.UntilDone(id);
        Assert.Equal(["conv3/relu:5", "-0.001*l2(0.5)", "-0.1*tv()"], state["terms"]!.AsArray().Select(term => term!.GetValue<string>()));
        // The terms of the objective add up to it.
        Assert.All(state["trace"]!.AsArray(), point => Assert.Equal(point![1]!.GetValue<float>(), point[2]![0]!.GetValue<float>() + point[2]![1]!.GetValue<float>(), 1e-4f * (1 + Math.Abs(point[1]!.GetValue<float>()))));
        string page = Encoding.UTF8.GetString(await studio.Bytes($"ascents/{id}/page.html"));
        Assert.Contains("phosphene render", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", "", StringComparison.Ordinal).Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        byte[] animation = await studio.Bytes($"ascents/{id}/animation.gif");
        Assert.Equal("GIF89a", Encoding.ASCII.GetString(animation, 0, 6));
        using var strip = new MemoryStream(await studio.Bytes($"ascents/{id}/snapshots/16.jpg"));
        Assert.Equal((40, 48), (ImageReader.Read(strip, "strip").Picture.Height, 48));
        await Assert.ThrowsAsync<InvalidOperationException>(() => studio.Bytes($"ascents/{id}/snapshots/17.jpg"));     // 204: it has gone
    }

    [Fact]
    public async Task Closed_it_lies_on_disk_until_it_is_asked_for()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        string id = Id(await studio.Begin(Channel, Small));
        JsonNode done = await studio.UntilDone(id);
        await studio.Ascent(id, "close", new { });
        JsonNode again = await studio.State(id);
        Assert.Equal((Step(done), $"{done["trace"]}"), (Step(again), $"{again["trace"]}"));
    }

    [Fact]
    public async Task Texts_are_told_completed_checked_and_put_together()
    {
        await using LiveStudio studio = await LiveStudio.Open(listens: false);
        JsonNode texts = await studio.Get("texts");
        Assert.Equal(["objective", "parameterization", "transform", "operator", "optimizer"], texts["registries"]!.AsArray().Select(registry => registry!["kind"]!.GetValue<string>()));
        Assert.Contains(texts["presets"]!.AsArray(), preset => preset!["name"]!.GetValue<string>() == "swift");
        JsonNode completions = await studio.Post("texts/complete", new { model = LiveStudio.Model, kind = "objective", text = "logit('rain", position = 11 });
        Assert.Contains(completions.AsArray(), completion => completion!["text"]!.GetValue<string>().StartsWith("'rainbow", StringComparison.Ordinal) && completion["start"]!.GetValue<int>() == 6);

        JsonNode checkedText = await studio.Post("texts/check", new { model = LiveStudio.Model, kind = "transform", text = "pad( 8 )|jitter(4)" });
        Assert.Equal("pad(8)|jitter(4)", checkedText["text"]!.GetValue<string>());
        Assert.Equal(["pad", "jitter"], checkedText["words"]!.AsArray().Select(word => word!["name"]!.GetValue<string>()));
        Assert.Equal("grey", checkedText["words"]![0]!["arguments"]!["fill"]!.GetValue<string>());
        JsonNode printed = await studio.Post("texts/print", new { kind = "transform", words = new object[] { new { name = "pad", arguments = new { pixels = "3", fill = "black" } }, new { name = "crop" } } });
        Assert.Equal("pad(3, black)|crop", printed["text"]!.GetValue<string>());
        printed = await studio.Post("texts/print", new { kind = "objective", words = new object[] { new { name = "tv", weight = 0.1 } } });
        Assert.Equal("0.1*tv()", printed["text"]!.GetValue<string>());

        JsonNode wrong = await studio.Post("texts/check", new { model = LiveStudio.Model, kind = "objective", text = "conv9/relu:5" });
        Assert.Equal((false, 0), (wrong["ok"]!.GetValue<bool>(), wrong["position"]!.GetValue<int>()));
        Assert.Contains("conv9/relu", wrong["message"]!.GetValue<string>(), StringComparison.Ordinal);
        (HttpStatusCode status, _) = await studio.TryPost("texts/check", new { kind = "recipe", text = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        (status, _) = await studio.TryPost("texts/complete", new { kind = "objective", text = "x", position = 7 });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        wrong = await studio.Post("texts/check", new { kind = "parameterization", text = "decoder('/etc/passwd')" });
        Assert.Equal((false, 8), (wrong["ok"]!.GetValue<bool>(), wrong["position"]!.GetValue<int>()));
    }
}
