using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Directions;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Directions;

public sealed class UnitFacetsTests : IDisposable
{
    private const int C = TinyModel.Conv1Channels, Positions = 4 * 6;

    private static readonly Objective Unit = Objective.Channel("relu1", 3);

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (4, 6) };
    private readonly Model _model;

    public UnitFacetsTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    // Reds and blues, each a little different.
    private void Colours(int each)
    {
        for (int i = 0; i < each; i++)
            foreach ((string name, int channel) in new[] { ("red", 0), ("blue", 2) })
            {
                var bytes = new byte[6 * 9 * 3];
                for (int pixel = 0; pixel < 6 * 9; pixel++) bytes[3 * pixel + channel] = (byte)(200 + 3 * i + pixel % 5);
                new Picture(6, 9, 3, bytes).Save(_folder.At($"{name}{i}.png"));
            }
    }

    private UnitFacets Of(int count, int among, string? layer = null, Objective? objective = null) => UnitFacets.Of(_model, objective ?? Unit, ImageFolder.Open(_folder.Path), count, among, layer);

    private float[] Layer(string file)
    {
        var x = new Tensor(new Input(new Shape(1, 3, 4, 6), "image"));
        return Evaluate.Of(_model.Activate(x)["relu1"], (x, Picture.Load(_folder.At(file)).Cover(4, 6).ToPlanar()));
    }

    private float Value(string file) => Layer(file).Skip(3 * Positions).Take(Positions).Average();

    [Fact]
    public void Two_kinds_of_images_are_two_facets()
    {
        Colours(5);
        UnitFacets facets = Of(2, 10);
        Assert.Equal(("relu1", C, 2 * C), (facets.Layer.ToString(), facets.Channels, facets.Directions.Count));
        Assert.All(facets.Facets, facet => Assert.Single(facet.Images.Select(image => image.File[..3]).Distinct()));
        Assert.Equal(10, facets.Facets.Sum(facet => facet.Images.Count));
        foreach ((UnitFacet facet, float[] direction) in facets.Facets.Zip(facets.Directions.Chunk(C)))
        {
            Assert.Equal(1, direction.Sum(v => v * v), 1e-4f);
            Assert.All(facet.Images, image => Assert.Equal(Value(image.File), image.Value, 1e-5f));
            Assert.Equal(facet.Images.Average(image => image.Value), facet.Value, 1e-5f);
            Assert.Equal(facet.Images.Average(image => Layer(image.File).Chunk(Positions).Select((channel, c) => channel.Average() * direction[c]).Sum()), facet.Product, 1e-4f);
        }
    }

    [Fact]
    public void The_direction_is_what_the_layer_has_where_the_objective_comes_from()
    {
        _folder.Picture("a.png", 1);
        float[] layer = Layer("a.png");
        // On its own layer, channel 3 comes from where channel 3 is active: Σ over positions of z[3]·z, made as long as 1.
        double[] expected = [.. Enumerable.Range(0, C).Select(c => Enumerable.Range(0, Positions).Sum(p => (double)layer[3 * Positions + p] * layer[c * Positions + p]))];
        double length = Math.Sqrt(expected.Sum(v => v * v));
        Assert.True(length > 0);
        float[] direction = [.. Of(1, 1).Directions];
        for (int c = 0; c < C; c++) Assert.Equal(expected[c] / length, direction[c], 1e-4);
    }

    [Fact]
    public void Only_the_images_that_excite_it_most_count()
    {
        for (int i = 0; i < 12; i++) _folder.Picture($"{i:00}.png", i);
        string[] best = [.. Enumerable.Range(0, 12).Select(i => $"{i:00}.png").OrderByDescending(Value).Take(5).Order(StringComparer.Ordinal)];
        Assert.Equal(best, Of(2, 5).Facets.SelectMany(facet => facet.Images).Select(image => image.File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_pull_toward_a_facet_counts_as_much_as_the_objective_on_its_images()
    {
        Colours(3);
        UnitFacets facets = Of(2, 6);
        NpyFile.Write(_folder.At("f.npy"), new Shape(2, C), facets.Directions.ToArray());
        string text = facets.Pulled(Unit, "f.npy", 2).ToString();
        string[] weights = [.. facets.Facets.Select(facet => (2 * float.Parse((facet.Value / facet.Product).ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture))];
        Assert.Equal($"each(relu1:3 + {weights[0]}*direction(relu1, 'f.npy', power: 1, row: 0); relu1:3 + {weights[1]}*direction(relu1, 'f.npy', power: 1, row: 1))", text);
        Assert.Equal(text, Objective.Parse(text).ToString());
        Assert.Equal("each(relu1:3; relu1:3)", facets.Pulled(Unit, "f.npy", 0).ToString());
    }

    [Fact]
    public void What_cannot_be_told_apart_is_refused()
    {
        Colours(1);
        Assert.Contains("3 facets need as many images at least", Assert.Throws<UsageException>(() => Of(3, 5)).Message, StringComparison.Ordinal);
        Assert.Contains("does not depend on layer 'relu2'", Assert.Throws<UsageException>(() => Of(1, 2, "relu2")).Message, StringComparison.Ordinal);
        Assert.Contains("one number for all images of a batch", Assert.Throws<UsageException>(() => Of(1, 2, objective: Objective.Diversity("relu1"))).Message, StringComparison.Ordinal);
    }
}
