using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Paths;

public sealed class PathMeterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (8, 12) };
    private readonly Model _model;
    private readonly Picture[] _pictures;

    public PathMeterTests()
    {
        _model = _tiny.Load();
        _pictures = [.. Enumerable.Range(0, 5).Select(i => _folder.Picture($"{i}.png", i, 9, 14))];
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_path_has_the_ranks_of_what_the_layers_give()
    {
        var meter = new PathMeter(_model, ["relu1", "logits"]);
        IReadOnlyList<ImagePath> paths = meter.Of(_pictures);
        float[][] activations = [.. _pictures.Select(picture => Evaluate.Of(_model.Activate(picture)["relu1"]))];
        Assert.Equal(5, paths.Count);
        for (int i = 1; i < 5; i++) Assert.Equal(ImagePath.Of(activations[0]).Correlation(ImagePath.Of(activations[i]), 0), paths[0].Correlation(paths[i], 0), 1e-4);
    }

    [Fact]
    public void Pictures_and_files_and_any_batch_give_the_same_paths()
    {
        IReadOnlyList<ImagePath> given = new PathMeter(_model, sample: 50, batch: 2).Of(_pictures), read = [.. new PathMeter(_model, sample: 50).Of(ImageFolder.Open(_folder.Path))!.Images.Select(image => image.Path)];
        Assert.Equal(given.Count, read.Count);
        for (int i = 0; i < given.Count; i++)
            for (int layer = 0; layer < given[i].Layers; layer++) Assert.Equal(1, given[i].Correlation(read[i], layer), 1e-4);
    }

    [Fact]
    public void Of_a_large_layer_so_many_activations_are_looked_at_by_the_seed()
    {
        double whole = Between(480), some = Between(240), other = Between(240, seed: 1);
        Assert.NotEqual(some, other);
        Assert.Equal(whole, some, 0.2);
        Assert.Equal(some, Between(240));

        double Between(int sample, ulong seed = 0)
        {
            IReadOnlyList<ImagePath> paths = new PathMeter(_model, ["conv1"], sample, seed).Of(_pictures);
            return paths[0].Correlation(paths[1], 0);
        }
    }

    [Fact]
    public void The_usual_layers_are_those_that_every_way_runs_through() =>
        Assert.Equal(["conv1", "relu1", "conv2", "relu2"], PathMeter.UsualLayers(_model).Select(layer => layer.Name));

    [Fact]
    public void A_file_that_cannot_be_read_is_named_and_nothing_else_is_an_error()
    {
        File.WriteAllText(_folder.At("x.png"), "no picture");
        DatasetPaths paths = new PathMeter(_model).Of(ImageFolder.Open(_folder.Path))!;
        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png"], paths.Images.Select(image => image.File));
        Assert.Equal("x.png", Assert.Single(paths.Skipped).File);
        Assert.Throws<InputFileException>(() => new PathMeter(_model).Of(new DatasetPart(ImageFolder.Open(_folder.Path), ["x.png"])));
    }

    [Fact]
    public void A_layer_that_is_not_there_is_named() => Assert.Throws<UnknownLayerException>(() => new PathMeter(_model, ["relu9"]));

    [Fact]
    public void A_cancelled_pass_gives_nothing() => Assert.Null(new PathMeter(_model).Of(ImageFolder.Open(_folder.Path), cancellation: new CancellationToken(canceled: true)));
}
