using Phosphene.Atlas.Recurrences;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Atlas.Tests.Recurrences;

public sealed class StabilityTests : IDisposable
{
    private static readonly Recipe s_small = Recipe.Swift.WithSteps(4).For(20, 24);

    private readonly TinyModel _tiny = new();
    private readonly Model _model;
    private readonly string _page = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.html");

    public StabilityTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        File.Delete(_page);
    }

    [Fact]
    public void A_unit_alone_is_not_done_before_it_is_compared()
    {
        using var cancellation = new CancellationTokenSource();
        var stability = new Stability(_model, s_small, [Objective.Channel("relu2", 1)], seeds: 2);
        stability.Render(_page, (done, _) =>
        {
            if (done > stability.Steps / 2) cancellation.Cancel();          // while what it is held against is rendered
        }, cancellation: cancellation.Token);
        Assert.Equal((1, false, null, double.NaN), (stability.Units.Count, stability.IsDone, stability.Units[0].Recurrence, stability.Auc));
        Assert.Contains("Not finished", File.ReadAllText(_page), StringComparison.Ordinal);
    }

    [Fact]
    public void Comparing_is_told_of_and_ends_with_the_token()
    {
        using var cancellation = new CancellationTokenSource();
        var stability = new Stability(_model, s_small, [.. Enumerable.Range(0, 3).Select(channel => Objective.Channel("relu2", channel))], seeds: 2);
        stability.Render(_page, compared: done =>
        {
            if (done == 2) cancellation.Cancel();
        }, cancellation: cancellation.Token);
        Assert.Equal([true, true, false], stability.Units.Select(unit => unit.Recurrence is not null));
        Assert.False(stability.IsDone);
        Assert.True(double.IsFinite(stability.Auc));
    }

    [Fact]
    public void A_class_may_stand_beside_a_channel_of_a_layer_with_fewer_channels_than_classes()
    {
        using Model shapes = Model.Load(EmbeddedModels.Shapes);
        Assert.Equal(1, new Stability(shapes, s_small, [Objective.Parse("conv1/relu:1 + logit(59)")], seeds: 2).Count);
    }
}
