using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Panels;
using Phosphene.Evidence.Paths;
using Phosphene.Evidence.Quality;
using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Evidence.Tests.Panels;

public sealed class QualityPanelTests : IDisposable
{
    private const int Height = 20, Width = 24;

    private static readonly Objective s_channel = Objective.Channel("relu2", 1), s_logit = Objective.Logit("bee");

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width) };
    private readonly Model _model;

    public QualityPanelTests() => _model = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["ant", "bee", "cat", "dog"]) });

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    private PanelPicture Picture(int seed, Objective objective) => new($"{seed}.png", _folder.Picture($"made/{seed}.png", seed, Height, Width), objective);

    private ImageFolder Photos(int count)
    {
        for (int i = 0; i < count; i++) _folder.Picture($"photos/{i:00}.png", 100 + i, Height, Width);
        return ImageFolder.Open(Path.Combine(_folder.Path, "photos"));
    }

    private double Value(Objective objective, Picture picture)
    {
        using var measured = new PictureObjective(_model, objective, Height, Width);
        return measured.Of(picture);
    }

    private static double? Number(QualityPanel panel, PanelPicture picture, string column)
    {
        IReadOnlyList<double?> numbers = panel.Of(picture);
        return numbers[panel.Columns.ToList().FindIndex(entry => entry.Name == column)];
    }

    [Fact]
    public void Without_images_and_a_second_network_a_picture_has_what_it_tells_alone()
    {
        PanelPicture picture = Picture(1, s_channel);
        using var panel = new QualityPanel(_model, [picture]);
        Assert.Equal(["value", "heldOut", "colour", "spectrum"], panel.Columns.Select(column => column.Name));
        Assert.Equal(Value(s_channel, picture.Picture), Number(panel, picture, "value"));
        using var heldOut = new PictureObjective(_model, s_channel, Height, Width, QualityMeter.HeldOut.For(Height, Width), 16);
        Assert.Equal(100 * heldOut.Of(picture.Picture) / Value(s_channel, picture.Picture), Number(panel, picture, "heldOut")!.Value, 1e-6);
        Assert.Equal(NaturalImages.ImageNet.ColourDistance(picture.Picture), Number(panel, picture, "colour"));
        Assert.Equal(NaturalImages.ImageNet.MagnitudeDistance(picture.Picture), Number(panel, picture, "spectrum"));
    }

    [Fact]
    public void A_percentile_is_the_share_of_images_that_give_the_objective_less()
    {
        ImageFolder photos = Photos(10);
        PanelPicture[] pictures = [Picture(1, s_channel), Picture(2, s_logit)];
        ObjectiveRange range = ObjectiveRange.Of(_model, [.. pictures.Select(picture => picture.Objective)], photos)!;
        using var panel = new QualityPanel(_model, pictures, images: photos, range: range);
        foreach (PanelPicture picture in pictures)
        {
            double own = Value(picture.Objective, picture.Picture);
            double[] values = [.. photos.Files.Select(file => Value(picture.Objective, photos.Read(file)))];
            Assert.Equal(10.0 * values.Count(value => value < own), Number(panel, picture, "percentile"));
            Assert.Equal(own / values.Max(), Number(panel, picture, "timesHighest")!.Value, 1e-4);
            Assert.Equal(photos.Files.Zip(values).OrderByDescending(entry => entry.Second).Take(3).Select(entry => entry.First), range.Highest(picture.Objective, 3));
        }
        Assert.Equal(10, range.Drawn(20).Distinct().Count());
        Assert.DoesNotContain("path", panel.Columns.Select(column => column.Name));                    // too few images to tell paths by
    }

    [Fact]
    public void Only_a_picture_of_a_class_has_a_rank_under_the_second_network()
    {
        using Model other = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["dog", "bee", "fly", "ant"]) });
        using var judge = new ClassRank(other);
        PanelPicture[] pictures = [Picture(1, s_channel), Picture(2, s_logit)];
        using var panel = new QualityPanel(_model, pictures, judge: judge);
        Assert.Null(Number(panel, pictures[0], "rank"));
        Assert.Equal(judge.Of(pictures[1].Picture, 1), Number(panel, pictures[1], "rank"));
    }

    [Fact]
    public void A_channel_of_the_logits_is_a_class_and_an_image_of_a_batch_has_its_own_objective()
    {
        using Model same = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["cat", "bee", "dog", "ant"]) });
        using var judge = new ClassRank(same);
        Objective both = Objective.Each(s_channel, Objective.Channel("logits", 3));
        Assert.Equal((null, (int?)2), (judge.ClassOf(_model, both.OfImage(2)), judge.ClassOf(_model, both.OfImage(1))));
        Assert.Equal((s_logit, 1), (s_logit.OfImage(5), judge.ClassOf(_model, s_logit)));
    }

    [Fact]
    public void A_class_by_the_alias_of_the_logits_is_a_class()
    {
        using var named = new TinyModel { FixedSize = (Height, Width), Metadata = [("phosphene.aliases", """{ "classes": "logits" }""")] };
        using Model model = named.Load(new ModelOptions { Threads = 1, Labels = _model.Labels });
        using var judge = new ClassRank(_model);
        Assert.Equal((3, (int?)3, (int?)null), (judge.ClassOf(model, Objective.Channel("classes", 3)), judge.ClassOf(model, Objective.Channel("logits", 3)), judge.ClassOf(model, -Objective.Channel("classes", 3))));
    }

    [Fact]
    public void An_objective_that_is_one_number_for_a_batch_has_no_range()
    {
        UsageException error = Assert.Throws<UsageException>(() => ObjectiveRange.Of(_model, [Objective.Parse("diverse(relu2)")], Photos(3)));
        Assert.StartsWith("The objective 'diverse(relu2)' is one number for all images of a batch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_any_size_are_compared_at_that_of_the_model()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        (int height, int width) = model.UsualSize;
        Objective objective = Objective.Channel("conv3/relu", 2);
        PanelPicture[] pictures = [.. Enumerable.Range(0, 3).Select(i => new PanelPicture($"{i}.png", _folder.Picture($"{i}.png", i, 90 + 10 * i, 70), i < 2 ? objective : Objective.Channel("conv3/relu", 7)))];
        Picture[] fitting = [.. pictures.Select(picture => picture.Picture.Cover(height, width))];
        using var meter = new RecurrenceMeter(model);
        using var panel = new QualityPanel(model, pictures);
        Assert.Equal(meter.Of(objective, fitting[..2], fitting[2..]).Median, Number(panel, pictures[0], "recurs")!.Value, 1e-9);
    }

    [Fact]
    public void Pictures_of_one_objective_are_held_against_each_other()
    {
        PanelPicture first = Picture(1, s_channel), second = Picture(2, s_channel), alone = Picture(3, s_logit), same = first with { File = "same.png" };
        using (var panel = new QualityPanel(_model, [first, same, alone]))
        {
            Assert.Equal(1, Number(panel, first, "recurs")!.Value, 1e-4);
            Assert.Null(Number(panel, alone, "recurs"));
        }
        using (var panel = new QualityPanel(_model, [first, second, alone])) Assert.InRange(Number(panel, first, "recurs")!.Value, -1, 0.99);
        using (var panel = new QualityPanel(_model, [first, second])) Assert.DoesNotContain("recurs", panel.Columns.Select(column => column.Name));
    }

    [Fact]
    public void With_enough_images_the_path_of_an_image_that_excites_the_objective_is_natural()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        for (int i = 0; i < 60; i++) Drawn(i).Save(_folder.At($"shapes/{i:00}.png"));
        ImageFolder images = ImageFolder.Open(Path.Combine(_folder.Path, "shapes"));
        Objective objective = Objective.Channel("conv2/relu", 5);
        ObjectiveRange range = ObjectiveRange.Of(model, [objective], images)!;
        var most = new PanelPicture("most", images.Read(range.Highest(objective, 1)[0]), objective);
        var least = new PanelPicture("least", images.Read(range.Highest(objective, 60)[^1]), objective);
        using var panel = new QualityPanel(model, [most, least], images: images, range: range);
        Assert.True(Number(panel, most, "path") > Number(panel, least, "path"), $"{Number(panel, most, "path")} and {Number(panel, least, "path")}");

        // None of its own images is among the others.
        var meter = new PathMeter(model);
        IReadOnlyList<string> own = range.Highest(objective, 16), drawn = range.Drawn(48);
        ImagePath[] Paths(IEnumerable<string> files) => [.. meter.Of(new DatasetPart(images, [.. files]))!.Images.Select(image => image.Path)];
        var natural = new NaturalPaths(Paths(own), Paths(drawn.Except(own).Take(32)));
        Assert.Equal(natural.MiddleOf(meter.Of(least.Picture)[0]), Number(panel, least, "path")!.Value, 1e-5);

        // Half of them are fine bars, half a slow change of colour.
        static Picture Drawn(int seed) => new(48, 48, 3, [.. Enumerable.Range(0, 48 * 48 * 3).Select(i => (byte)(seed % 2 == 0 ? (i / 3 % 48 + seed) % 6 < 3 ? 30 + seed : 220 - seed : i % 3 * 60 + 2 * (i / 144) + seed))]);
    }
}
