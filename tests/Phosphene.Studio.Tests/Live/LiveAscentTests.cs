using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Studio.Tests.Live;

public class LiveAscentTests
{
    private const string Channel = "conv3/relu:5";

    private static int Step(JsonNode state) => state["step"]!.GetValue<int>();

    private static string Id(JsonNode state) => state["id"]!.GetValue<string>();

    [Fact]
    public async Task A_run_without_steering_has_the_bytes_of_the_command_line()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        JsonNode state = await studio.Begin(Channel, LiveStudio.Recipe("swift", ("steps", "20"), ("size", "40x48"), ("penalty", "0.1*tv()")));
        await studio.UntilDone(Id(state));
        using var stream = new MemoryStream(await studio.Bytes($"ascents/{Id(state)}/picture.png"));
        ImageContents picture = ImageReader.Read(stream, "picture");

        using var model = Model.Load(EmbeddedModels.Shapes);
        Recipe recipe = Recipe.Swift.For(40, 48).WithSteps(20) with { Penalty = Objective.Parse("0.1*tv()") };
        Picture expected = new Visualizer(model, recipe).Render(Objective.Parse(Channel)).Pictures[0];
        Assert.Equal(expected.Bytes.ToArray(), picture.Picture.Bytes.ToArray());
        Assert.Equal(20, Provenance.Read(picture, "picture").Step);
    }

    [Fact]
    public async Task A_slider_moved_during_a_run_changes_the_steps_that_follow_without_a_restart()
    {
        await using LiveStudio studio = await LiveStudio.Open();
        object Recipe(string penalty) => LiveStudio.Recipe("lucid", ("steps", "480"), ("size", "120x128"), ("penalty", penalty));
        JsonNode state = await studio.Begin(Channel, Recipe(""));
        await studio.Until(Id(state), state => Step(state) >= 40);
        JsonNode steered = await studio.Ascent(Id(state), "steer", new { recipe = Recipe("1000*tv()") });
        int at = steered["changes"]![0]!["step"]!.GetValue<int>();
        Assert.InRange(at, 40, 470);
        JsonNode done = await studio.UntilDone(Id(state));

        // Until the change, and one step longer, the trace is that of the ascent as it began. From then on it is another, far below, and it has a term more.
        using var model = Model.Load(EmbeddedModels.Shapes);
        float[] unsteered = [.. new Visualizer(model, Phosphene.Recipes.Recipe.Lucid.For(120, 128).WithSteps(480)).Ascend(Objective.Parse(Channel)).Select(step => step.Value)];
        JsonArray trace = done["trace"]!.AsArray();
        float[] values = [.. trace.Select(point => point![1]!.GetValue<float>())];
        Assert.Equal(unsteered[..(at + 1)], values[..(at + 1)]);     // what a step starts from was made by the one before
        Assert.All(Enumerable.Range(at + 1, 479 - at), step => Assert.NotEqual(unsteered[step], values[step]));
        Assert.True(values[^1] < 0.7f * unsteered[^1], $"{values[^1]} against {unsteered[^1]}");
        Assert.All(trace.Where(point => point![0]!.GetValue<int>() <= at), point => Assert.Single(point![2]!.AsArray()));
        Assert.All(trace.Where(point => point![0]!.GetValue<int>() > at), point => Assert.Equal(2, point![2]!.AsArray().Count));
        Assert.Equal(480, trace.Count);
        Assert.True(done["isReplayable"]!.GetValue<bool>());
    }
}
