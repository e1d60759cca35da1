using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

/// <summary>Penalties that were learned or measured on photos: a denoiser, and the nearest patches.</summary>
public sealed class LearnedPriorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-priors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    // One convolution with random weights: no good denoiser, but one whose r(x) is known.
    private string Written(int channels, string? deviation = "0.2", string name = "d.onnx", Func<TrainableLayer, Tensor>? function = null)
    {
        TrainableLayer image = new TrainableModel("d", seed: 3).Input("image", 1, channels, 5, 6);
        new OnnxExport("d", function?.Invoke(image) ?? image.Conv("conv", channels, kernel: 3))
        {
            HasOpenSides = function is null,
            Metadata = deviation is null ? [] : [new(Denoiser.MetadataKey, deviation)],
        }.Write(At(name));
        return At(name);
    }

    private string Patches(Shape shape, float[] values)
    {
        new ImagePatches(shape, values).Save(At("p.safetensors"));
        return At("p.safetensors");
    }

    [Fact]
    public void The_gradient_of_a_denoiser_is_what_it_takes_away_by_the_variance_of_the_noise()
    {
        string path = Written(3);
        var shape = new Shape(2, 3, 7, 10);
        float[] x = Evaluate.Numbers(shape.Count, 1, 0, 1);
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        using Denoiser denoiser = Denoiser.Load(path);
        Assert.Equal((3, 0.2f), (denoiser.Channels, denoiser.Deviation));
        Tensor image = Evaluate.Input(2, 3, 7, 10), value = Objective.Denoiser(path).Build(model.Activate(image));
        float[] r = Evaluate.Of(denoiser.Denoise(image), (image, x)), values = Evaluate.Of(value, (image, x)), gradient = Evaluate.Of(Gradients.Of(value.Sum(), [image])[0], (image, x));
        for (int i = 0; i < x.Length; i++) Assert.Equal((x[i] - r[i]) / 0.04f, gradient[i], 1e-4f);
        for (int n = 0; n < 2; n++) Assert.Equal(0.5 * Enumerable.Range(210 * n, 210).Sum(i => Math.Pow(x[i] - r[i], 2)) / 0.04, values[n], 1e-3 * values[n]);
    }

    [Fact]
    public void A_denoiser_of_grey_images_takes_each_channel_for_itself()
    {
        using Denoiser denoiser = Denoiser.Load(Written(1));
        Tensor grey = Evaluate.Input(1, 1, 4, 9), four = Evaluate.Input(2, 4, 4, 9);
        float[] x = Evaluate.Numbers(288, 1, 0, 1), all = Evaluate.Of(denoiser.Denoise(four), (four, x));
        for (int channel = 0; channel < 8; channel++) Assert.Equal(Evaluate.Of(denoiser.Denoise(grey), (grey, x[(36 * channel)..(36 * channel + 36)])), all[(36 * channel)..(36 * channel + 36)]);
        using Denoiser ofColours = Denoiser.Load(Written(3, name: "c.onnx"));
        UsageException error = Assert.Throws<UsageException>(() => ofColours.Denoise(grey));
        Assert.Equal($"Denoiser '{At("c.onnx")}' was made of images of 3 channels; the image has 1. Make one with --grey, which takes each channel for itself.", error.Message);
    }

    [Fact]
    public void What_is_no_denoiser_is_refused()
    {
        Assert.Contains("has no metadata phosphene.noise", Refused(Written(3, deviation: null)), StringComparison.Ordinal);
        Assert.Contains("has '-1' as its metadata phosphene.noise", Refused(Written(3, deviation: "-1")), StringComparison.Ordinal);
        Assert.Contains("a denoiser keeps the shape of any image", Refused(Written(3, function: image => image.Conv("conv", 2, kernel: 3))), StringComparison.Ordinal);
        Assert.Contains("a denoiser has one, [N, channels, height, width]", Refused(Written(3, function: _ => new TrainableModel("z", 1).Input("z", 1, 7).Dense("d", 3))), StringComparison.Ordinal);

        static string Refused(string path) => Assert.Throws<ModelFormatException>(() => Denoiser.Load(path)).Message;
    }

    [Fact]
    public void A_pinned_denoiser_is_the_only_one_that_is_taken()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Objective pinned = Objective.Denoiser(Written(3)).Pinned();
        Assert.Contains("denoiser(file('", pinned.ToString(), StringComparison.Ordinal);
        Written(3, deviation: "0.3");
        Assert.Contains("has the SHA-256", Assert.Throws<InputFileException>(() => pinned.Build(model.Activate(Evaluate.Input(1, 3, 5, 6)))).Message, StringComparison.Ordinal);
    }

    // For each patch of the image, in steps, with the last row and column again as far as patches reach: the nearest patch, in double precision.
    private static (double Value, double[] Gradient) Reference(float[] x, int channels, int height, int width, float[] patches, int count, int side, int step)
    {
        var gradient = new double[x.Length];
        double value = 0, share = (double)step * step / (side * side);
        for (int top = 0; top < height - side + step; top += step)
            for (int left = 0; left < width - side + step; left += step)
            {
                int length = channels * side * side;
                int[] places = [.. Enumerable.Range(0, length).Select(i => (i / (side * side) * height + Math.Min(height - 1, top + i / side % side)) * width + Math.Min(width - 1, left + i % side))];
                double[] distances = [.. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, length).Sum(i => Math.Pow(x[places[i]] - (double)patches[k * length + i], 2)))];
                int nearest = Array.IndexOf(distances, distances.Min());
                value += 0.5 * share * distances[nearest];
                for (int i = 0; i < length; i++) gradient[places[i]] += share * (x[places[i]] - patches[nearest * length + i]);
            }
        return (value, gradient);
    }

    [Theory]
    [InlineData(3, 9, 14, 4, 2)]
    [InlineData(3, 9, 14, 4, 3)]
    [InlineData(1, 8, 5, 5, 5)]
    [InlineData(2, 7, 6, 3, 1)]
    public void The_distance_to_the_nearest_patches_and_its_gradient_agree_with_the_definition(int channels, int height, int width, int side, int step)
    {
        const int count = 7;
        var shape = new Shape(2, channels, height, width);
        float[] x = Evaluate.Numbers(shape.Count, 1, 0, 1), patches = Evaluate.Numbers(count * channels * side * side, 2, 0, 1);
        Objective objective = Objective.Patches(Patches(new Shape(count, channels, side, side), patches), step);
        float[] values = Known.Value(objective, shape, x), gradient = Known.Gradient(objective, shape, x);
        int length = shape.Count / 2;
        for (int n = 0; n < 2; n++)
        {
            (double value, double[] slope) = Reference(x[(n * length)..(n * length + length)], channels, height, width, patches, count, side, step);
            Assert.Equal(value, values[n], 1e-5 * value);
            for (int i = 0; i < length; i++) Assert.Equal(slope[i] / 2, gradient[n * length + i], 1e-5);           // of the mean over two images
        }
    }

    [Fact]
    public void The_step_is_half_of_a_patch_unless_another_is_asked_for()
    {
        string path = Patches(new Shape(3, 1, 4, 4), Evaluate.Numbers(48, 2, 0, 1));
        float[] x = Evaluate.Numbers(70, 1, 0, 1);
        var shape = new Shape(1, 1, 7, 10);
        Assert.Equal(Known.Value(Objective.Patches(path, 2), shape, x), Known.Value(Objective.Patches(path), shape, x));
        Assert.NotEqual(Known.Value(Objective.Patches(path, 1), shape, x), Known.Value(Objective.Patches(path), shape, x));
    }

    [Fact]
    public void Grey_patches_take_each_channel_for_itself()
    {
        Objective objective = Objective.Patches(Patches(new Shape(3, 1, 4, 4), Evaluate.Numbers(48, 2, 0, 1)));
        float[] x = Evaluate.Numbers(2 * 5 * 70, 1, 0, 1), values = Known.Value(objective, new Shape(2, 5, 7, 10), x);
        for (int n = 0; n < 2; n++) Assert.Equal(Enumerable.Range(5 * n, 5).Sum(i => Known.Value(objective, new Shape(1, 1, 7, 10), x[(70 * i)..(70 * i + 70)])[0]), values[n], 1e-4);
    }

    [Fact]
    public void Patches_are_read_back_as_they_were_saved_and_colours_become_grey()
    {
        var patches = new ImagePatches(new Shape(2, 3, 1, 1), [1, 0, 0.5f, 0.25f, 0.25f, 0.25f]);
        patches.Save(At("p.safetensors"));
        ImagePatches read = ImagePatches.Read(At("p.safetensors"));
        Assert.Equal((2, 3, 1), (read.Count, read.Channels, read.Side));
        Assert.Equal(patches.Values, read.Values);
        Assert.Equal([0.299 + 0.057, 0.25], read.ToGrey().Values.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void What_are_no_patches_is_refused_and_an_image_smaller_than_one_too()
    {
        foreach ((string name, Shape shape, float value) in new[] { ("patch", new Shape(1, 3, 2, 2), 0.5f), ("patches", new Shape(1, 3, 2, 3), 0.5f), ("patches", new Shape(3, 2, 2), 0.5f), ("patches", new Shape(1, 3, 2, 2), 2f), ("patches", new Shape(1, 3, 2, 2), float.NaN) })
        {
            SafetensorsFile.Write(At("p.safetensors"), (name, shape, Enumerable.Repeat(value, shape.Count).ToArray()));
            string message = Assert.Throws<InputFileException>(() => ImagePatches.Read(At("p.safetensors"))).Message;
            Assert.EndsWith("; give a file that 'phosphene patches' wrote.", message, StringComparison.Ordinal);
        }
        Objective objective = Objective.Patches(Patches(new Shape(1, 3, 8, 8), new float[192]));
        Assert.Contains("compares patches of 8 x 8 pixels; the image has 7 x 9.", Assert.Throws<UsageException>(() => objective.Build(Known.Of(new Shape(1, 3, 7, 9)))).Message, StringComparison.Ordinal);
        Assert.Contains("was made of images of 3 channels; the image has 1", Assert.Throws<UsageException>(() => objective.Build(Known.Of(new Shape(1, 1, 9, 9)))).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => Objective.Patches("p.safetensors", 0));
    }
}
