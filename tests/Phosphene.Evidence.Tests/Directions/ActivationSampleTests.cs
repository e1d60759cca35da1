using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Directions;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Directions;

public sealed class ActivationSampleTests : IDisposable
{
    private const int C = TinyModel.Conv1Channels, Positions = 4 * 6;

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (4, 6) };
    private readonly Model _model;
    private readonly Picture[] _pictures;

    public ActivationSampleTests()
    {
        _model = _tiny.Load();
        _pictures = [.. Enumerable.Range(0, 5).Select(i => _folder.Picture($"{i}.png", i))];
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    private ActivationSample Sample(PositionChoice positions, Layer? layer = null, ulong seed = 0, int batch = 2) => ActivationSample.Of(_model, layer ?? "relu1", ImageFolder.Open(_folder.Path), positions, seed, batch);

    // The layer [C, positions] of an image.
    private float[] Layer(int image, string layer = "relu1")
    {
        var x = new Tensor(new Input(new Shape(1, 3, 4, 6), "image"));
        return Evaluate.Of(_model.Activate(x)[layer], (x, _pictures[image].Cover(4, 6).ToPlanar()));
    }

    private static void AssertClose(IEnumerable<float> expected, ReadOnlySpan<float> actual)
    {
        float[] numbers = [.. expected];
        Assert.Equal(numbers.Length, actual.Length);
        for (int i = 0; i < numbers.Length; i++) Assert.Equal(numbers[i], actual[i], 1e-5f);
    }

    [Fact]
    public void Rows_are_the_activations_at_the_positions()
    {
        ActivationSample centre = Sample(PositionChoice.Centre), all = Sample(PositionChoice.All), mean = Sample(PositionChoice.Mean);
        Assert.Equal((5, 5 * Positions, 5, C), (centre.Count, all.Count, mean.Count, all.Channels));
        for (int image = 0; image < 5; image++)
        {
            float[] layer = Layer(image);
            AssertClose(Enumerable.Range(0, C).Select(c => layer[c * Positions + 2 * 6 + 3]), centre[image]);
            AssertClose(Enumerable.Range(0, C).Select(c => layer[c * Positions + 1 * 6 + 5]), all[image * Positions + 11]);
            AssertClose(layer.Chunk(Positions).Select(channel => channel.Average()), mean[image]);
        }
        AssertClose(Layer(3, "logits"), Sample(PositionChoice.Centre, "logits")[3]);
    }

    [Fact]
    public void Drawn_positions_depend_on_the_seed_and_not_on_the_batch()
    {
        ActivationSample three = Sample(PositionChoice.Drawn(3), seed: 7), again = Sample(PositionChoice.Drawn(3), seed: 7, batch: 5), other = Sample(PositionChoice.Drawn(3), seed: 8), all = Sample(PositionChoice.All);
        Assert.Equal(15, three.Count);
        float[] Numbers(ActivationSample sample) => [.. Enumerable.Range(0, sample.Count).SelectMany(row => sample[row].ToArray())];
        AssertClose(Numbers(three), Numbers(again));
        Assert.NotEqual(Numbers(three), Numbers(other));
        for (int row = 0; row < 15; row++)
            Assert.Contains(Enumerable.Range(row / 3 * Positions, Positions), position => all[position].SequenceEqual(three[row]));
        Assert.Equal(Numbers(all), Numbers(Sample(PositionChoice.Drawn(1000))));
    }

    [Fact]
    public void A_broken_image_is_skipped_and_named()
    {
        float[] third = Sample(PositionChoice.Centre)[3].ToArray();
        File.WriteAllText(_folder.At("1.png"), "no picture");
        ActivationSample sample = Sample(PositionChoice.Centre);
        Assert.Equal((4, "1.png"), (sample.Count, Assert.Single(sample.Skipped).File));
        AssertClose(third, sample[2]);
        foreach (string file in Directory.GetFiles(_folder.Path)) File.WriteAllText(file, "no picture");
        Assert.StartsWith($"No image of folder '{_folder.Path}' can be read; the first, '0.png': ", Assert.Throws<InputFileException>(() => Sample(PositionChoice.Centre)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mean_is_that_of_all_rows() => Assert.Equal([2.0, 5.0], new ActivationSample(2, [1, 2, 3, 8]).Mean());

    [Fact]
    public void What_cannot_be_sampled_is_refused()
    {
        Assert.Throws<UnknownLayerException>(() => Sample(PositionChoice.Centre, "relu7"));
        Assert.Throws<ArgumentException>(() => new ActivationSample(2, [1, 2, 3]));
        Assert.Throws<UsageException>(() => new ActivationSample(2, []).Mean());
    }

    [Theory]
    [InlineData("mean", "mean")]
    [InlineData("center", "centre")]
    [InlineData("all", "all")]
    [InlineData("12", "12")]
    public void Positions_are_read_from_text(string text, string printed) => Assert.Equal(printed, PositionChoice.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("some")]
    public void Other_texts_are_refused(string text) => Assert.Equal($"'{text}' says not which positions of a layer count; mean, centre, all or a number to draw is expected.", Assert.Throws<UsageException>(() => PositionChoice.Parse(text)).Message);
}
