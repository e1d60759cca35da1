using Phosphene.Evidence.Ablations;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Ablations;

public sealed class ChannelAblationTests : IDisposable
{
    private const int Height = 5, Width = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width) };
    private readonly Model _model;
    private readonly Picture[] _pictures;

    public ChannelAblationTests()
    {
        _model = _tiny.Load();
        _pictures = [.. Enumerable.Range(0, 11).Select(i => _folder.Picture($"{i:00}.png", i, 7, 13))];
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    private ChannelAblation? Ablate(string layer, params int[] channels) => ChannelAblation.Of(_model, new UnitChoice(Layer.Parse(layer), [.. channels]), ImageFolder.Open(_folder.Path));

    // The logits of an image where what a layer gives is multiplied by a factor for each channel.
    private float[] Logits(Picture picture)
    {
        var x = new Tensor(new Input(new Shape(1, 3, Height, Width), "image"));
        return Evaluate.Of(_model.Activate(x)["logits"], (x, picture.Cover(Height, Width).ToPlanar()));
    }

    [Fact]
    public void In_the_last_hidden_layer_a_channel_takes_with_it_what_its_weights_give()
    {
        // The logits are linear in relu2, so the change is minus the channel's part: the gradient times the activations, summed over its positions.
        ChannelAblation ablation = Ablate("relu2", 4, 1)!;
        Assert.Equal((11, 2), (ablation.Images, ablation.Channels.Count));
        double[,] expected = new double[2, TinyModel.Classes];
        var x = new Tensor(new Input(new Shape(1, 3, Height, Width), "image"));
        Activations activations = _model.Activate(x);
        Tensor relu2 = activations["relu2"], logits = activations["logits"];
        for (int k = 0; k < TinyModel.Classes; k++)
        {
            Tensor parts = (Runtime.Graphs.Gradients.Of(logits.Slice(1, k, 1).Sum(), [relu2])[0] * relu2).SumOver(2, 3);
            foreach (Picture picture in _pictures)
            {
                float[] channels = Evaluate.Of(parts, (x, picture.Cover(Height, Width).ToPlanar()));
                expected[0, k] -= channels[4] / 11.0;
                expected[1, k] -= channels[1] / 11.0;
            }
        }
        for (int c = 0; c < 2; c++)
            for (int k = 0; k < TinyModel.Classes; k++) Assert.Equal(expected[c, k], ablation.ChangesOf(c)[k], 1e-5);
        Assert.Contains(ablation.ChangesOf(0).ToArray(), change => Math.Abs(change) > 1e-3);
        for (int k = 0; k < TinyModel.Classes; k++) Assert.Equal(_pictures.Average(picture => Logits(picture)[k]), ablation.Logits[k], 1e-5);
    }

    [Fact]
    public void In_an_early_layer_it_is_as_in_a_model_whose_channel_is_dead()
    {
        // Channel 0 of conv1 with a bias that its ReLU never overcomes.
        using var dead = new TinyModel { FixedSize = (Height, Width), Conv1Bias = -1000 };
        using Model other = dead.Load();
        ChannelAblation ablation = Ablate("relu1", 0)!;
        var x = new Tensor(new Input(new Shape(1, 3, Height, Width), "image"));
        float[][] without = [.. _pictures.Select(picture => Evaluate.Of(other.Activate(x)["logits"], (x, picture.Cover(Height, Width).ToPlanar())))];
        for (int k = 0; k < TinyModel.Classes; k++) Assert.Equal(without.Average(logits => logits[k]) - ablation.Logits[k], ablation.ChangesOf(0)[k], 1e-4);
        Assert.Contains(ablation.ChangesOf(0).ToArray(), change => Math.Abs(change) > 1e-3);
    }

    [Fact]
    public void All_channels_are_taken_away_where_none_is_named_and_broken_images_are_skipped()
    {
        File.WriteAllText(_folder.At("03.png"), "no picture");
        ChannelAblation ablation = Ablate("relu1")!;
        Assert.Equal(Enumerable.Range(0, TinyModel.Conv1Channels), ablation.Channels);
        Assert.Equal((10, "03.png"), (ablation.Images, Assert.Single(ablation.Skipped).File));
    }

    [Fact]
    public void What_cannot_be_taken_away_is_refused()
    {
        Assert.Equal("Layer 'relu1' has channels 0 to 4; there is no channel 5.", Assert.Throws<UsageException>(() => Ablate("relu1", 5)).Message);
        Assert.StartsWith("The logits of the model are not computed from layer 'prob' as it stands", Assert.Throws<UsageException>(() => Ablate("prob", 1)).Message, StringComparison.Ordinal);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Null(ChannelAblation.Of(_model, new UnitChoice("relu1"), ImageFolder.Open(_folder.Path), null, source.Token));
    }
}
