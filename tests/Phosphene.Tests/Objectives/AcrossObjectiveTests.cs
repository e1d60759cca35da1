using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Objectives;

/// <summary>One objective over several states of a model.</summary>
public sealed class AcrossObjectiveTests : IDisposable
{
    private readonly TinyModel _first = new() { WeightScale = 0.5f }, _second = new();
    private readonly string _firstPath, _secondPath;
    private readonly Model _model;

    public AcrossObjectiveTests()
    {
        (_firstPath, _secondPath) = (_first.Write(), _second.Write());
        _model = Model.Load(_secondPath, new ModelOptions { Threads = 1 });
    }

    public void Dispose()
    {
        _model.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Each_image_is_seen_by_its_own_model()
    {
        using Model first = Model.Load(_firstPath, new ModelOptions { Threads = 1 });
        Tensor images = Tensor.Constant(new Shape(3, 3, 12, 16), Evaluate.Numbers(3 * 3 * 12 * 16, seed: 9, low: 0, high: 1));
        Objective channel = Objective.Channel("relu2", 3);
        float[] across = Evaluate.Of(Objective.Across(channel, _firstPath, _secondPath).Build(_model.Activate(images)));
        float[] byFirst = Evaluate.Of(channel.Build(first.Activate(images))), bySecond = Evaluate.Of(channel.Build(_model.Activate(images)));
        float[] expected = [byFirst[0], bySecond[1], byFirst[2]];
        for (int i = 0; i < 3; i++) Assert.Equal(expected[i], across[i], 1e-5f);
        Assert.NotEqual(byFirst[0], bySecond[0]);
    }

    [Fact]
    public void An_ascent_raises_it_for_every_model_and_frames_share_what_can_be_shared()
    {
        Objective across = Objective.Across(Objective.Channel("relu2", 3), _firstPath, _secondPath);
        var recipe = new Recipe { Height = 14, Width = 21, Steps = 30, Batch = 2, Parameterization = new Shared(new Fourier()) };
        Rendering start = new Visualizer(_model, recipe with { Steps = 0 }).Render(across), end = new Visualizer(_model, recipe).Render(across);
        Assert.True(end.Values[0] > start.Values[0] && end.Values[1] > start.Values[1], $"{start.Values[0]}, {start.Values[1]} to {end.Values[0]}, {end.Values[1]}");
        // The recipe in the picture names both files by their hashes.
        Objective pinned = Objective.Parse(end.Provenances[0].Objective);
        Assert.Equal(across.Pinned(), pinned);
        Assert.Equal(2, end.Provenances[0].Objective.Split("file(").Length - 1);
    }

    [Fact]
    public void A_model_that_is_missing_or_has_changed_is_named()
    {
        Assert.Equal("Model 'nowhere.onnx' does not exist; check its path.", Assert.Throws<InputFileException>(() => Objective.Across(Objective.Channel("relu2", 3), "nowhere.onnx").Pinned()).Message);
        Objective pinned = Objective.Across(Objective.Channel("relu2", 3), _firstPath).Pinned();
        File.Copy(_secondPath, _firstPath, overwrite: true);
        Assert.Contains("it is not the one that the recipe was made with", Assert.Throws<InputFileException>(() => pinned.Build(_model.Activate(Tensor.Constant(new Shape(1, 3, 12, 16), new float[576])))).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => Objective.Across(Objective.Channel("relu2", 3)));
    }
}
