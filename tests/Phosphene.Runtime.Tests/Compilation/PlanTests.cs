using System.Runtime.InteropServices;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

public sealed class PlanTests
{
    private static readonly Window Same = new(3, 3, 1, 1, 1, 1, 1, 1);

    // A model with every kind of layout change, its gradient in the image, and intermediate values.
    private static Tensor[] Network(Sample given, Tensor x)
    {
        Tensor a = x.Conv2D(given.Constant(24, 3, 3, 3), given.Constant(24), Same).Relu();
        Tensor b = new Tensor(new Lrn(5, 1, 0.75f, 1), a.MaxPool(new Window(2, 2, 2, 2)));
        Tensor c = Tensor.Concat(1, b.Conv2D(given.Constant(16, 24, 1, 1), null, new Window(1, 1)).Relu(), b.Conv2D(given.Constant(32, 24, 3, 3), null, Same));
        Tensor logits = c.MeanOver(2, 3).Reshape(new Shape(2, 48)).MatMul(given.Constant(48, 7));
        Tensor gradient = Gradients.Of(logits.LogSoftmax(1).Slice(1, 3, 1).Sum(), [x])[0];
        return [logits, gradient, a, c, logits.Softmax(1)];
    }

    [Fact]
    public void Outputs_may_be_inputs_constants_reshapes_and_views()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 17, 5, 7), c = given.Constant(3, 5), y = x.Relu();
        Compare.WithReference(given, x, c, x.Reshape(new Shape(17, 70)), c.Reshape(new Shape(15)), y, y.Reshape(new Shape(2, 595)), x.Image(1), y.Image(1), c.Slice(0, 1, 1),
            x.StopGradient(), y.Image(1).StopGradient().Reshape(new Shape(595)), x.SumOver(1).SumOver(1), x.Slice(2, 2, 1).SumOver(2), c.BroadcastTo(new Shape(2, 3, 5)));
    }

    [Fact]
    public void Output_may_be_asked_for_twice()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3), y = x.Sin();
        Compare.WithReference(given, y, y, x, x);
    }

    [Fact]
    public void A_run_may_be_given_up_and_done_again()
    {
        var given = new Sample();
        Tensor x = given.InputOf([1, 2, 3], 3), y = (x * x).Sum();
        using var backend = new Backend(threads: 2);
        using Plan plan = backend.Compile(y);
        given.Values[x].CopyTo(plan.Input(x));
        Assert.False(plan.TryRun(new CancellationToken(canceled: true)));
        Assert.True(plan.TryRun(CancellationToken.None));
        Assert.Equal(14, plan.Output(y)[0]);
    }

    [Fact]
    public void Starting_values_are_made_once_and_not_before_the_first_run()
    {
        int made = 0;
        var parameter = new Tensor(new Parameter(new Shape(3), () => [++made, 2, 3], "p"));
        var state = new Phosphene.Runtime.Training.ParameterState(parameter);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile([parameter.Sum()], [state.Keep(), new Assignment(parameter, parameter * 2f)]);
        Assert.Equal(0, made);
        plan.Run();
        plan.Assign();
        Assert.Equal([2, 4, 6], state.Values);
        state.Undo();
        Assert.Equal([1, 2, 3], state.Values);
        Assert.Equal(1, made);
        Assert.Contains("'q' of shape [2] needs 2 values; got 3.", Assert.Throws<ArgumentException>(() => new Parameter(new Shape(2), () => [1, 2, 3], "q").Values).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_may_be_an_output()
    {
        var parameter = new Tensor(new Parameter(new Shape(2, 3), [1, 2, 3, 4, 5, 6], "p"));
        Compare.WithReference(new Sample(), parameter, parameter.Transpose(1, 0), parameter.Reshape(new Shape(3, 2)));
    }

    [Fact]
    public void Values_that_die_share_memory_and_outputs_stay_intact()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 16, 20, 30), y = x;
        var kept = new List<Tensor>();
        for (int i = 0; i < 40; i++)
        {
            y = (y.Sin() + x * 0.1f).Conv2D(given.Constant(16, 16, 1, 1) * 0.4f, null, new Window(1, 1));
            if (i % 9 == 4) kept.Add(y.Slice(2, 3, 5));
        }
        kept.Add(y);
        Tensor[] outputs = [.. kept];
        using var backend = new Backend(threads: 2);
        using Plan plan = backend.Compile(outputs);
        long one = 4L * x.Shape.Count;
        Assert.InRange(plan.ArenaBytes, 3 * one, 12 * one);          // all 200 intermediate values would take 200
        double[][] expected = Reference.Evaluate(outputs, given.Doubles);
        float[][] actual = Compare.Run(plan, given, outputs);
        // Forty layers deep, an error grows by itself: ten times the usual.
        for (int i = 0; i < outputs.Length; i++) Compare.Close(expected[i], actual[i], $"output {i}", 10 * Compare.Tolerance);
    }

    [Fact]
    public void Repeated_runs_give_what_fresh_plans_give()
    {
        var given = new Sample();
        Tensor[] outputs = Network(given, given.Input(2, 3, 8, 10));
        using var backend = new Backend(threads: 2);
        using Plan plan = backend.Compile(outputs);
        for (int run = 0; run < 4; run++)
        {
            float[][] again = Compare.Run(plan, given, outputs), fresh = Compare.Run(given, outputs);
            for (int i = 0; i < outputs.Length; i++) Assert.True(MemoryMarshal.AsBytes<float>(fresh[i]).SequenceEqual(MemoryMarshal.AsBytes<float>(again[i])), $"Output {i} differs in run {run}.");
            given.Redraw();
        }
    }

    [Fact]
    public void Inputs_keep_their_values_from_run_to_run()
    {
        var given = new Sample();
        Tensor x = given.Input(3, 5);
        Tensor y = ((x * 2).Sin() + 1) * x;
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y);
        float[] first = Compare.Run(plan, given, [y])[0];
        plan.Run();
        Assert.Equal(first, plan.Output(y).ToArray());
        Assert.Equal(given.Values[x], plan.Input(x).ToArray());
    }

    [Fact]
    public void Parameters_are_read_at_each_run()
    {
        float[] values = [1, 2, 3];
        var parameter = new Tensor(new Parameter(new Shape(3), values, "p"));
        Tensor y = parameter * 10 + 1;
        using var backend = new Backend(threads: 1);
        using Plan one = backend.Compile(y), two = backend.Compile(y, parameter.Sum());
        one.Run();
        Assert.Equal([11, 21, 31], one.Output(y).ToArray());
        values[1] = -4;
        one.Run();
        two.Run();
        Assert.Equal([11, -39, 31], one.Output(y).ToArray());
        Assert.Equal([11, -39, 31], two.Output(y).ToArray());
    }

    [Fact]
    public void Plans_of_one_backend_share_packed_weights_and_not_their_values()
    {
        var given = new Sample();
        float[] memory = [.. Enumerable.Range(0, 24 * 6).Select(i => MathF.Sin(i))];
        Tensor x = given.Input(2, 6, 5, 7), wide = given.Input(2, 6, 5, 7);
        Tensor first = x.Conv2D(new Tensor(new Constant(new Shape(24, 6, 1, 1), memory)), null, new Window(1, 1));
        Tensor second = wide.Conv2D(new Tensor(new Constant(new Shape(8, 6, 1, 3), memory)), null, new Window(1, 3));
        Tensor third = wide.Conv2D(new Tensor(new Constant(new Shape(8, 6, 3, 1), memory)), null, new Window(3, 1));
        Tensor grouped = wide.Conv2D(new Tensor(new Constant(new Shape(48, 3, 1, 1), memory)), null, new Window(1, 1), groups: 2);
        Tensor product = given.Input(5, 24).MatMul(new Tensor(new Constant(new Shape(24, 6), memory)));
        Tensor flipped = given.Input(5, 6).MatMul(new Tensor(new Constant(new Shape(24, 6), memory)), false, true);
        Compare.WithReference(given, first, second, third, grouped, product, flipped, new Tensor(new Conv2DInputGradient(new Window(1, 1), 1, x.Shape), given.Input(2, 24, 5, 7), first.Inputs[1]));
    }

    [Fact]
    public void What_a_plan_does_not_compute_is_refused()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3), y = x.Sin(), other = given.Input(4);
        using var backend = new Backend(threads: 1);
        Plan plan = backend.Compile(y);
        Assert.True(plan.Input(other).IsEmpty);
        Assert.Contains("Cosine [2, 3] is not an output of this plan", Assert.Throws<ArgumentException>(() => plan.Output(x.Cos())).Message, StringComparison.Ordinal);
        plan.Dispose();
        Assert.Throws<ObjectDisposedException>(() => plan.Run());
        Assert.Throws<ObjectDisposedException>(() => plan.Output(y));
        plan.Dispose();
    }
}
