using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>The picture of the mean of where an optimizer has been.</summary>
public sealed class AveragedTests : IDisposable
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private static readonly Recipe Plain = new() { Height = 10, Width = 15, Steps = 30, Seed = 7, Batch = 2, Parameterization = new Pixels(Clip: true), Optimizer = new SignAscent(0.02f) };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public AveragedTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    private Ascent After(IOptimizer optimizer, int steps, Recipe? recipe = null)
    {
        var ascent = new Ascent(_model, (recipe ?? Plain) with { Optimizer = optimizer }, Channel);
        for (int i = 0; i < steps; i++) ascent.Advance();
        return ascent;
    }

    [Theory]
    [InlineData(0.7f)]
    [InlineData(0)]
    [InlineData(1)]
    public void The_picture_is_of_the_running_mean_of_what_each_step_started_from(float share)
    {
        using Ascent ascent = After(new Averaged(Plain.Optimizer, share), 0);
        Assert.Equal(ascent.Pictures()[1].Bytes.ToArray(), BytesOf(ascent.Parameter(0).ToArray()));
        double[] mean = new double[ascent.Parameter(0).Length];
        for (int step = 1; step <= 9; step++)
        {
            float[] start = ascent.Parameter(0).ToArray();
            for (int i = 0; i < mean.Length; i++) mean[i] += Math.Max(1 - share, 1.0 / step) * (start[i] - mean[i]);
            ascent.Advance();
            byte[] expected = BytesOf([.. mean.Select(value => (float)value)]);
            Assert.All(ascent.Pictures()[1].Bytes.ToArray(), (level, i) => Assert.InRange(level - expected[i], -1, 1));
        }
    }

    // The second image of the batch, of clipped pixels x + 0.5.
    private static byte[] BytesOf(float[] pixels) =>
        Picture.FromPlanar([.. pixels.Skip(pixels.Length / 2).Select(x => Math.Clamp(x + 0.5f, 0, 1))], 3, 10, 15).Bytes.ToArray();

    [Fact]
    public void The_ascent_goes_on_as_it_would_without_whether_one_looks_or_not()
    {
        using Ascent plain = After(Plain.Optimizer, 12), averaged = After(new Averaged(Plain.Optimizer, 0.9f), 6);
        averaged.Pictures();
        averaged.CleanValues();
        for (int step = 0; step < 6; step++) averaged.Advance();
        Assert.Equal(plain.Parameter(0).ToArray(), averaged.Parameter(0).ToArray());
        Assert.NotEqual(plain.CleanValues(), averaged.CleanValues());
    }

    [Fact]
    public void Values_are_those_of_the_picture()
    {
        using Ascent averaged = After(new LinearSchedule(new Averaged(Plain.Optimizer, 0.9f), 100), 10, Plain with { Batch = 1 });
        Picture image = averaged.Pictures()[0];
        double value = averaged.CleanValues()[0];
        string path = _tiny.Write("start.png", []);
        image.Save(path);
        using Ascent start = After(new GradientAscent(0), 0, Plain with { Batch = 1, Start = new ImageReference(path) });
        Assert.Equal(value, start.CleanValues()[0], 0.01 * Math.Abs(value));
    }
}
