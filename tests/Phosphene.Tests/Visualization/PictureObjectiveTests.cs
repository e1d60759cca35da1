using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

public sealed class PictureObjectiveTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 20, Width = 24, Steps = 5, Transforms = Pipeline.None };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public PictureObjectiveTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void Of_the_picture_of_an_ascent_it_is_its_clean_value_but_for_rounding_to_levels()
    {
        Rendering rendering = new Visualizer(_model, Small).Render(Objective.Channel("relu2", 3));
        using var objective = new PictureObjective(_model, Objective.Channel("relu2", 3), 20, 24);
        Assert.Equal(rendering.Value, objective.Of(rendering.Pictures[0]), 0.02 * Math.Abs(rendering.Value));
    }

    [Fact]
    public void Over_transforms_it_is_the_mean_of_what_they_draw_the_same_for_every_picture()
    {
        Picture picture = new Visualizer(_model, Small).Render(Objective.Channel("relu2", 3)).Pictures[0];
        Pipeline moved = Pipeline.Parse("pad(3)|jitter(6)");
        using var one = new PictureObjective(_model, Objective.Channel("relu2", 3), 20, 24, moved);
        using var many = new PictureObjective(_model, Objective.Channel("relu2", 3), 20, 24, moved, draws: 40);
        Assert.Equal(many.Of(picture), many.Of(picture));
        Assert.NotEqual(many.Of(picture), many.Of(picture, seed: 1));
        Assert.NotEqual(one.Of(picture), many.Of(picture));
        Assert.Equal(Enumerable.Range(0, 40).Average(seed => one.Of(picture, (ulong)seed)), many.Of(picture), 0.2 * Math.Abs(many.Of(picture)));
    }

    [Fact]
    public void A_picture_of_another_size_covers_that_of_the_objective()
    {
        Picture picture = new Visualizer(_model, Small).Render(Objective.Channel("relu2", 3)).Pictures[0];
        using var small = new PictureObjective(_model, Objective.Channel("relu2", 3), 10, 12);
        using var whole = new PictureObjective(_model, Objective.Channel("relu2", 3), 10, 12);
        Assert.Equal(whole.Of(picture.Cover(10, 12)), small.Of(picture));
    }

    [Fact]
    public void A_model_of_one_size_gets_pictures_of_another_at_its_own()
    {
        using var tiny = new TinyModel { FixedSize = (16, 16) };
        using Model model = tiny.Load();
        using var objective = new PictureObjective(model, Objective.Logit("2"), 18, 18);
        Assert.True(double.IsFinite(objective.Of(Picture.FromPlanar(new float[3 * 18 * 18], 3, 18, 18))));
    }
}
