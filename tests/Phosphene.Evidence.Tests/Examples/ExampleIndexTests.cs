using Microsoft.Data.Sqlite;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Examples;

public sealed class ExampleIndexTests : IDisposable
{
    private const int Height = 5, Width = 8, Count = 43;

    private static readonly ExampleOptions Few = new() { Count = 4, Random = 7, CheckpointEvery = 16 };

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width) };
    private readonly Model _model;
    private readonly Picture[] _pictures;

    public ExampleIndexTests()
    {
        _model = _tiny.Load();
        _pictures = [.. Enumerable.Range(0, Count).Select(i => _folder.Picture($"photos/{(char)('a' + i % 3)}/{i:00}.png", i, 7 + i % 5, 13 + i % 7))];
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    private string Path(string name) => _folder.At(name);

    private ImageFolder Photos => ImageFolder.Open(Path("photos"));

    private ExampleIndex? Build(string name, string[] layers, ExampleOptions? options = null, Action<int>? observe = null, CancellationToken cancellation = default) =>
        ExampleIndex.Build(_model, [.. layers.Select(layer => new UnitChoice(Layer.Parse(layer)))], Photos, Path(name), options ?? Few, observe, cancellation);

    // The activations of a layer on the images of the folder, in their order: [channels][positions], in double precision once they are computed.
    private (string File, double[][] Maps)[] Reference(string layer)
    {
        ImageFolder photos = Photos;
        return [.. photos.Files.Select(file =>
        {
            var x = new Tensor(new Input(new Shape(1, 3, Height, Width), "image"));
            Tensor tensor = _model.Activate(x)[Layer.Parse(layer)];
            float[] values = Evaluate.Of(tensor, (x, photos.Read(file).Cover(Height, Width).ToPlanar()));
            return (file, values.Select(value => (double)value).Chunk(values.Length / tensor.Shape.Channels).ToArray());
        })];
    }

    public static TheoryData<string, int> Layers => new() { { "pre(relu1)", 3 }, { "relu1", 1 }, { "relu2", 4 }, { "logits", 2 } };

    [Theory]
    [MemberData(nameof(Layers))]
    public void The_index_has_what_sorting_all_images_gives(string layer, int channel)
    {
        using ExampleIndex index = Build("i.sqlite", ["relu2", "pre(relu1)", "logits", "relu1"])!;
        (string File, double[] Map)[] all = [.. Reference(layer).Select(image => (image.File, image.Maps[channel]))];
        Check(ExampleKind.Top, all.OrderByDescending(image => image.Map.Max()).Take(4), map => map.Max());
        Check(ExampleKind.Bottom, all.OrderBy(image => image.Map.Min()).ThenBy(image => image.Map.Max()).Take(4), map => map.Min());
        Check(ExampleKind.SlightlyPositive, all.Where(image => image.Map.Max() > 0).OrderBy(image => image.Map.Max()).Take(4), map => map.Max());
        Check(ExampleKind.SlightlyNegative, all.Where(image => image.Map.Min() < 0).OrderByDescending(image => image.Map.Min()).Take(4), map => map.Min());

        UnitExample[] random = [.. index.Of(Layer.Parse(layer), channel, ExampleKind.Random)];
        Assert.Equal((7, 7), (random.Length, random.DistinctBy(example => example.File).Count()));
        Check(ExampleKind.Random, all.Where(image => random.Any(example => example.File == image.File)).OrderBy(image => image.Map.Max()), map => map.Max());

        UnitSummary summary = index.SummaryOf(Layer.Parse(layer), channel);
        double[] maxima = [.. all.Select(image => image.Map.Max())];
        Assert.Equal((Count, maxima.Count(value => value > 0), all.Count(image => image.Map.Min() > 0)), (summary.Images, summary.Active, summary.Everywhere));
        Assert.Equal(maxima.Max(), summary.Highest, 1e-5);
        Assert.Equal(all.Min(image => image.Map.Min()), summary.Lowest, 1e-5);
        Assert.Equal(all.Average(image => image.Map.Average()), summary.Mean, 1e-5);
        Assert.Equal(maxima.Average(), summary.MaximumMean, 1e-5);
        Assert.Equal(Math.Sqrt(maxima.Average(value => Math.Pow(value - maxima.Average(), 2))), summary.MaximumDeviation, 1e-5);

        void Check(ExampleKind kind, IEnumerable<(string File, double[] Map)> expected, Func<double[], double> value)
        {
            IReadOnlyList<UnitExample> examples = index.Of(Layer.Parse(layer), channel, kind);
            Assert.Equal(expected.Select(image => image.File), examples.Select(example => example.File));
            Assert.Equal(Enumerable.Range(0, examples.Count), examples.Select(example => example.Rank));
            ReceptiveField field = ReceptiveField.Of(_model, Layer.Parse(layer));
            foreach (((string file, double[] map), UnitExample example) in expected.Zip(examples))
            {
                // Batches of eight and of one may round differently.
                Assert.Equal(value(map), example.Value, 1e-5);
                Assert.Equal(map.Average(), example.Mean, 1e-5);
                int width = layer == "relu2" ? 4 : layer == "logits" ? 1 : Width;
                Assert.Equal(Array.FindIndex(map, number => Math.Abs(number - value(map)) < 1e-6), example.Y * width + example.X);
                (int top, int left, int height, int columns) = field.At(example.Y, example.X);
                Picture photo = Photos.Read(file);
                Assert.Equal(new Covering(new ImageSize(photo.Height, photo.Width), new ImageSize(Height, Width)).Behind(top, left, height, columns), example.Crop);
                Assert.True(example.Crop.Top + example.Crop.Height <= photo.Height && example.Crop.Left + example.Crop.Width <= photo.Width);
            }
        }
    }

    [Fact]
    public void Other_tools_read_it_by_its_view()
    {
        Build("i.sqlite", ["relu1"])!.Dispose();
        (string File, double[][] Maps) best = Reference("relu1").MaxBy(image => image.Maps[2].Max());
        object[] row = Assert.Single(Rows("i.sqlite", "SELECT layer, file, class, value FROM examples WHERE channel = 2 AND kind = 'top' AND rank = 0"));
        Assert.Equal(("relu1", best.File, best.File[..1]), ((string)row[0], (string)row[1], (string)row[2]));
        Assert.Equal(best.Maps[2].Max(), (double)row[3], 1e-5);
        Assert.Empty(Rows("i.sqlite", "SELECT * FROM sqlite_schema WHERE name = 'progress'"));
    }

    [Fact]
    public void An_index_that_is_cut_off_after_any_batch_goes_on_to_the_same_one()
    {
        File.WriteAllText(Path("photos/a/05.png"), "no picture");
        using (ExampleIndex whole = Build("whole.sqlite", ["relu2", "pre(relu1)"])!) Assert.Single(whole.Skipped);
        int runs = 0;
        ExampleIndex? index = null;
        while (index is null)
        {
            using var source = new CancellationTokenSource();
            index = Build("i.sqlite", ["relu2", "pre(relu1)"], cancellation: source.Token, observe: _ => source.Cancel());
            Assert.InRange(++runs, 1, 10);
        }
        index.Dispose();
        Assert.InRange(runs, 4, 10);
        Assert.Equal(Dump("whole.sqlite"), Dump("i.sqlite"));
    }

    [Fact]
    public void A_complete_index_serves_its_units_without_another_pass()
    {
        Build("i.sqlite", ["relu1", "relu2"])!.Dispose();
        int seen = 0;
        using (ExampleIndex again = ExampleIndex.Build(_model, [new UnitChoice("relu2", [5, 1])], Photos, Path("i.sqlite"), Few, _ => seen++)!) Assert.Equal(4, again.Of("relu2", 5, ExampleKind.Top).Count);
        Assert.Equal(0, seen);
        Refused($"'{Path("i.sqlite")}' is complete and does not have 4 of the units of layer 'logits'; choose another -o for these, or delete it.", () => Build("i.sqlite", ["logits"]));
        Refused($"'{Path("i.sqlite")}' is an index of something else (count: 4, and not 5); delete it, or choose another -o.", () => Build("i.sqlite", ["relu1"], Few with { Count = 5 }));
        using ExampleIndex open = ExampleIndex.Open(Path("i.sqlite"));
        Assert.Equal(["relu1", "relu2"], open.Layers);
        Assert.Equal("The index has no channel 5 of layer 'relu1'.", Assert.Throws<UsageException>(() => open.Of("relu1", 5, ExampleKind.Top)).Message);
    }

    [Fact]
    public void With_other_images_it_would_be_another_index()
    {
        Build("i.sqlite", ["relu1"])!.Dispose();
        _folder.Picture("photos/new.png", 9);
        Assert.StartsWith($"'{Path("i.sqlite")}' is an index of something else (images: 43 images, ", Assert.Throws<UsageException>(() => Build("i.sqlite", ["relu1"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_index_is_refused_and_stays()
    {
        File.WriteAllText(Path("text.sqlite"), new string('x', 5000));
        Assert.Equal($"'{Path("text.sqlite")}' is no index of examples; give another name, or delete it.", Assert.Throws<InputFileException>(() => Build("text.sqlite", ["relu1"])).Message);
        Assert.Equal(5000, new FileInfo(Path("text.sqlite")).Length);
        using (var other = new SqliteConnection($"Data Source={Path("other.sqlite")};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "CREATE TABLE mine (a)";
            command.ExecuteNonQuery();
        }
        Assert.Equal($"'{Path("other.sqlite")}' is no index of examples; give another name, or delete it.", Assert.Throws<InputFileException>(() => Build("other.sqlite", ["relu1"])).Message);
        Assert.Equal($"Index '{Path("none.sqlite")}' does not exist; check its path.", Assert.Throws<InputFileException>(() => ExampleIndex.Open(Path("none.sqlite"))).Message);
    }

    [Fact]
    public void Units_that_are_not_there_are_refused_before_anything_is_written()
    {
        Assert.Throws<UnknownLayerException>(() => Build("i.sqlite", ["relu7"]));
        Refused("Layer 'relu1' has channels 0 to 4; there is no channel 5.", () => ExampleIndex.Build(_model, [new UnitChoice("relu1", [2, 5])], Photos, Path("i.sqlite"), Few));
        Refused("Layer 'relu1' is named twice; name all its channels in one go.", () => Build("i.sqlite", ["relu1", "relu1"]));
        Assert.False(File.Exists(Path("i.sqlite")));
    }

    [Fact]
    public void Where_no_image_can_be_read_there_is_no_index()
    {
        foreach (string file in Directory.GetFiles(Path("photos"), "*", SearchOption.AllDirectories)) File.WriteAllText(file, "no picture");
        Assert.StartsWith($"No image of folder '{Path("photos")}' can be read; the first, ", Assert.Throws<InputFileException>(() => Build("i.sqlite", ["relu1"])).Message, StringComparison.Ordinal);
        Assert.Throws<InputFileException>(() => ExampleIndex.Open(Path("i.sqlite")));
    }

    [Fact]
    public void Directions_in_a_file_are_units_as_channels_are()
    {
        float[] directions = Evaluate.Numbers(2 * TinyModel.Conv1Channels, 4);
        NpyFile.Write(Path("d.npy"), new Shape(2, TinyModel.Conv1Channels), directions);
        string layer = $"feature(relu1, '{Path("d.npy")}')";
        using ExampleIndex index = Build("i.sqlite", [layer])!;
        double Product(double[][] maps, int position) => Enumerable.Range(0, TinyModel.Conv1Channels).Sum(c => maps[c][position] * directions[TinyModel.Conv1Channels + c]);
        (string file, double value) = Reference("relu1").Select(image => (image.File, Enumerable.Range(0, Height * Width).Max(position => Product(image.Maps, position)))).MaxBy(entry => entry.Item2);
        UnitExample top = index.Of(Layer.Parse(layer), 1, ExampleKind.Top)[0];
        Assert.Equal(file, top.File);
        Assert.Equal(value, top.Value, 1e-4);
    }

    private static void Refused(string message, Func<object?> action) => Assert.Equal(message, Assert.Throws<UsageException>(action).Message);

    private List<object[]> Rows(string name, string query)
    {
        using var connection = new SqliteConnection($"Data Source={Path(name)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }

    // Everything that is in it.
    private string Dump(string name) => string.Join('\n', new[] { "about", "layer", "unit", "image", "example", "skipped" }
        .SelectMany(table => Rows(name, $"SELECT * FROM {table}").Select(row => $"{table}: {string.Join(" | ", row)}")));
}
