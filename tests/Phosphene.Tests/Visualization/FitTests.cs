using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;
using Pad = Phosphene.Transforms.Pad;

namespace Phosphene.Tests.Visualization;

/// <summary>Images of another size than a model with a fully connected layer takes: 12 x 17 pixels.</summary>
public sealed class FitTests : IDisposable
{
    private static readonly Recipe Small = new() { Steps = 3, Seed = 7 };
    private readonly TinyModel _tiny = new() { FixedSize = (12, 17) };
    private readonly Model _model;

    public FitTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Theory]
    [InlineData(12, 17, null)]
    [InlineData(14, 20, "the layer needs 12 x 17 pixels, so the 14 x 20 that the transforms leave are cropped")]
    [InlineData(15, 17, "the layer needs 12 x 17 pixels, so the 15 x 17 that the transforms leave are cropped")]
    [InlineData(24, 34, "the layer needs 12 x 17 pixels, so the 24 x 34 that the transforms leave are resized")]
    [InlineData(12, 30, "the layer needs 12 x 17 pixels, so the 12 x 30 that the transforms leave are resized")]
    [InlineData(9, 14, "the layer needs 12 x 17 pixels, so the 9 x 14 that the transforms leave are enlarged")]
    [InlineData(12, 14, "the layer needs 12 x 17 pixels, so the 12 x 14 that the transforms leave are enlarged")]
    [InlineData(16, 12, "the layer needs 12 x 17 pixels, so the 16 x 12 that the transforms leave are resized")]
    public void An_image_of_another_size_is_made_to_fit_and_the_result_says_how(int height, int width, string? fit)
    {
        Rendering rendering = new Visualizer(_model, Small with { Height = height, Width = width }).Render(Objective.Logit(2));
        Assert.Equal(fit, rendering.Fit);
        Assert.Equal((height, width), (rendering.Pictures[0].Height, rendering.Pictures[0].Width));
    }

    [Fact]
    public void What_the_transforms_add_is_cropped()
    {
        Recipe padded = Small with { Height = 12, Width = 17, Transforms = Pipeline.Of(new Pad(1)) };
        Rendering rendering = new Visualizer(_model, padded).Render(Objective.Logit(2)), plain = new Visualizer(_model, padded with { Transforms = Pipeline.None }).Render(Objective.Logit(2));
        Assert.Contains("14 x 19 that the transforms leave are cropped", rendering.Fit, StringComparison.Ordinal);
        Assert.Equal(plain.Pictures[0].Bytes.ToArray(), rendering.Pictures[0].Bytes.ToArray());
    }

    [Fact]
    public void A_layer_that_takes_any_size_gets_the_image_as_it_is()
    {
        Rendering rendering = new Visualizer(_model, Small with { Height = 24, Width = 34 }).Render(Objective.Channel("relu2", 1));
        Assert.Null(rendering.Fit);
    }

    [Fact]
    public void A_smaller_image_that_transforms_pad_is_enlarged_and_climbs()
    {
        Recipe small = Small with { Height = 8, Width = 11, Steps = 20, Transforms = Pipeline.Of(new Pad(1), new Jitter(1)) };
        Rendering start = new Visualizer(_model, small with { Steps = 0 }).Render(Objective.Logit(2)), end = new Visualizer(_model, small).Render(Objective.Logit(2));
        Assert.Equal("the layer needs 12 x 17 pixels, so the 9 x 12 that the transforms leave are enlarged", end.Fit);
        Assert.Equal((8, 11), (end.Pictures[0].Height, end.Pictures[0].Width));
        Assert.True(end.Value > start.Value, $"{start.Value} to {end.Value}");
    }

    [Fact]
    public void An_enlarged_image_is_read_between_its_pixels()
    {
        Rendering half = new Visualizer(_model, Small with { Height = 6, Width = 17, Steps = 20 }).Render(Objective.Logit(2));
        float[] small = half.Pictures[0].ToPlanar(), doubled = new float[3 * 12 * 17];
        for (int i = 0; i < doubled.Length; i++)
        {
            // Row y lies at (y + 0.5) / 2 - 0.5 among the six; above the first and below the last is grey.
            int channel = i / (12 * 17), x = i % 17;
            float y = (i / 17 % 12 + 0.5f) / 2 - 0.5f;
            int above = (int)MathF.Floor(y);
            doubled[i] = (above + 1 - y) * At(above) + (y - above) * At(above + 1);
            float At(int row) => row is < 0 or > 5 ? 0.5f : small[(channel * 6 + row) * 17 + x];
        }
        Tensor image = Evaluate.Input(1, 3, 12, 17);
        Assert.Equal(half.Value, Evaluate.Of(_model.Activate(image)["logits"], (image, doubled))[2], 0.005 * half.Value);
    }

    [Fact]
    public void A_resized_image_is_the_mean_of_the_pixels_that_become_one()
    {
        Rendering twice = new Visualizer(_model, Small with { Height = 24, Width = 34, Steps = 20 }).Render(Objective.Logit(2));
        float[] large = twice.Pictures[0].ToPlanar(), halved = new float[3 * 12 * 17];
        for (int i = 0; i < large.Length; i++) halved[i / (24 * 34) * (12 * 17) + i / 34 % 24 / 2 * 17 + i % 34 / 2] += large[i] / 4;
        Tensor image = Evaluate.Input(1, 3, 12, 17);
        // The picture is rounded to 256 levels.
        Assert.Equal(twice.Value, Evaluate.Of(_model.Activate(image)["logits"], (image, halved))[2], 0.005 * twice.Value);
    }

    [Fact]
    public void A_cropped_image_is_its_middle()
    {
        Rendering larger = new Visualizer(_model, Small with { Height = 14, Width = 21, Steps = 20 }).Render(Objective.Logit(2));
        float[] middle = larger.Pictures[0].CenterCrop(12, 17).ToPlanar();
        Tensor image = Evaluate.Input(1, 3, 12, 17);
        Assert.Equal(larger.Value, Evaluate.Of(_model.Activate(image)["logits"], (image, middle))[2], 0.005 * larger.Value);
    }
}
