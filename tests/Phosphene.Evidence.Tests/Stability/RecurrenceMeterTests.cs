using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Numerics;
using Phosphene.Tests;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Evidence.Tests.Stability;

public sealed class RecurrenceMeterTests : IDisposable
{
    private const int Height = 40, Width = 48, Seeds = 3;

    private readonly Model _model = Model.Load(EmbeddedModels.Shapes);
    private readonly RecurrenceMeter _meter;

    public RecurrenceMeterTests() => _meter = new RecurrenceMeter(_model);

    public void Dispose()
    {
        _meter.Dispose();
        _model.Dispose();
    }

    private static Objective[] Units { get; } = [.. new[] { ("conv3/relu", 2), ("conv3/relu", 7), ("conv4/relu", 5), ("conv4/relu", 9), ("conv5/relu", 3) }.Select(unit => Objective.Channel(unit.Item1, unit.Item2))];

    private IReadOnlyList<Picture>[] Rendered() => [.. Units.GroupBy(unit => unit.Layers.First()).SelectMany(layer => new Visualizer(_model, Recipe.Swift.WithSteps(48).For(Height, Width) with { Batch = Seeds }).RenderEach(layer).Select(rendering => rendering.Pictures))];

    [Fact]
    public void Pictures_of_one_unit_are_more_alike_than_those_of_different_units_and_noise_is_not()
    {
        IReadOnlyList<Picture>[] pictures = Rendered();
        UnitRecurrence[] units = [.. Units.Select((unit, i) => _meter.Of(unit, pictures[i], Others(i)))];
        // By unit: layers of eight channels and of 32 have similarities of different scales.
        Assert.InRange(units.Average(unit => unit.Auc), 0.95, 1);
        Assert.All(units, unit => Assert.Equal((RecurrenceVerdict.Recurs, 1.0), (unit.Verdict, unit.Excitation)));
        Assert.Equal(["conv2/pool", "conv3/pool", "conv4/pool"], units.Select(unit => unit.Layer.Name).Distinct());

        foreach ((float centre, float spread) in new[] { (0.5f, 1f), (0.5f, 0.1f), (0.3f, 0.2f) })
        {
            int last = Units.Length - 1;
            UnitRecurrence noise = _meter.Of(Units[last], [.. Enumerable.Range(0, Seeds).Select(seed => Noise((ulong)seed, centre, spread))], Others(last));
            Assert.Equal(RecurrenceVerdict.DoesNotRecur, noise.Verdict);
            Assert.InRange(noise.Median, -1, UnitRecurrence.LeastSimilarity);
        }

        IReadOnlyList<Picture> Others(int own) => [.. pictures.Where((_, i) => i != own).SelectMany(list => list)];
    }

    [Fact]
    public void Pictures_of_two_kinds_are_two_facets()
    {
        IReadOnlyList<Picture>[] pictures = Rendered();
        // The objective likes both.
        Objective both = Units[0] + Units[1];
        UnitRecurrence mixed = _meter.Of(both, [pictures[0][0], pictures[1][0], pictures[0][1], pictures[1][1]], [.. pictures[2], .. pictures[3], .. pictures[4]]);
        Assert.Equal((RecurrenceVerdict.SeveralFacets, "0 1 0 1"), (mixed.Verdict, string.Join(' ', mixed.FacetOf)));
    }

    [Fact]
    public void Pictures_of_a_dead_unit_do_not_recur()
    {
        // Channel 0 has a bias that its ReLU never overcomes; the first steps open that, and change the pictures.
        using var tiny = new TinyModel { Conv1Bias = -1000 };
        using Model model = tiny.Load();
        IReadOnlyList<Picture>[] pictures = [.. new Visualizer(model, Recipe.Swift.WithSteps(20).For(Height, Width) with { Batch = Seeds }).RenderEach(Enumerable.Range(0, 4).Select(channel => Objective.Channel("relu1", channel))).Select(rendering => rendering.Pictures)];
        using var meter = new RecurrenceMeter(model);
        UnitRecurrence dead = meter.Of(Objective.Channel("relu1", 0), pictures[0], [.. pictures.Skip(1).SelectMany(list => list)]);
        Assert.Equal((RecurrenceVerdict.DoesNotRecur, 0.5), (dead.Verdict, dead.Excitation));
    }

    [Fact]
    public void The_same_pictures_give_the_same_numbers_in_any_order()
    {
        Picture[] pictures = [.. Enumerable.Range(0, 4).Select(seed => Noise((ulong)seed, 0.5f, 1))];
        UnitRecurrence once = _meter.Of(Units[0], pictures[..2], pictures[2..]);
        using var other = new RecurrenceMeter(_model);
        UnitRecurrence again = other.Of(Units[0], [pictures[1], pictures[0]], [pictures[3], pictures[2]]);
        Assert.Equal(once.Median, again.Median, 1e-12);
        Assert.All(once.Baseline.Order().Zip(again.Baseline.Order()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(1, other.Of(Units[0], [pictures[0], pictures[0]], pictures[2..]).Median, 1e-6);
    }

    [Fact]
    public void Of_many_other_pictures_some_are_taken_at_an_even_stride()
    {
        // One picture 256 times, with another between each two: only the first of each two are compared, and the pictures are 256 times alike.
        Picture first = Noise(1, 0.5f, 1), between = Noise(2, 0.5f, 1);
        UnitRecurrence recurrence = _meter.Of(Units[0], [first, Noise(3, 0.5f, 1)], [.. Enumerable.Range(0, 512).Select(i => i % 2 == 0 ? first : between)]);
        Assert.Equal(2 * 256, recurrence.Baseline.Length);
        Assert.All(recurrence.Baseline[..256], similarity => Assert.Equal(1, similarity, 1e-5));
    }

    [Fact]
    public void A_picture_of_one_colour_is_like_none()
    {
        var flat = new Picture(Height, Width, 3, [.. Enumerable.Repeat((byte)200, Height * Width * 3)]);
        UnitRecurrence recurrence = _meter.Of(Units[0], [flat, flat], [Noise(0, 0.5f, 1)]);
        Assert.Equal(RecurrenceVerdict.DoesNotRecur, recurrence.Verdict);
    }

    private static Picture Noise(ulong seed, float centre, float spread)
    {
        var stream = new RandomStream(seed, 0, "noise");
        return Picture.FromPlanar([.. Enumerable.Range(0, 3 * Height * Width).Select(i => centre + spread * (stream.Uniform(i) - 0.5f))], 3, Height, Width);
    }
}
