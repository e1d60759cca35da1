using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
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
    public void A_larger_image_is_made_to_fit_and_the_result_says_how(int height, int width, string? fit)
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

    [Theory]
    [InlineData(10, 17)]
    [InlineData(12, 14)]
    [InlineData(16, 12)]
    [InlineData(8, 60)]
    public void An_image_that_is_too_small_is_refused_with_the_size_named(int height, int width)
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => new Visualizer(_model, Small with { Height = height, Width = width }).Render(Objective.Logit(2)));
        Assert.Equal(ModelFault.ShapeMismatch, error.Fault);
        Assert.Contains("3, 12, 17]", error.Message, StringComparison.Ordinal);
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
