using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Evidence.Tests.Datasets;

public sealed class NearestImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (6, 10) };
    private readonly Model _model;

    public NearestImagesTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void They_are_those_with_the_highest_value_of_each_objective_in_order()
    {
        Picture[] pictures = [.. Enumerable.Range(0, 11).Select(i => _folder.Picture($"{i:00}.png", i, 7, 13))];
        File.WriteAllText(_folder.At("x.png"), "no picture");
        Objective[] objectives = [Objective.Logit(2), -Objective.Channel("relu1", 3)];
        NearestImages found = NearestImages.Find(_model, objectives, ImageFolder.Open(_folder.Path), 4)!;
        Assert.Equal("x.png", Assert.Single(found.Skipped).File);
        for (int k = 0; k < 2; k++)
        {
            using var objective = new PictureObjective(_model, objectives[k], 6, 10);
            (string File, double Value)[] expected = [.. pictures.Select((picture, i) => ($"{i:00}.png", objective.Of(picture))).OrderByDescending(image => image.Item2).Take(4)];
            Assert.Equal(expected.Select(image => image.File), found.Of[k].Select(image => image.File));
            Assert.All(expected.Zip(found.Of[k]), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-4));
        }
    }

    [Fact]
    public void Fewer_images_than_asked_for_are_all_there_and_equals_come_in_their_order()
    {
        foreach (string name in new[] { "b.png", "a.png", "c.png" }) _folder.Picture(name, seed: 1);
        Assert.Equal(["a.png", "b.png", "c.png"], NearestImages.Find(_model, [Objective.Logit(0)], ImageFolder.Open(_folder.Path), 9)!.Of[0].Select(image => image.File));
        Assert.Equal(["a.png", "b.png"], NearestImages.Find(_model, [Objective.Logit(0)], ImageFolder.Open(_folder.Path), 2)!.Of[0].Select(image => image.File));
    }

    [Fact]
    public void An_objective_of_the_whole_batch_is_refused()
    {
        foreach (int i in Enumerable.Range(0, 3)) _folder.Picture($"{i}.png", i);
        UsageException error = Assert.Throws<UsageException>(() => NearestImages.Find(_model, [Objective.Parse("diverse(relu2)")], ImageFolder.Open(_folder.Path), 2));
        Assert.StartsWith("The objective 'diverse(relu2)' is one number for all images of a batch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_is_a_number_on_no_image_is_named()
    {
        _folder.Picture("a.png", 1);
        UsageException error = Assert.Throws<UsageException>(() => NearestImages.Find(_model, [Objective.Logit(0), Objective.From("never", t => t["relu2"].SumOver(1, 2, 3) + Tensor.Constant(float.NaN))], ImageFolder.Open(_folder.Path), 2));
        Assert.Equal("The objective 'custom('never')' is not a number on any of the images; choose another unit or preprocessing.", error.Message);
    }

    [Fact]
    public void A_part_of_a_dataset_reads_as_the_whole_does()
    {
        Picture picture = _folder.Picture("n/1.png", 1);
        var part = new DatasetPart(ImageFolder.Open(_folder.Path), ["n/1.png"]);
        Assert.Equal(picture.Bytes.ToArray(), part.Read("n/1.png").Bytes.ToArray());
        Assert.Equal(("n", Path.Combine(_folder.Path, "n/1.png")), (part.ClassOf("n/1.png"), part.PathOf("n/1.png")));
    }
}
