using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>Ascents that end once the objective no longer rises.</summary>
public sealed class PatienceTests : IDisposable
{
    // What is highest at grey, which small steps reach from a picture of noise, and then swing around.
    private static readonly Objective Grey = -Objective.L1();

    private static readonly Recipe Recipe = new() { Height = 6, Width = 9, Steps = 500, Seed = 3, Patience = 5, Parameterization = new Pixels(0.5f, Clip: true), Optimizer = new SignAscent(0.05f), RedirectSteps = 0 };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public PatienceTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void It_ends_at_the_first_step_after_which_the_mean_over_so_many_is_no_higher_than_over_as_many_before()
    {
        var values = new List<float>();
        Rendering rendering = new Visualizer(_model, Recipe).Render(Grey, step => values.Add(step.Value));
        Assert.True(rendering.HasStoppedRising);
        Assert.Equal(values.Count, rendering.Steps);
        Assert.InRange(rendering.Steps, 20, 60);
        double Mean(int end) => values.Take(end).TakeLast(5).Average(value => (double)value);
        Assert.Equal(Enumerable.Range(10, 500).First(end => Mean(end) <= Mean(end - 5)), rendering.Steps);
        Assert.All(rendering.Provenances, provenance => Assert.Equal(rendering.Steps, provenance.Step));
    }

    [Fact]
    public void The_lazy_sequence_ends_there_too() => Assert.Equal(new Visualizer(_model, Recipe).Render(Grey).Steps, new Visualizer(_model, Recipe).Ascend(Grey).Count());

    [Fact]
    public void Without_a_patience_all_steps_are_done()
    {
        Rendering rendering = new Visualizer(_model, Recipe with { Patience = null, Steps = 100 }).Render(Grey);
        Assert.Equal((100, false), (rendering.Steps, rendering.HasStoppedRising));
    }

    [Fact]
    public void What_rises_goes_on()
    {
        Rendering rendering = new Visualizer(_model, Recipe with { Steps = 40, Optimizer = new SignAscent(1e-4f) }).Render(Grey);
        Assert.Equal((40, false), (rendering.Steps, rendering.HasStoppedRising));
    }

    [Fact]
    public void Stages_are_carried_out_whatever_happens_in_them_and_do_not_count()
    {
        // A first stage that falls, and then the ascent from where that has led.
        Recipe staged = Recipe with { Stages = [new Stage(30) { Optimizer = new SignAscent(0.2f) }] };
        Rendering rendering = new Visualizer(_model, staged).Render(Grey);
        Assert.InRange(rendering.Steps, 40, 200);
        Assert.True(rendering.HasStoppedRising);
    }

    [Fact]
    public void Cut_off_before_its_end_it_ends_at_the_same_step()
    {
        Rendering whole = new Visualizer(_model, Recipe).Render(Grey);
        foreach (int at in new[] { 3, 11, whole.Steps - 1, whole.Steps })
        {
            using Ascent first = new(_model, Recipe, Grey), second = new(_model, Recipe, Grey);
            for (int step = 0; step < at; step++) first.Advance();
            second.Restore(first.Snapshot());
            Rendering rest = Visualizer.Finish(second);
            Assert.Equal(whole.Steps, rest.Steps);
            Assert.Equal(whole.Pictures[0].Bytes.ToArray(), rest.Pictures[0].Bytes.ToArray());
        }
    }

    [Fact]
    public void Begun_anew_it_forgets_what_was_reached_before()
    {
        using var ascent = new Ascent(_model, Recipe, Grey) { KeepsPlans = true };
        int steps = Visualizer.Finish(ascent).Steps;
        ascent.Restart(Grey);
        Assert.False(ascent.HasStoppedRising);
        Assert.Equal(steps, Visualizer.Finish(ascent).Steps);
    }

    [Fact]
    public void A_patience_of_no_steps_is_refused() => Assert.Throws<UsageException>(() => new Visualizer(_model, Recipe with { Patience = 0 }).Render(Grey));
}
