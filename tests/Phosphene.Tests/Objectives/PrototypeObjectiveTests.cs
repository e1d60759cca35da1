using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Objectives;

/// <summary>The objective that matches the sorted activations of photos.</summary>
public sealed class PrototypeObjectiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-prototypes-").FullName;
    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public PrototypeObjectiveTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Written(params LayerPrototype[] layers)
    {
        new Prototypes(layers, 7).Save(At("p.safetensors"));
        return At("p.safetensors");
    }

    private static LayerPrototype Random(string layer, int channels, int places, int seed, float[]? relevance = null) =>
        new(layer, new Shape(channels, places), [.. Evaluate.Numbers(channels * places, seed, 0, 0.4).Chunk(places).SelectMany(row => row.Order())], relevance);

    // The definition, in double precision on the layer's own activations.
    private static double Expected(float[] activations, LayerPrototype prototype)
    {
        int channels = prototype.Shape[0], places = activations.Length / channels;
        float[] wanted = prototype.At(places);
        (double gap, double energy) = (0, 0);
        for (int c = 0; c < channels; c++)
        {
            float[] sorted = [.. activations.Skip(c * places).Take(places).Order()];
            for (int i = 0; i < places; i++)
            {
                double relevance = prototype.Relevance?[c] ?? 1, q = wanted[c * places + i];
                (gap, energy) = (gap + relevance * (sorted[i] - q) * (sorted[i] - q), energy + relevance * q * q);
            }
        }
        return gap / energy;
    }

    [Fact]
    public void It_is_minus_the_mean_over_layers_of_the_distance_of_sorted_activations()
    {
        LayerPrototype[] layers = [Random("relu1", 5, 63, 1), Random("relu2", 6, 20, 2, [0, 1, 2.5f, 0, 1, 0.5f]), Random("logits", 4, 1, 3)];
        Shape shape = new(2, 3, 7, 9);
        Tensor image = Evaluate.Input(2, 3, 7, 9);
        float[] x = Evaluate.Numbers(shape.Count, 4, 0, 1);
        Activations activations = _model.Activate(image);
        float[][] found = Evaluate.All([Objective.Prototypes(Written(layers)).Build(activations), activations["relu1"], activations["relu2"], activations["logits"]], (image, x));
        for (int n = 0; n < 2; n++)
            Assert.Equal(-layers.Select((layer, l) => Expected([.. found[l + 1].Chunk(found[l + 1].Length / 2).ElementAt(n)], layer)).Average(), found[0][n], 1e-4);
    }

    [Fact]
    public void It_is_0_for_a_photo_that_it_is_of_and_for_the_same_pixels_elsewhere()
    {
        var picture = new Picture(6, 11, 3, [.. Evaluate.Numbers(6 * 11 * 3, 5, 0, 255).Select(value => (byte)value)]);
        float[] colours = picture.ToPlanar();
        string path = Written(new LayerPrototype("scaled", new Shape(3, 66), [.. colours.Chunk(66).SelectMany(row => row.Order().Select(value => 0.5f * value))]));
        using var halved = new TinyModel { StartsWithNormalization = true };
        using Model model = halved.Load();
        Tensor image = Evaluate.Input(1, 3, 6, 11);
        float[] mirrored = [.. colours.Chunk(66).SelectMany(plane => plane.Reverse())];
        foreach (float[] pixels in new[] { colours, mirrored })
            Assert.Equal(0, Evaluate.Of(Objective.Prototypes(path).Build(model.Activate(image)), (image, pixels))[0], 1e-6);
        Assert.True(Evaluate.Of(Objective.Prototypes(path).Build(model.Activate(image)), (image, Evaluate.Numbers(198, 6, 0, 1)))[0] < -1e-3);
    }

    [Fact]
    public void The_gradient_goes_through_the_order_and_agrees_with_central_differences()
    {
        // As large as the photos, smaller and larger; not square, and with a tail.
        foreach ((int height, int width) in new[] { (7, 9), (5, 6), (8, 13) })
        {
            Objective objective = Objective.Prototypes(Written(Random("conv1", 5, 63, 1), Random("relu2", 6, 20, 2, [0, 1, 2.5f, 0, 1, 0.5f]), Random("logits", 4, 1, 3)));
            Tensor image = Evaluate.Input(2, 3, height, width), total = (objective.Build(_model.Activate(image)) * Tensor.Constant(new Shape(2), 1, -0.6f)).Sum();
            float[] x = Evaluate.Numbers(6 * height * width, 4, 0, 1), found = Evaluate.Of(Gradients.Of(total, [image])[0], (image, x));
            for (int at = 0; at < x.Length; at += 29)
            {
                double difference = (Moved(at, 2e-3f) - Moved(at, -2e-3f)) / 4e-3;
                Assert.Equal(difference, found[at], 5e-2 * Math.Max(0.05, Math.Abs(difference)));
            }

            double Moved(int at, float step)
            {
                float[] moved = [.. x];
                moved[at] += step;
                return Evaluate.Of(total, (image, moved))[0];
            }
        }
    }

    [Fact]
    public void Other_numbers_of_places_are_read_between_neighbours()
    {
        var prototype = new LayerPrototype("a", new Shape(2, 2), [0, 4, 1, 3]);
        Assert.Equal([0, 4, 1, 3], prototype.At(2));
        Assert.Equal([2, 2], prototype.At(1));
        Assert.Equal([0, 1, 3, 4, 1, 1.5f, 2.5f, 3], prototype.At(4));
    }

    [Fact]
    public void A_picture_nears_them_and_is_the_same_with_any_number_of_threads()
    {
        Objective objective = Objective.Prototypes(Written(Random("relu1", 5, 63, 1), Random("relu2", 6, 20, 2)));
        Recipe recipe = Recipe.Naive with { Height = 7, Width = 9, Steps = 60, Batch = 3 };
        float first = new Visualizer(_model, recipe).Ascend(objective).First().Value;
        Rendering one = new Visualizer(_model, recipe).Render(objective);
        Assert.True(one.Value > 0.7 * first, $"{first} became {one.Value}");
        using Model others = _tiny.Load(new ModelOptions { Threads = 3 });
        Rendering three = new Visualizer(others, recipe).Render(objective);
        Assert.All(one.Pictures.Zip(three.Pictures), pair => Assert.Equal(pair.First.Bytes.ToArray(), pair.Second.Bytes.ToArray()));
    }

    [Fact]
    public void A_file_is_read_back_as_it_was_written_and_pinned()
    {
        LayerPrototype layer = Random("pre(relu2)", 6, 20, 2, [0, 1, 2.5f, 0, 1, 0.5f]);
        string path = Written(layer);
        Prototypes read = Prototypes.Read(path);
        Assert.Equal((7, "pre(relu2)", new Shape(6, 20)), (read.Images, read.Layers[0].Layer, read.Layers[0].Shape));
        Assert.Equal(layer.Values, read.Layers[0].Values);
        Assert.Equal(layer.Relevance, read.Layers[0].Relevance);
        Objective pinned = Objective.Prototypes(path).Pinned();
        Assert.Matches("^prototypes\\(file\\('.*p\\.safetensors', '[0-9a-f]{64}'\\)\\)$", pinned.ToString());
        Assert.Equal(pinned, Objective.Parse(pinned.ToString()));
        Written(Random("relu1", 5, 63, 1));
        Assert.Contains("it is not the one that the recipe was made with", Assert.Throws<InputFileException>(() => pinned.Build(_model.Activate(Evaluate.Input(1, 3, 7, 9)))).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, (string Name, Shape Shape, float[] Values)[]> WrongFiles => new()
    {
        { "it has no array 'images' [1]", [("values/a", new Shape(1, 2), [1, 2])] },
        { "it is of 0.5 images, where a whole number from 1 is expected", [("images", new Shape(1), [0.5f]), ("values/a", new Shape(1, 2), [1, 2])] },
        { "Prototypes are of layers; there is none", [("images", new Shape(1), [1])] },
        { "The prototype of layer 'a' is [C, P], at least one number; got [2] and 2 numbers", [("images", new Shape(1), [1]), ("values/a", new Shape(2), [1, 2])] },
        { "The numbers of each channel of layer 'a' are finite and rise; number 3 is 1", [("images", new Shape(1), [1]), ("values/a", new Shape(2, 2), [5, 6, 2, 1])] },
        { "The relevance of layer 'a' is 2 finite numbers from 0, not all of them 0", [("images", new Shape(1), [1]), ("values/a", new Shape(2, 1), [5, 6]), ("relevance/a", new Shape(2), [0, 0])] },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_wrong_file_is_told_apart(string message, (string Name, Shape Shape, float[] Values)[] arrays)
    {
        SafetensorsFile.Write(At("w.safetensors"), [.. arrays.Select(array => (array.Name, array.Shape, (ReadOnlyMemory<float>)array.Values))]);
        Assert.Equal($"Prototypes '{At("w.safetensors")}' cannot be used: {message}; give a file that 'phosphene prototypes' wrote.", Assert.Throws<InputFileException>(() => Prototypes.Read(At("w.safetensors"))).Message);
    }

    [Fact]
    public void Prototypes_of_another_model_are_refused()
    {
        UsageException error = Assert.Throws<UsageException>(() => Objective.Prototypes(Written(Random("relu2", 9, 20, 1))).Build(_model.Activate(Evaluate.Input(1, 3, 7, 9))));
        Assert.Equal($"Layer 'relu2' is [1, 6, 4, 5], and prototypes '{At("p.safetensors")}' are of 9 channels: they were made from another model. Make them from this one.", error.Message);
        Assert.Throws<UnknownLayerException>(() => Objective.Prototypes(Written(Random("elsewhere", 6, 20, 1))).Build(_model.Activate(Evaluate.Input(1, 3, 7, 9))));
    }
}
