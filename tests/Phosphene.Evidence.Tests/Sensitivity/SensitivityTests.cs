using Phosphene.Evidence.Sensitivity;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Sensitivity;

public sealed class SensitivityTests : IDisposable
{
    private const int Height = 12, Width = 15;

    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width) };
    private readonly Model _model;
    private readonly Picture _picture = Picture.FromPlanar(Evaluate.Numbers(3 * Height * Width, seed: 4, low: 0.1, high: 0.9), 3, Height, Width);

    public SensitivityTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void The_steepest_direction_in_L2_is_the_gradient_and_in_L_infinity_its_sign()
    {
        SteepestDirections steepest = SteepestDirections.Of(_model, _picture, Objective.Logit(2));
        float[] image = _picture.ToPlanar();
        foreach (int i in new[] { 3, 100, 217, 400 })
        {
            float Value(float change)
            {
                var x = new Tensor(new Input(new Shape(1, 3, Height, Width), "x"));
                return Evaluate.Of(Objective.Logit(2).Build(_model.Activate(x)), (x, [.. image.Select((value, at) => at == i ? value + change : value)]))[0];
            }
            Assert.Equal((Value(0.01f) - Value(-0.01f)) / 0.02f, steepest.L2[i], 0.02 * steepest.L2.Max(Math.Abs));
        }
        Assert.Equal(steepest.L2.Select(value => (float)Math.Sign(value)), steepest.LInfinity);
    }

    // The image of z + ε·Jᵀg less that of z - ε·Jᵀg is 2ε·J·Jᵀ·g.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_decorrelated_direction_is_how_the_image_changes_where_its_spectrum_follows_the_gradient(bool colours)
    {
        SteepestDirections steepest = SteepestDirections.Of(_model, _picture, Objective.Logit(2));
        float[] direction = [.. colours ? steepest.FullyDecorrelated : steepest.Decorrelated], gradient = [.. steepest.L2];
        var shape = new Shape(1, 3, Height, Width);
        using ParameterizedImage made = new Fourier(Decorrelate: colours).Build(shape, 0);
        float[] parameters = ((Parameter)made.Parameters[0].Values.Operator).Values, start = Evaluate.Of(made.Inverse!(Tensor.Constant(shape, _picture.ToPlanar()))[0]);
        start.CopyTo(parameters, 0);
        float[] slope = Evaluate.Of(Gradients.Of((made.Image * Tensor.Constant(shape, gradient)).Sum(), [made.Parameters[0].Values])[0]);
        float epsilon = 0.01f / direction.Max(Math.Abs);
        float[] Moved(float by)
        {
            for (int i = 0; i < parameters.Length; i++) parameters[i] = start[i] + by * slope[i];
            return Evaluate.Of(made.Image);
        }
        float[] up = Moved(epsilon), down = Moved(-epsilon);
        for (int i = 0; i < direction.Length; i++) Assert.Equal((up[i] - down[i]) / (2 * epsilon), direction[i], 0.01 * direction.Max(Math.Abs));
        Assert.True(direction.Zip(gradient, (d, g) => (double)d * g).Sum() > 0);
    }

    [Fact]
    public void On_its_own_layer_the_gradient_of_a_channel_is_one_share_for_each_position()
    {
        IReadOnlyList<LayerGradient> layers = LayerGradient.Of(_model, _picture, Objective.Channel("relu2", 3));
        Assert.Equal(("image", 3, Height, Width), (layers[0].Layer, layers[0].Channels, layers[0].Height, layers[0].Width));
        LayerGradient own = layers[^1];
        int positions = own.Height * own.Width;
        Assert.Equal("relu2", own.Layer);
        Assert.All(own.Map, value => Assert.Equal(1f / positions, value, 1e-7f));
        Assert.Equal(Math.Sqrt(1.0 / own.Channels) / positions, own.Size, 1e-8);
        Assert.Equal(Math.Sqrt(SteepestDirections.Of(_model, _picture, Objective.Channel("relu2", 3)).L2.Average(value => (double)value * value)), layers[0].Size, 1e-6);
    }

    [Fact]
    public void A_pattern_is_told_from_noise()
    {
        // 8 x 6 rows that alternate: Σ over 6 columns of 8² = 384, nothing across, over 2·Σ1 = 96.
        Assert.Equal(4, LayerGradient.Pattern([.. Enumerable.Range(0, 48).Select(i => i / 6 % 2 == 0 ? 1f : -1f)], 8, 6, 2), 1e-9);
        // The same by a constant, with a row and a column too many.
        Assert.Equal(4, LayerGradient.Pattern([.. Enumerable.Range(0, 63).Select(i => i / 7 % 2 == 0 ? 8f : 6f)], 9, 7, 2), 1e-9);
        // Every fourth row: (1, 0, -1, 0) down, |Σ|² = 4² for each of 4 columns, over 2·16.
        Assert.Equal(2, LayerGradient.Pattern([.. Enumerable.Range(0, 32).Select(i => (i / 4 % 4) switch { 0 => 1f, 2 => -1f, _ => 0f })], 8, 4, 4), 1e-9);
        Assert.Equal(1, LayerGradient.Pattern(Evaluate.Numbers(200 * 200, seed: 3), 200, 200, 2), 0.25);
        Assert.True(double.IsNaN(LayerGradient.Pattern(new float[9], 3, 3, 2)));
        Assert.True(double.IsNaN(LayerGradient.Pattern(new float[64], 8, 8, 2)));
    }

    [Fact]
    public void Where_nothing_rises_no_direction_is_the_steepest() =>
        Assert.Contains("has no slope on this image", Assert.Throws<UsageException>(() => SteepestDirections.Of(_model, _picture, 0 * Objective.Logit(2))).Message, StringComparison.Ordinal);

    [Fact]
    public void Directions_and_maps_are_shown_as_pictures()
    {
        SteepestDirections steepest = SteepestDirections.Of(_model, _picture, Objective.Logit(2));
        Assert.Equal((Height, Width, 3), (steepest.Shown(steepest.L2).Height, steepest.Shown(steepest.L2).Width, steepest.Shown(steepest.L2).Channels));
        Assert.InRange(steepest.Shown(steepest.L2).Bytes.ToArray().Average(level => (double)level), 110, 145);
        Picture map = new LayerGradient("a", 1, 2, 3, 1, 1, 1, [0, 1, 4, 0, 0, 0]).Shown(8);
        Assert.Equal((4, 6, 1), (map.Height, map.Width, map.Channels));
        Assert.Equal([0, 0, 128, 128, 255, 255], map.Row(0).ToArray());
    }
}
