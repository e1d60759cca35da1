using System.Security.Cryptography;
using System.Text.Json;
using Phosphene.Atlas.Sweeps;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Atlas.Tests.Sweeps;

public sealed class DatasetExamplesTests : IDisposable
{
    private static readonly Recipe s_small = Recipe.Lucid with { Height = 18, Width = 22, Steps = 2, Transforms = Pipeline.Of(new Jitter(2)) };

    private readonly TinyModel _tiny = new() { FixedSize = (36, 48) };
    private readonly Model _model;
    private readonly ExampleIndex _index;
    private readonly string _folder = Directory.CreateTempSubdirectory("examples").FullName;

    public DatasetExamplesTests()
    {
        _model = _tiny.Load();
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 30; i++)
        {
            var bytes = new byte[(50 + i) * 90 * 3];
            new Random(i).NextBytes(bytes);
            new Picture(50 + i, 90, 3, bytes).Save(At($"photos/{i:00}.png"));
        }
        _index = ExampleIndex.Build(_model, [new UnitChoice("relu2"), new UnitChoice(Layer.Pre("relu2"), [1, 3])], Photos, At("index.sqlite"), new ExampleOptions { Count = 9, Random = 7 })!;
    }

    public void Dispose()
    {
        _index.Dispose();
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ImageFolder Photos => ImageFolder.Open(At("photos"));

    [Fact]
    public void A_record_says_what_the_index_says_and_its_photos_are_there()
    {
        SweepPlan plan = Plan(("relu2", [0, 4]), (Layer.Pre("relu2"), [1, 3]));
        Assert.Equal([SweepMake.Channel, SweepMake.Channel, SweepMake.Examples, SweepMake.Examples], plan.Units.Take(4).Select(unit => unit.Make));
        Run(plan, "a");
        foreach (SweepUnit unit in plan.Units.Where(unit => unit.Make == SweepMake.Examples))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(At($"a/{unit.RecordName}")));
            JsonElement root = document.RootElement, examples = root.GetProperty("examples");
            Assert.Equal(["unit", "model", "layer", "channel", "make", "summary", "examples", "files"], root.EnumerateObject().Select(property => property.Name));
            Assert.Equal((unit.Id, _model.Sha256, unit.Layer.Name, unit.Channel, "examples"),
                (root.GetProperty("unit").GetString(), root.GetProperty("model").GetString(), root.GetProperty("layer").GetString(), root.GetProperty("channel").GetInt32(), root.GetProperty("make").GetString()));
            UnitSummary summary = _index.SummaryOf(unit.Layer, unit.Channel);
            Assert.Equal((summary.Images, summary.Highest, summary.MaximumDeviation, summary.Active),
                (root.GetProperty("summary").GetProperty("images").GetInt64(), root.GetProperty("summary").GetProperty("highest").GetSingle(), root.GetProperty("summary").GetProperty("maximumDeviation").GetDouble(), root.GetProperty("summary").GetProperty("active").GetInt64()));
            Assert.Equal(_index.Of(unit.Layer, unit.Channel, ExampleKind.Random).Select(example => example.Mean).Order(), examples.GetProperty("random").EnumerateArray().Select(value => value.GetSingle()));
            var files = new List<string>();
            foreach ((string name, ExampleKind kind, int most) in new[] { ("top", ExampleKind.Top, 8), ("slightlyPositive", ExampleKind.SlightlyPositive, 4), ("slightlyNegative", ExampleKind.SlightlyNegative, 4), ("bottom", ExampleKind.Bottom, 4) })
            {
                UnitExample[] said = [.. _index.Of(unit.Layer, unit.Channel, kind).Take(most)];
                JsonElement[] entries = [.. examples.GetProperty(name).EnumerateArray()];
                Assert.Equal(said.Select(example => (example.File, example.Value, example.Mean, example.Y, example.X)),
                    entries.Select(entry => (entry.GetProperty("name").GetString()!, entry.GetProperty("value").GetSingle(), entry.GetProperty("mean").GetSingle(), entry.GetProperty("y").GetInt32(), entry.GetProperty("x").GetInt32())));
                foreach ((UnitExample example, JsonElement entry) in said.Zip(entries))
                {
                    string file = entry.GetProperty("photo").GetString()!;
                    files.Add(file);
                    Picture original = Photos.Read(example.File), photo = Picture.Load(At($"a/{file}"));
                    Assert.Equal(file, $"photos/{Hash(At($"a/{file}"))[..16]}.jpg");
                    Assert.Equal(224, Math.Min(photo.Height, photo.Width));
                    Assert.InRange((double)photo.Width / photo.Height / original.Width * original.Height, 0.99, 1.01);
                    Assert.Equal([photo.Height, photo.Width], Numbers(entry, "size"));
                    // The same part, in the pixels of the photo: within one pixel of each side, which is what rounding takes.
                    int[] crop = Numbers(entry, "crop");
                    double scale = (double)photo.Height / original.Height;
                    Assert.InRange(crop[0] - scale * example.Crop.Top, -1, 1);
                    Assert.InRange(crop[1] - scale * example.Crop.Left, -1, 1);
                    Assert.InRange(crop[0] + crop[2] - scale * (example.Crop.Top + example.Crop.Height), -1, 1);
                    Assert.InRange(crop[1] + crop[3] - scale * (example.Crop.Left + example.Crop.Width), -1, 1);
                }
            }
            Assert.Equal(files.Distinct(), root.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()!));
            Assert.All(root.GetProperty("files").EnumerateArray(), file => Assert.Equal(Hash(At($"a/{file.GetProperty("file").GetString()}")), file.GetProperty("sha256").GetString()));
        }
        SweepStatus status = SweepStatus.Of(At("a"), verify: true);
        Assert.Equal((8, 8, 0, 0), (status.Units, status.Done, status.Failed, status.Damaged.Count));
    }

    [Fact]
    public void What_is_done_is_not_done_again_and_a_photo_that_is_gone_is_written_again()
    {
        SweepPlan plan = Plan(("relu2", [0, 1, 2, 3, 4, 5]));
        Run(plan, "a");
        IReadOnlyDictionary<string, string> whole = Contents("a");
        Assert.Empty(Run(plan, "a"));
        string photo = Directory.GetFiles(At("a/photos"))[0];
        File.Delete(photo);
        SweepUnit[] without = [.. plan.Units.Where(unit => !SweepRecord.IsDone(At("a"), unit))];
        Assert.NotEmpty(without);
        Assert.Equal([Path.GetRelativePath(At("a"), photo)], SweepStatus.Of(At("a")).Damaged);
        // The first unit that needs it writes it again, and the others have it then.
        Assert.Equal(without[..1], Run(plan, "a").Select(entry => entry.Unit));
        Assert.Equal(whole, Contents("a"));

        for (int i = 3; i >= 0; i--) Assert.True(new Sweep(Plan(("relu2", [0, 1, 2, 3, 4, 5])), Directory.CreateDirectory(At("shards")).FullName).Run(new Shard(i, 4)));
        Assert.Equal(whole, Contents("shards"));
    }

    [Fact]
    public void A_photo_that_cannot_be_read_is_a_failure_of_the_channels_that_need_it_until_it_can()
    {
        SweepPlan plan = Plan(("relu2", [0, 1, 2, 3, 4, 5]));
        Run(plan, "whole");
        UnitExample best = _index.Of("relu2", 2, ExampleKind.Top)[0];
        byte[] bytes = File.ReadAllBytes(At($"photos/{best.File}"));
        foreach ((string fault, Action harm) in new (string, Action)[]
        {
            ($"Photo '{best.File}' of folder '{At("photos")}' cannot be read: ", () => File.WriteAllText(At($"photos/{best.File}"), "no picture")),
            ($"Photo '{best.File}' is not in folder '{At("photos")}'; give the images that the index was made of as --images.", () => File.Delete(At($"photos/{best.File}"))),
            ($"Photo '{best.File}' of folder '{At("photos")}' is smaller than the one that the index was made of", () => new Picture(2, 2, 3, new byte[12]).Save(At($"photos/{best.File}"))),
        })
        {
            harm();
            plan = Plan(("relu2", [0, 1, 2, 3, 4, 5]));
            (SweepUnit Unit, string? Failure)[] failed = [.. Run(plan, "a").Where(entry => entry.Failure is not null)];
            Assert.Contains((SweepMake.Examples, 2), failed.Select(entry => (entry.Unit.Make, entry.Unit.Channel)));
            Assert.All(failed, entry => Assert.StartsWith(fault, entry.Failure, StringComparison.Ordinal));
            SweepStatus status = SweepStatus.Of(At("a"), verify: true);
            Assert.Equal((12 - failed.Length, failed.Length, 0), (status.Done, status.Failed, status.Damaged.Count));
            Assert.Equal(failed.Length, Run(plan, "a").Count);       // they are tried again, and nothing else
        }
        File.WriteAllBytes(At($"photos/{best.File}"), bytes);
        Assert.All(Run(Plan(("relu2", [0, 1, 2, 3, 4, 5])), "a"), entry => Assert.Null(entry.Failure));
        foreach ((string file, string content) in Contents("whole")) Assert.Equal(content, Contents("a")[file]);
    }

    [Fact]
    public void What_the_index_does_not_have_is_said_before_anything_is_made()
    {
        Assert.Equal("The index of examples has no layer 'relu1'; it has relu2, pre(relu2). Make one with 'phosphene examples' that has it, or choose --layers.", Assert.Throws<UsageException>(() => Plan(("relu1", [0]))).Message);
        Assert.Equal("The index of examples lacks 2 of the channels of layer 'pre(relu2)', such as 0; make one with 'phosphene examples' that has them, or choose --channels.", Assert.Throws<UsageException>(() => Plan((Layer.Pre("relu2"), [0, 1, 2, 3]))).Message);
        using var other = new TinyModel { Conv1Weight = 0.2f };
        using Model model = other.Load();
        Assert.StartsWith("The index of examples is of another model", Assert.Throws<UsageException>(() => new DatasetExamples(model, _index, Photos)).Message, StringComparison.Ordinal);
        using Model seen = _tiny.Load(new ModelOptions { Threads = 1, Preprocessing = Preprocessing.Parse("caffe") });
        Assert.StartsWith("The index of examples was made with the preprocessing", Assert.Throws<UsageException>(() => new DatasetExamples(seen, _index, Photos)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_index_gives_other_units()
    {
        using ExampleIndex other = ExampleIndex.Build(_model, [new UnitChoice("relu2")], Photos, At("other.sqlite"), new ExampleOptions { Count = 9, Random = 6 })!;
        Assert.Empty(Plan(("relu2", [0, 1])).Units.Select(unit => unit.Id).Skip(2).Intersect(Plan(other, ("relu2", [0, 1])).Units.Select(unit => unit.Id)));
        Assert.Equal(4, Plan(("relu2", [0, 1])).Units.Select(unit => unit.Id).Distinct().Count());
    }

    private SweepPlan Plan(params (Layer Layer, int[] Channels)[] layers) => Plan(_index, layers);

    private SweepPlan Plan(ExampleIndex index, params (Layer Layer, int[] Channels)[] layers) =>
        new(_model, s_small, layers.Select(entry => (entry.Layer, (Func<int, IEnumerable<int>>)(_ => entry.Channels))), [SweepMake.Channel], examples: new DatasetExamples(_model, index, Photos));

    private List<(SweepUnit Unit, string? Failure)> Run(SweepPlan plan, string name)
    {
        var done = new List<(SweepUnit, string?)>();
        plan.Save(At(name));
        Assert.True(new Sweep(plan, At(name)).Run(Shard.Whole, done: (unit, failure) => done.Add((unit, failure))));
        return done;
    }

    private SortedDictionary<string, string> Contents(string name) =>
        new(Directory.EnumerateFiles(At(name), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("sweep.json" or "units.jsonl" or "network.json")).ToDictionary(file => Path.GetRelativePath(At(name), file), Hash), StringComparer.Ordinal);

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static int[] Numbers(JsonElement entry, string name) => [.. entry.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];

    private string At(string name) => Path.Combine(_folder, name);
}
