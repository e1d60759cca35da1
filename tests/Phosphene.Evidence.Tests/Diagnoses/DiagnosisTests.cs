using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Diagnoses;

public sealed class DiagnosisTests : IDisposable
{
    private const int Height = 5, Width = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width), Conv1Weight = 0, Conv1Bias = 3 };
    private readonly Model _model;

    public DiagnosisTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Numbers_are_those_over_all_positions_of_all_images()
    {
        Picture[] pictures = [.. Enumerable.Range(0, 11).Select(i => _folder.Picture($"{i:00}.png", i, 7, 13))];
        File.WriteAllText(_folder.At("broken.png"), "no picture");
        var skipped = new List<SkippedImage>();
        LayerDiagnosis layer = Assert.Single(Diagnosis.Of(_model, ["relu2"], ImageFolder.Open(_folder.Path), skipped.Add)!);
        Assert.Equal("broken.png", Assert.Single(skipped).File);
        var x = new Tensor(new Input(new Shape(1, 3, Height, Width), "image"));
        float[][] values = [.. pictures.Select(picture => Evaluate.Of(_model.Activate(x)["relu2"], (x, picture.Cover(Height, Width).ToPlanar())))];
        int positions = values[0].Length / TinyModel.Conv2Channels;
        foreach (ChannelDiagnosis channel in layer.Channels)
        {
            float[] own = [.. values.SelectMany(image => image.Skip(channel.Channel * positions).Take(positions))];
            double mean = own.Average(value => (double)value);
            ChannelRange range = channel.OnImages!;
            Assert.Equal(11, range.Images);
            Assert.Equal((own.Max(), own.Min()), (range.Maximum, range.Minimum), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-4 && Math.Abs(a.Item2 - b.Item2) < 1e-4);
            Assert.Equal(mean, range.Mean, 1e-4);
            Assert.Equal(Math.Sqrt(own.Average(value => (value - mean) * (value - mean))), range.Deviation, 1e-4);
            Assert.Equal(own.Count(value => value > 0) / (double)own.Length, range.Active, 1e-9);
        }
        Assert.Contains(layer.Channels, channel => channel.OnImages!.Active is > 0 and < 1);
    }

    [Fact]
    public void A_channel_that_sees_nothing_is_constant_and_gives_as_much_in_any_light()
    {
        for (int i = 0; i < 3; i++) _folder.Picture($"{i}.png", i, 7, 13);
        ChannelDiagnosis channel = Diagnosis.Of(_model, ["relu1"], ImageFolder.Open(_folder.Path))![0].Judged().Channels[0];
        Assert.Equal((3f, 3f, 1.0), (channel.OnImages!.Maximum, channel.OnImages.Minimum, channel.FlatShare));
        Concern concern = Assert.Single(channel.Concerns);
        Assert.Equal((ConcernKind.DeadOnData, "always 3"), (concern.Kind, concern.Text));
    }

    [Fact]
    public void Without_images_only_weights_and_light_tell()
    {
        LayerDiagnosis layer = Diagnosis.Of(_model, ["relu1"], null)![0].Judged();
        Assert.All(layer.Channels, channel => Assert.Equal((null, null, null, 0), (channel.OnImages, channel.Duplicate, channel.FlatShare, channel.Concerns.Count)));
        Assert.Equal(3f, layer.Channels[0].Flat!.Value);
    }

    [Fact]
    public void Layers_that_end_in_an_activation_are_found() => Assert.Equal(["relu1", "relu2"], ActivationLayers.Of(_model).Select(layer => layer.Name));
}
