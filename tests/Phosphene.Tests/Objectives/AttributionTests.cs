using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class AttributionTests : IDisposable
{
    private readonly TinyModel _tiny = new() { FixedSize = (12, 16) };
    private readonly Model _model;
    private readonly Picture _picture = Picture.FromPlanar(Evaluate.Numbers(3 * 12 * 16, seed: 4, low: 0, high: 1), 3, 12, 16);

    public AttributionTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void What_is_linear_in_a_layer_is_shared_out_whole()
    {
        // logits = relu2 · w + b: the parts of logit 2 add up to it without its bias, 0.3.
        Attribution attribution = Attribution.Of(_model, _picture, Objective.Logit(2), "relu2");
        Assert.Equal(attribution.Value - 0.3f, attribution.Channels.Sum(channel => channel.Contribution), 1e-3f);
        Assert.Equal(attribution.Value - 0.3f, attribution.Positions.Sum(), 1e-3f);
        Assert.Equal((6, 8, 48, 6), (attribution.Height, attribution.Width, attribution.Positions.Count, attribution.Channels.Length));
        Assert.Equal(attribution.Channels.Select(channel => Math.Abs(channel.Contribution)).OrderDescending(), attribution.Channels.Select(channel => Math.Abs(channel.Contribution)));
        Assert.Equal([0, 1, 2, 3, 4, 5], attribution.Channels.Select(channel => channel.Channel).Order());
    }

    [Fact]
    public void A_contribution_is_the_activation_times_the_slope_of_the_objective()
    {
        // Twice the square of what channel 1 gives at one place: 2·a² has the slope 4·a, so its part is 4·a² = twice its value; and no other channel has any.
        Objective square = Objective.From("square", t => 2f * t["relu1"].Channel(1).Slice(y: 3..4, x: 5..6).Square());
        Attribution attribution = Attribution.Of(_model, _picture, square, "relu1");
        Assert.Equal(2 * attribution.Value, attribution.Channels[0].Contribution, 1e-5f);
        Assert.Equal(1, attribution.Channels[0].Channel);
        Assert.All(attribution.Channels.Skip(1), channel => Assert.Equal(0, channel.Contribution));
        Assert.Equal([3 * 16 + 5], Enumerable.Range(0, 192).Where(i => attribution.Positions[i] != 0));
    }

    [Fact]
    public void By_default_it_is_the_last_layer_with_positions() => Assert.Equal("relu2", Attribution.Of(_model, _picture, Objective.Logit(0)).Layer);

    [Fact]
    public void On_its_own_layer_an_objective_is_spread_over_the_picture()
    {
        Attribution attribution = Attribution.Of(_model, _picture, Objective.Channel("relu1", 3));
        Assert.Equal("relu1", attribution.Layer);
        Assert.Equal(attribution.Value, attribution.Positions.Sum(), 1e-4f);
        Assert.Equal(attribution.Channels.Single(channel => channel.Channel == 3).Activation, attribution.Value, 1e-5f);
    }

    [Fact]
    public void The_graph_of_several_images_has_what_each_has_alone()
    {
        Picture[] pictures = [_picture, Picture.FromPlanar(Evaluate.Numbers(3 * 12 * 16, seed: 5, low: 0, high: 1), 3, 12, 16)];
        var images = new Tensor(new Input(new Shape(2, 3, 12, 16), "images"));
        AttributionGraph graph = AttributionGraph.Of(_model, images, Objective.Logit(2));
        Assert.Equal("relu2", graph.Layer);
        using Plan plan = _model.Backend.Compile([graph.Values, graph.Contributions]);
        for (int n = 0; n < 2; n++) pictures[n].ToPlanar(plan.Input(images).Slice(n * 3 * 12 * 16, 3 * 12 * 16));
        plan.Run();
        int length = graph.Contributions.Shape.Count / 2;
        for (int n = 0; n < 2; n++)
        {
            Attribution alone = Attribution.Of(_model, pictures[n], Objective.Logit(2));
            Assert.Equal(alone.Value, plan.Output(graph.Values)[n], 1e-4f);
            float[] contributions = plan.Output(graph.Contributions).Slice(n * length, length).ToArray();
            foreach (ChannelAttribution channel in alone.Channels) Assert.Equal(channel.Contribution, contributions.Skip(channel.Channel * 48).Take(48).Sum(), 1e-4f);
        }
        Assert.Contains("one number for all images of a batch", Assert.Throws<UsageException>(() => AttributionGraph.Of(_model, images, Objective.Diversity("relu2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_the_objective_does_not_depend_on_is_refused() =>
        Assert.Equal("The objective 'relu1:3' does not depend on layer 'relu2', so nothing of it is due to that layer; choose a layer before those that it reads.",
            Assert.Throws<UsageException>(() => Attribution.Of(_model, _picture, Objective.Channel("relu1", 3), "relu2")).Message);

    [Fact]
    public void The_heat_map_is_red_where_the_objective_gains_and_blue_where_it_loses()
    {
        var picture = new Picture(4, 4, 3, [.. Enumerable.Repeat((byte)128, 48)]);
        Picture map = HeatMap.Over(picture, [1, 0, 0, -0.5f], 2, 2);
        (int R, int G, int B) At(int y, int x) => (map.Row(y)[3 * x], map.Row(y)[3 * x + 1], map.Row(y)[3 * x + 2]);
        Assert.True(At(0, 0).R > At(0, 0).B + 100, $"{At(0, 0)}");
        Assert.True(At(3, 3).B > At(3, 3).R + 50, $"{At(3, 3)}");
        Assert.True(Math.Abs(At(0, 3).R - At(0, 3).B) < 5, $"{At(0, 3)}");
        Assert.Equal((4, 4), (map.Height, map.Width));
    }
}
