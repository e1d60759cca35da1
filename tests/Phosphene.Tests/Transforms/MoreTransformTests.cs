using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;
using Pad = Phosphene.Transforms.Pad;

namespace Phosphene.Tests.Transforms;

/// <summary>Borders of all kinds, flips, slants, windows, blur, noise, colours and erased parts.</summary>
public sealed class MoreTransformTests
{
    // What a pipeline makes of an image in a step, on a graph of its own.
    private static (float[] Values, Shape Shape) Seen(string text, float[] image, int channels, int height, int width, ulong seed = 1, long step = 0, int batch = 1)
    {
        Tensor x = Evaluate.Input(batch, channels, height, width);
        var random = new RandomVariables();
        Tensor y = Pipeline.Parse(text).Apply(x, random);
        return (Evaluate.Steps(y, random, seed, [step], (x, image))[0], y.Shape);
    }

    private static float[] Counting(int count) => [.. Enumerable.Range(0, count).Select(i => i / 100f)];

    [Fact]
    public void A_border_is_grey_black_mirrored_or_of_a_colour_that_changes()
    {
        float[] image = [0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f];            // 2 x 3
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0, 0.1f, 0.2f, 0.5f], Seen("pad(1)", image, 1, 2, 3).Values[..10]);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0.1f, 0.2f, 0], Seen("pad(1, black)", image, 1, 2, 3).Values[..10]);
        Assert.Equal([0.4f, 0.3f, 0.4f, 0.5f, 0.4f, 0.1f, 0, 0.1f, 0.2f, 0.1f], Seen("pad(1, reflect)", image, 1, 2, 3).Values[..10]);
        (float[] first, Shape shape) = Seen("pad(2, random)", Counting(18), 3, 2, 3);
        float[] second = Seen("pad(2, random)", Counting(18), 3, 2, 3, step: 1).Values;
        Assert.Equal(new Shape(1, 3, 6, 7), shape);
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(first[42 * c], first[42 * c + 41]);         // one colour on all sides
            Assert.NotEqual(first[42 * c], second[42 * c]);
            Assert.InRange(first[42 * c], 0f, 1f);
            for (int i = 0; i < 6; i++) Assert.Equal((6 * c + i) / 100f, first[42 * c + 7 * (2 + i / 3) + 2 + i % 3]);
        }
        Assert.NotEqual(first[0], first[42]);
    }

    [Fact]
    public void A_flip_exchanges_left_and_right_exactly_in_its_share_of_the_steps()
    {
        float[] image = Counting(15);
        float[] mirrored = [.. Enumerable.Range(0, 15).Select(i => image[i / 5 * 5 + 4 - i % 5])];
        Assert.Equal(mirrored, Seen("flip(1)", image, 1, 3, 5).Values);
        Assert.Equal(image, Seen("flip(0)", image, 1, 3, 5).Values);
        Tensor x = Evaluate.Input(1, 1, 3, 5);
        var random = new RandomVariables();
        float[][] steps = Evaluate.Steps(Pipeline.Parse("flip(0.3)").Apply(x, random), random, 5, Enumerable.Range(0, 400).Select(i => (long)i), (x, image));
        Assert.All(steps, values => Assert.True(values.SequenceEqual(image) || values.SequenceEqual(mirrored)));
        // 120 of 400 are expected, with a standard deviation of 9.
        Assert.InRange(steps.Count(values => values.SequenceEqual(mirrored)), 85, 155);
    }

    [Fact]
    public void A_slant_moves_the_upper_rows_to_the_right_and_keeps_the_middle()
    {
        // A vertical line in the middle column of 5 x 7. By 45° a row that lies one higher is one further to the right.
        float[] image = [.. Enumerable.Range(0, 35).Select(i => i % 7 == 3 ? 1f : 0)];
        float[] seen = Seen("shear(45)", image, 1, 5, 7).Values;
        for (int row = 0; row < 5; row++) Assert.Equal(1, seen[7 * row + 3 + (2 - row)], 1e-4);
    }

    [Theory]
    [InlineData("resizedCrop(1, centre: 0)", 6, 9)]
    [InlineData("resizedCrop(0.5, centre: 0)", 6, 9)]
    [InlineData("resizedCrop(0.5, centre: 0, size: 3x4)", 3, 4)]
    [InlineData("resizedCrop(1, centre: 0, last: 0.5, steps: 4)", 6, 9)]
    public void A_window_about_the_middle_is_read_linearly(string text, int height, int width)
    {
        // In a plane a·y + b·x any linear reading is exact; pixel i of the result is at (i + ½)·size·H / height from the window's upper edge. After 2 of 4 steps 1 → 0.5 is at 0.75.
        double size = text.Contains("last", StringComparison.Ordinal) ? 0.75 : text.Contains("0.5", StringComparison.Ordinal) ? 0.5 : 1;
        float[] image = [.. Enumerable.Range(0, 12 * 15).Select(i => 0.01f * (i / 15) + 0.03f * (i % 15))];
        string sized = text.Contains("size:", StringComparison.Ordinal) ? text : $"{text[..^1]}, size: {height}x{width})";
        (float[] seen, Shape shape) = Seen(sized, image, 1, 12, 15, step: 2);
        Assert.Equal(new Shape(1, 1, height, width), shape);
        for (int i = 0; i < seen.Length; i++)
        {
            double y = 6 + (i / width + 0.5 - height / 2.0) * size * 12 / height - 0.5, x = 7.5 + (i % width + 0.5 - width / 2.0) * size * 15 / width - 0.5;
            if (y is >= 0 and <= 11 && x is >= 0 and <= 14) Assert.Equal(0.01 * y + 0.03 * x, seen[i], 1e-5);
        }
    }

    [Fact]
    public void Windows_have_drawn_sizes_and_centres_around_the_middle()
    {
        Tensor x = Evaluate.Input(1, 2, 40, 60);
        var random = new RandomVariables();
        Tensor y = Pipeline.Parse("resizedCrop(0.2..0.4, centre: 0.05, size: 10x10)").Apply(x, random);
        float[] places = [.. Enumerable.Range(0, 2400).Select(i => (i / 60 + 0.5f) / 40), .. Enumerable.Range(0, 2400).Select(i => (i % 60 + 0.5f) / 60)];
        (double Size, double Y, double X)[] windows = [.. Evaluate.Steps(y, random, 3, Enumerable.Range(0, 300).Select(i => (long)i), (x, places))
            .Select(seen => ((seen[90] - seen[0]) / 0.9, (seen[0] + seen[99]) / 2.0, (seen[100] + seen[199]) / 2.0))];
        Assert.All(windows, window => Assert.InRange(window.Size, 0.199, 0.401));
        Assert.Equal(0.3, windows.Average(window => window.Size), 0.015);
        Assert.Equal(0.5, windows.Average(window => window.Y), 0.012);
        Assert.Equal(0.05, Math.Sqrt(windows.Average(window => Math.Pow(window.X - 0.5, 2))), 0.008);
        Assert.Contains(windows, window => Math.Abs(window.Y - window.X) > 0.05);
    }

    [Theory]
    [InlineData(0.4f, 7, 9)]
    [InlineData(1.3f, 7, 9)]
    [InlineData(2.5f, 5, 4)]
    public void A_blur_agrees_with_its_definition(float sigma, int height, int width)
    {
        float[] image = Evaluate.Numbers(3 * height * width, seed: 4);
        float[] seen = Seen(FormattableString.Invariant($"blur({sigma})"), image, 3, height, width).Values;
        int radius = (int)Math.Ceiling(3 * sigma);
        double[] weights = [.. Enumerable.Range(-radius, 2 * radius + 1).Select(k => Math.Exp(-k * k / (2.0 * sigma * sigma)))];
        double sum = weights.Sum();
        for (int i = 0; i < seen.Length; i++)
        {
            double expected = 0;
            for (int dy = -radius; dy <= radius; dy++)
                for (int dx = -radius; dx <= radius; dx++)
                {
                    int y = Math.Clamp(i / width % height + dy, 0, height - 1), x = Math.Clamp(i % width + dx, 0, width - 1);
                    expected += weights[dy + radius] * weights[dx + radius] / sum / sum * image[i / (height * width) * height * width + y * width + x];
                }
            Assert.Equal(expected, seen[i], 1e-5);
        }
    }

    [Fact]
    public void Noise_is_normal_independent_in_each_value_and_new_in_each_step()
    {
        float[] grey = [.. Enumerable.Repeat(0.5f, 2 * 3 * 20 * 31)];
        float[] first = Seen("noise(0.1)", grey, 3, 20, 31, batch: 2).Values, second = Seen("noise(0.1)", grey, 3, 20, 31, step: 1, batch: 2).Values;
        Assert.Equal(0.5, first.Average(), 0.006);
        Assert.Equal(0.1, Math.Sqrt(first.Average(value => Math.Pow(value - 0.5, 2))), 0.004);
        Assert.Equal(0, first.Zip(second, (a, b) => (a - 0.5) * (b - 0.5)).Average(), 0.0006);
        Assert.NotEqual(first[..1860], first[1860..]);
        Assert.Equal(grey, Seen("noise(0)", grey, 3, 20, 31, batch: 2).Values);
    }

    [Fact]
    public void Brightness_contrast_and_saturation_change_by_one_factor_each()
    {
        float[] image = Evaluate.Numbers(3 * 4 * 5, seed: 3, low: 0.2, high: 0.8);
        double Luma(int pixel) => 0.299 * image[pixel] + 0.587 * image[20 + pixel] + 0.114 * image[40 + pixel];
        double mean = Enumerable.Range(0, 20).Average(Luma);
        foreach ((string text, Func<int, double> centre) in new (string, Func<int, double>)[] { ("colour(0.4)", _ => 0), ("colour(contrast: 0.4)", _ => mean), ("colour(saturation: 0.4)", i => Luma(i % 20)) })
        {
            double[] factors = [.. Enumerable.Range(0, 30).Select(step =>
            {
                float[] seen = Seen(text, image, 3, 4, 5, step: step).Values;
                double factor = (seen[7] - centre(7)) / (image[7] - centre(7));
                for (int i = 0; i < 60; i++) Assert.Equal(centre(i) + factor * (image[i] - centre(i)), seen[i], 1e-3);
                return factor;
            })];
            Assert.All(factors, factor => Assert.InRange(factor, 0.59, 1.41));
            Assert.True(factors.Max() > 1.2 && factors.Min() < 0.8);
        }
    }

    [Fact]
    public void A_grey_rectangle_of_a_drawn_size_covers_part_of_the_image()
    {
        float[] white = [.. Enumerable.Repeat(1f, 3 * 20 * 30)];
        int erased = 0;
        for (int step = 0; step < 60; step++)
        {
            float[] seen = Seen("erase(0.3..0.5)", white, 3, 20, 30, step: step).Values;
            int[] grey = [.. Enumerable.Range(0, 600).Where(i => seen[i] == 0.5f)];
            Assert.All(seen, value => Assert.True(value is 0.5f or 1));
            Assert.Equal(seen[..600], seen[600..1200]);
            if (grey.Length == 0) continue;
            erased++;
            int height = grey.Max(i => i / 30) - grey.Min(i => i / 30) + 1, width = grey.Max(i => i % 30) - grey.Min(i => i % 30) + 1;
            Assert.Equal(grey.Length, height * width);               // it is a rectangle
            Assert.InRange(height, 5, 11);
            Assert.InRange(width, 8, 16);
        }
        // 30 of 60 are expected, with a standard deviation of 4.
        Assert.InRange(erased, 16, 44);
    }

    [Fact]
    public void Each_image_of_a_batch_has_draws_of_its_own_inside_each()
    {
        float[] one = Counting(2 * 23 * 31), three = [.. one, .. one, .. one];
        foreach (string text in new[] { "jitter(8)", "roll(8)", "rotate(-9..9)", "shear(-9..9)", "scale(0.8..1.2)", "resizedCrop(0.3..0.6)", "blur(0.5..2)", "colour(0.5, 0.5)", "erase(0.2..0.5, probability: 1)", "pad(2, random)", "noise(0.1)" })
        {
            (float[] shared, Shape shape) = Seen(text, three, 2, 23, 31, batch: 3);
            (float[] apart, Shape same) = Seen($"each({text})", three, 2, 23, 31, batch: 3);
            Assert.Equal(shape, same);
            int size = shared.Length / 3;
            if (text != "noise(0.1)") Assert.Equal(shared[..size], shared[size..(2 * size)]);
            Assert.NotEqual(apart[..size], apart[size..(2 * size)]);
            Assert.NotEqual(apart[size..(2 * size)], apart[(2 * size)..]);
        }
    }

    [Fact]
    public void Inside_each_crop_means_the_first_size_and_small_images_move_less()
    {
        Assert.Equal(new Shape(2, 3, 9, 14), Seen("pad(2)|each(jitter(1)|jitter(1)|crop)", new float[2 * 3 * 9 * 14], 3, 9, 14, batch: 2).Shape);
        Assert.Equal("each(pad(4)|jitter(4))|blur(0.5..1)|pad(4, reflect)", Pipeline.Parse("each(pad(16)|jitter(16))|blur(2..4)|pad(16, reflect)").For(56, 70).ToString());
    }

    [Theory]
    [InlineData("pad(9, reflect)", "pad(9, reflect) needs an image of more than 9 pixels on both sides; got 9 x 14 (height x width).")]
    [InlineData("colour(saturation: 0.2)", "colour(saturation: 0.2) changes the saturation of red, green and blue; the model takes images of 2 channels. Leave saturation out.")]
    public void What_does_not_fit_the_image_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Seen(text, new float[252], 2, 9, 14)).Message);

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        ITransform[] senseless =
        [
            new Flip(1.5f), new Flip(float.NaN), new Shear(Draw.OneOf(90)), new ResizedCrop(Draw.OneOf(0)), new ResizedCrop(Draw.OneOf(1), Last: Draw.OneOf(-1)), new ResizedCrop(Draw.OneOf(1), Height: 0, Width: 3), new Blur(Draw.OneOf(0)),
            new Noise(-1), new ColourJitter(2), new Erase(Draw.OneOf(2)), new Erase(Draw.OneOf(0.5f), -1),
        ];
        Assert.All(senseless, transform => Assert.Throws<UsageException>(() => Pipeline.Of(transform).Apply(Evaluate.Input(1, 3, 9, 14), new RandomVariables())));
    }

    [Fact]
    public void The_pipelines_of_other_programs_have_texts_and_leave_the_sizes_that_they_say()
    {
        Shape Of(Pipeline pipeline, int size) => pipeline.Apply(Evaluate.Input(1, 3, size, size), new RandomVariables()).Shape;
        Assert.Equal(Pipelines.Lucid, Recipe.Lucid.Transforms);
        Assert.Equal("pad(12)|jitter(8)|scale(0.9, 0.92, 0.94, 0.96, 0.98, 1, 1.02, 1.04, 1.06, 1.08, 1.1)|rotate(-10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0*5)|jitter(4)", Pipelines.Lucid.ToString());
        Assert.Equal(new Shape(1, 3, 224, 224), Of(Pipelines.Captum, 224));
        Assert.Equal(new Shape(1, 3, 186, 186), Of(Pipelines.CaptumRobustness, 224));      // 224 + 4 - 10·4 - 2
        Assert.Equal(new Shape(1, 3, 192, 192), Of(Pipelines.Xplique(512), 512));
        Assert.Equal(new Shape(1, 3, 512, 512), Of(Pipelines.Maco, 512));
        Assert.All(new[] { Pipelines.Lucid, Pipelines.Captum, Pipelines.CaptumRobustness, Pipelines.Xplique(224), Pipelines.Maco }, pipeline => Assert.Equal(pipeline, Pipeline.Parse(pipeline.ToString())));
    }
}
