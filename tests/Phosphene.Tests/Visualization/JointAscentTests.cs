using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

public sealed class JointAscentTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Swift with { Height = 14, Width = 19, Steps = 6 };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public JointAscentTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Each_of_joined_ascents_is_what_it_is_alone_also_after_a_restart(int count)
    {
        using var joint = new JointAscent(_model, Small, Channels(0, count));
        for (int start = 0; start < 3; start += 2)
        {
            if (start > 0) joint.Restart(Channels(start, count));
            for (int step = 1; step <= Small.Steps; step++)
            {
                Assert.False(joint.Ascent.IsDone);
                joint.Ascent.Advance();
            }
            Assert.True(joint.Ascent.IsDone);
            foreach ((Objective objective, Rendering rendering) in Channels(start, count).Zip(joint.Finish()))
            {
                Rendering alone = new Visualizer(_model, Small).Render(objective);
                Assert.Equal(alone.Pictures[0].Bytes.ToArray(), rendering.Pictures[0].Bytes.ToArray());
                Assert.Equal(alone.Provenances[0].ToJson(), rendering.Provenances[0].ToJson());
                Assert.Equal(alone.Value, rendering.Value);
            }
        }
    }

    [Fact]
    public void Only_objectives_of_one_kind_can_be_joined()
    {
        Objective[] mixed = [Objective.Channel("relu2", 0), Objective.Channel("relu1", 1)];
        Assert.False(JointAscent.CanJoin(_model, Small, mixed));
        Assert.Throws<UsageException>(() => new JointAscent(_model, Small, mixed));
        Assert.True(JointAscent.CanJoin(_model, Small, Channels(0, 2)));
        using var joint = new JointAscent(_model, Small, Channels(0, 2));
        Assert.Throws<UsageException>(() => joint.Restart(mixed));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.Restart(Channels(0, 3)));
    }

    [Fact]
    public void Images_that_would_draw_apart_cannot_be_joined()
    {
        Recipe apart = Small with { Transforms = Pipeline.Of(new PerImage(Pipeline.Of(new Jitter(2)))) };
        Assert.False(JointAscent.CanJoin(_model, apart, Channels(0, 2)));
        Assert.True(JointAscent.CanJoin(_model, apart, Channels(0, 1)));
    }

    private static Objective[] Channels(int first, int count) => [.. Enumerable.Range(first, count).Select(channel => Objective.Channel("relu2", channel))];
}
