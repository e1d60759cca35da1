using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Evidence.Tests.Quality;

public sealed class QualityMeterTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 40, Width = 36, Steps = 12, Transforms = Pipeline.None };

    private readonly TinyModel _tiny = new();
    private readonly Model _model, _other;

    public QualityMeterTests()
    {
        _model = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["ant", "bee, Apis", "cat", "dog"]) });
        // The same network with its classes called otherwise: whatever the first sees as class 1, it sees as class 1, too, which is its cat.
        _other = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["dog", "apis", "fly", "ant"]) });
    }

    public void Dispose()
    {
        _other.Dispose();
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void Every_number_is_that_of_its_own_measure()
    {
        Objective objective = Objective.Logit("bee");
        Rendering rendering = new Visualizer(_model, Small).Render(objective);
        Picture picture = rendering.Pictures[0];
        using var judge = new ClassRank(_other);
        using var meter = new QualityMeter(_model, objective, 40, 36, judge: judge);
        PictureQuality quality = meter.Of(picture);
        using var heldOut = new PictureObjective(_model, objective, 40, 36, QualityMeter.HeldOut.For(40, 36), 16);
        Assert.Equal(rendering.Value, quality.Value, 0.05 * Math.Abs(rendering.Value));
        Assert.Equal(heldOut.Of(picture), quality.HeldOut);
        Assert.Equal(PictureSpectrum.Of(picture).ShareAbove(0.25), quality.HighFrequencies);
        Assert.Equal(PictureSpectrum.Of(picture).Checkerboard(), quality.Checkerboard);
        Assert.Equal(NaturalImages.ImageNet.ColourDistance(picture), quality.ColourDistance);
        Assert.Equal(NaturalImages.ImageNet.MagnitudeDistance(picture), quality.MagnitudeDistance);
        Assert.Equal(judge.Of(picture, 1), quality.Rank);
        Assert.Equal(quality, meter.Of(picture));
    }

    [Fact]
    public void The_transforms_of_no_preset_are_held_out()
    {
        Assert.All(Recipe.Presets.Values, recipe => Assert.NotEqual(QualityMeter.HeldOut, recipe.Transforms));
        Assert.Equal(QualityMeter.HeldOut, Pipeline.Parse($"{QualityMeter.HeldOut}"));
    }

    [Fact]
    public void A_class_is_found_in_the_other_network_by_its_label_or_a_synonym()
    {
        using var judge = new ClassRank(_other);
        Assert.Equal(1, judge.ClassOf(_model, Objective.Logit("1")));          // "bee, Apis" is "apis" there, of all its names the first that is known; the whole label is none
        Assert.Equal(3, judge.ClassOf(_model, Objective.Probability("ant")));
        Assert.Null(judge.ClassOf(_model, Objective.Channel("relu2", 1)));
        Assert.Null(judge.ClassOf(_model, Objective.Logit("ant") + Objective.Logit("dog")));
        UsageException error = Assert.Throws<UsageException>(() => judge.ClassOf(_model, Objective.Logit("cat")));
        Assert.Contains("has no class 'cat'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_nobody_guesses_what_a_number_means()
    {
        using Model nameless = _tiny.Load();
        using var judge = new ClassRank(nameless);
        UsageException error = Assert.Throws<UsageException>(() => judge.ClassOf(_model, Objective.Logit("ant")));
        Assert.Contains("needs the labels of both networks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rank_counts_the_classes_that_come_before()
    {
        Picture picture = new Visualizer(_model, Small).Render(Objective.Logit("dog")).Pictures[0];
        using var judge = new ClassRank(_other);
        int[] ranks = [.. Enumerable.Range(0, 4).Select(number => judge.Of(picture, number))];
        Assert.Equal([1, 2, 3, 4], ranks.Order());
        IReadOnlyList<(int Class, string Label, float Probability)> seen = _other.Classify(picture, 4);
        Assert.Equal(seen.Select(entry => entry.Class), Enumerable.Range(0, 4).OrderBy(number => ranks[number]));
    }
}
