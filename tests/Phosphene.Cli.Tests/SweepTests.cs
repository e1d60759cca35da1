using System.Text.Json;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class SweepTests : CommandTests
{
    private static readonly string[] Small = ["--steps", "2", "--size", "24x32", "--every", "2"];

    [Fact]
    public void It_goes_on_where_it_stopped_and_tells_how_far_it_is()
    {
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        Result first = Sweep("--layers", "relu*");
        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.Matches(@": 18 of 18 units are done, 18 of them now, in \d+ s\.\s*$", first.Output);
        Assert.Matches(@": 18 of 18 units are done, 0 of them now, in 0 s\.\s*$", Sweep("--layers", "relu*").Output);
        Result more = Sweep("--layers", "relu*,flat", "--make", "channel,negative", "--json");
        Assert.Equal((0, 56, 18, 0), (more.Code, more.Json.GetProperty("units").GetInt32(), more.Json.GetProperty("doneBefore").GetInt32(), more.Json.GetProperty("left").GetInt32()));
        Assert.StartsWith("tiny.onnx: 56 of 56 units are done", Run("status", At("s")).Output, StringComparison.Ordinal);

        string picture = Directory.GetFiles(At("s/relu2"), "2-negative-*.png").Single();
        Assert.Equal(0, Run("replay", picture, "--model", At("tiny.onnx")).Code);
        byte[] bytes = File.ReadAllBytes(picture);
        bytes[^20] ^= 1;
        File.WriteAllBytes(picture, bytes);
        Assert.Equal(0, Run("status", At("s")).Code);
        Result damaged = Run("status", At("s"), "--verify", "--json");
        Assert.Equal((1, 1), (damaged.Code, damaged.Json.GetProperty("damaged").GetArrayLength()));
        File.Delete(picture);
        Assert.Equal(55, Sweep("--layers", "relu*,flat", "--make", "channel,negative", "--json").Json.GetProperty("doneBefore").GetInt32());
        Assert.Equal(0, Run("status", At("s"), "--verify").Code);
    }

    [Fact]
    public void Shards_and_a_time_limit_leave_what_is_not_theirs()
    {
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        Assert.Equal(75, Sweep("--limit-time", "1s", "--steps", "20000", "--layers", "relu1,relu2").Code);
        Assert.Equal(0, Sweep("--shard", "1/2").Code);
        JsonElement status = Run("status", At("s"), "--json").Json;
        Assert.InRange(status.GetProperty("done").GetInt32(), 1, status.GetProperty("units").GetInt32() - 1);
        Assert.Equal(0, Sweep("--shard", "0/2").Code);
        status = Run("status", At("s"), "--json").Json;
        Assert.Equal(status.GetProperty("units").GetInt32(), status.GetProperty("done").GetInt32());
    }

    [Fact]
    public void Dataset_examples_come_from_an_index_and_its_photos()
    {
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 12; i++) new Images.Picture(30 + i, 47, 3, [.. Enumerable.Range(0, (30 + i) * 47 * 3).Select(k => (byte)(k * (i + 3) % 251))]).Save(At($"photos/{i:00}.png"));
        Assert.Equal(0, Run("examples", At("tiny.onnx"), "relu2", "--images", At("photos"), "-o", At("index.sqlite")).Code);
        string[] examples = ["--layers", "relu2", "--examples", At("index.sqlite"), "--images", At("photos")];
        Assert.Equal((0, 20), Units(Sweep([.. examples, "--json"])));
        JsonElement status = Run("status", At("s"), "--json", "--verify").Json;
        Assert.Equal((20, 20), (status.GetProperty("units").GetInt32(), status.GetProperty("done").GetInt32()));
        string record = Directory.GetFiles(At("s/relu2"), "2-examples-*.json").Single();
        string name = JsonDocument.Parse(File.ReadAllText(record)).RootElement.GetProperty("examples").GetProperty("top")[0].GetProperty("name").GetString()!;

        Directory.Delete(At("s"), recursive: true);
        byte[] photo = File.ReadAllBytes(At($"photos/{name}"));
        File.WriteAllText(At($"photos/{name}"), "no picture");
        Result failed = Sweep([.. examples, "--json"]);
        Assert.Equal(5, failed.Code);
        JsonElement failure = failed.Json.GetProperty("failures")[0];
        Assert.Equal("examples", failure.GetProperty("make").GetString());
        Assert.StartsWith($"Photo '{name}' of folder '{At("photos")}' cannot be read", failure.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Contains($"phosphene: Warning: examples of {failure.GetProperty("objective").GetString()}: Photo '{name}'", failed.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(@"^tiny\.onnx: \d+ of 20 units are done, [1-9]\d* failed", Run("status", At("s")).Output);
        File.WriteAllBytes(At($"photos/{name}"), photo);
        Assert.Equal((0, 20), Units(Sweep([.. examples, "--json"])));
        Assert.True(File.Exists(record));

        // The channels that are highest on the photos, by what the records say; every second one is looked at.
        Directory.Delete(At("s"), recursive: true);
        Assert.Equal((0, 20), Units(Sweep([.. examples, "--every", "1", "--top", "10", "--by", "highest", "--json"])));
        int[] chosen = Channels();
        Directory.Delete(At("s"), recursive: true);
        Assert.Equal((0, 40), Units(Sweep([.. examples, "--every", "1", "--json"])));
        Assert.Equal(Channels().OrderByDescending(Highest).Take(10).Order(), chosen);
        Assert.NotEqual(Enumerable.Range(0, 10), chosen);
        Assert.Equal((2, "phosphene: 'size' is nothing that --by compares; it compares highest, mean, active and deviation."), Said(Sweep([.. examples, "--top", "3", "--by", "size"])));
        Assert.Equal((2, "phosphene: --top needs --examples INDEX, which says what channels give over images."), Said(Sweep("--top", "3")));
        Assert.Equal((2, "phosphene: --by is only looked at with --top N."), Said(Sweep("--by", "mean")));

        Assert.Equal((2, "phosphene: --examples needs --images too: the index has the names of its photos, and not the photos."), Said(Sweep("--examples", At("index.sqlite"))));
        Assert.Equal((2, "phosphene: --images is only looked at with --examples INDEX, which says what is taken from them."), Said(Sweep("--images", At("photos"))));
        Assert.StartsWith("phosphene: The index of examples has no layer 'relu1'", Sweep("--layers", "relu1", "--examples", At("index.sqlite"), "--images", At("photos")).Error, StringComparison.Ordinal);
        Assert.Equal(4, Sweep("--examples", At("none.sqlite"), "--images", At("photos")).Code);

        int[] Channels() => [.. Directory.GetFiles(At("s/relu2"), "*-examples-*.json").Select(file => int.Parse(Path.GetFileName(file).Split('-')[0], System.Globalization.CultureInfo.InvariantCulture)).Order()];
        double Highest(int channel) => JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(At("s/relu2"), $"{channel}-examples-*.json").Single())).RootElement.GetProperty("summary").GetProperty("highest").GetDouble();
        static (int, int) Units(Result result) => (result.Code, result.Json.GetProperty("units").GetInt32());
    }

    [Fact]
    public void Features_of_a_dictionary_are_swept_like_channels()
    {
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        Runtime.Numerics.NpyFile.Write(At("parts, all.npy"), new Runtime.Graphs.Shape(7, 20), Enumerable.Range(0, 140).Select(i => MathF.Sin(i)).ToArray());
        string layer = $"feature(relu2, '{At("parts, all.npy")}')";
        Result swept = Sweep("--layers", $"{layer}, flat", "--channels", "0..5", "--json");
        Assert.Equal((0, 6, 0), (swept.Code, swept.Json.GetProperty("units").GetInt32(), swept.Json.GetProperty("left").GetInt32()));
        Assert.Equal(3, File.ReadLines(At("s/units.jsonl")).Count(line => JsonDocument.Parse(line).RootElement.GetProperty("layer").GetString()!.StartsWith("feature(relu2", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_cannot_be_swept_is_said()
    {
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        Write("other.onnx", TinyModel.Bytes(nan: false, output: "flat"));
        Assert.Equal((2, "phosphene: No layer with channels is called 'conv9*'. 'phosphene layers tiny.onnx' lists them."), Said(Sweep("--layers", "conv9*")));
        Assert.StartsWith("phosphene: '3/2' is no shard", Sweep("--shard", "3/2").Error, StringComparison.Ordinal);
        Assert.StartsWith("phosphene: 'soon' is no length of time", Sweep("--limit-time", "soon").Error, StringComparison.Ordinal);
        Assert.StartsWith("phosphene: 'dreams' is nothing that a sweep makes", Sweep("--make", "dreams").Error, StringComparison.Ordinal);
        Assert.Equal(0, Sweep().Code);
        Assert.Contains("has a sweep of another model, 'tiny.onnx'", Run(["sweep", At("other.onnx"), "-o", At("s"), .. Small]).Error, StringComparison.Ordinal);
        Assert.Contains("has no sweep (no sweep.json)", Run("status", At("")).Error, StringComparison.Ordinal);
        Assert.Equal(4, Run("status", At("nowhere")).Code);
        File.WriteAllText(At("s/sweep.json"), "{");
        Assert.Contains("is damaged", Run("status", At("s")).Error, StringComparison.Ordinal);
        Assert.Equal(0, Sweep().Code);
        Assert.Equal(0, Run("status", At("s")).Code);
        File.WriteAllText(At("file"), "");
        Assert.Contains("Cannot create the folder", Run(["sweep", At("tiny.onnx"), "-o", At("file"), .. Small]).Error, StringComparison.Ordinal);
    }

    private Result Sweep(params string[] options) => Run(["sweep", At("tiny.onnx"), "-o", At("s"), .. options, .. Small.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair)]);

    private static (int, string) Said(Result result) => (result.Code, result.Error.Trim());
}
