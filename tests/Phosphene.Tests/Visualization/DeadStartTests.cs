using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>A unit whose ReLU is negative everywhere at the start: channel 0 of conv1 sums 27 weights of 0.15, so 2.0 at grey and 4.05 at white.</summary>
public sealed class DeadStartTests
{
    private static readonly Objective Dead = Objective.Channel("relu1", 0);
    private static readonly Recipe Small = new() { Height = 10, Width = 15, Steps = 30, Seed = 3, Parameterization = new Pixels() };

    [Fact]
    public void A_dead_unit_stays_dead_without_redirection()
    {
        using var tiny = new TinyModel { Conv1Bias = -2.3f };
        using Model model = tiny.Load();
        Rendering still = new Visualizer(model, Small with { RedirectSteps = 0 }).Render(Dead), start = new Visualizer(model, Small with { Steps = 0 }).Render(Dead);
        Assert.Equal((0, 0, 30), (still.Value, still.RedirectedSteps, still.Steps));
        Assert.Equal(start.Pictures[0].Bytes.ToArray(), still.Pictures[0].Bytes.ToArray());
    }

    [Fact]
    public void A_dead_unit_escapes_with_redirection_and_the_steps_are_reported()
    {
        using var tiny = new TinyModel { Conv1Bias = -2.3f };
        using Model model = tiny.Load();
        Rendering rendering = new Visualizer(model, Small).Render(Dead);
        Assert.True(rendering.Value > 0.5, $"{rendering.Value}");
        // Grey must brighten by 0.3 / 4.05: seven moves of 0.05 / 4.
        Assert.InRange(rendering.RedirectedSteps, 4, 9);
    }

    [Fact]
    public void Redirection_ends_after_its_steps()
    {
        using var tiny = new TinyModel { Conv1Bias = -3.9f };          // 17 moves do not reach it
        using Model model = tiny.Load();
        var redirected = new List<int>();
        Rendering rendering = new Visualizer(model, Small).Render(Dead, step => redirected.Add(step.RedirectedImages));
        Assert.Equal([.. Enumerable.Repeat(1, 17), .. Enumerable.Repeat(0, 13)], redirected);
        Assert.Equal((0, 17), (rendering.Value, rendering.RedirectedSteps));
    }

    [Fact]
    public void A_unit_that_is_alive_is_not_redirected()
    {
        using var tiny = new TinyModel { Conv1Bias = -1.5f };
        using Model model = tiny.Load();
        Rendering with = new Visualizer(model, Small).Render(Dead), without = new Visualizer(model, Small with { RedirectSteps = 0 }).Render(Dead);
        Assert.Equal(0, with.RedirectedSteps);
        Assert.Equal(without.Pictures[0].Bytes.ToArray(), with.Pictures[0].Bytes.ToArray());
    }

    [Fact]
    public void A_hinge_in_an_objective_of_ones_own_works_while_ReLUs_are_redirected()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Objective hinge = Objective.From("hinge", t => (t["relu1"].Channel(0).Mean() - 0.1f).Relu());
        Rendering rendering = new Visualizer(model, Small with { Batch = 2 }).Render(hinge);
        Assert.True(rendering.Value > 1);
    }
}
