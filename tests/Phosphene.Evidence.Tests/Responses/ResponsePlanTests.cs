using Phosphene.Evidence.Diagnoses;
using Phosphene.Evidence.Responses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Responses;

public sealed class ResponsePlanTests : IDisposable
{
    private const int Height = 12, Width = 15;

    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width) };
    private readonly Model _model;

    public ResponsePlanTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void One_pass_gives_what_each_layer_and_the_classes_give_alone()
    {
        using var plan = new ResponsePlan(_model, ["relu1", "relu2", "logits"]);
        foreach (int seed in new[] { 4, 5 })
        {
            Picture photo = Photo(seed);
            ImageResponse response = plan.Of(photo);
            Assert.Equal([(5, Height, Width), (6, 6, 8), (4, 1, 1)], response.Layers.Select(layer => (layer.Channels, layer.Height, layer.Width)));
            foreach (LayerResponse layer in response.Layers.Take(2))
            {
                using var alone = new PictureActivation(_model, layer.Layer, Height, Width);
                for (int channel = 0; channel < layer.Channels; channel++) Assert.Equal(alone.MaximumOf(photo, channel), layer.Largest(channel).Value, 1e-5f);
            }
            (int Class, string, float Probability)[] classes = [.. _model.Classify(photo)];
            Assert.All(classes, entry => Assert.Equal(entry.Probability, response.Probabilities[entry.Class], 1e-6f));
        }
    }

    [Fact]
    public void Classes_that_nobody_asks_for_are_not_there()
    {
        using var plan = new ResponsePlan(_model, ["relu1"], withClasses: false);
        Assert.Empty(plan.Of(Photo(4)).Probabilities);
    }

    [Fact]
    public void A_layer_that_is_not_there_is_refused() => Assert.Throws<UnknownLayerException>(() => new ResponsePlan(_model, ["relu7"]));

    // Of another shape than the model's, so that it has to be brought to that.
    private static Picture Photo(int seed) => Picture.FromPlanar(Evaluate.Numbers(3 * 20 * 17, seed, low: 0.1, high: 0.9), 3, 20, 17);
}
