using System.Diagnostics;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

public sealed class AssignmentTests : IDisposable
{
    private readonly Backend _backend = new(threads: 2);

    public void Dispose() => _backend.Dispose();

    private static Tensor Parameter(params float[] values) => new(new Parameter(new Shape(values.Length), values, "p"));

    private static float[] Values(Tensor parameter) => ((Parameter)parameter.Operator).Values;

    [Fact]
    public void A_parameter_takes_its_value_only_when_it_is_assigned()
    {
        Tensor x = Parameter(1, 2, 3);
        using Plan plan = _backend.Compile([], [new Assignment(x, x * 2f + 1f)]);
        plan.Run();
        Assert.Equal([1, 2, 3], Values(x));
        Assert.True(plan.Assign());
        Assert.Equal([3, 5, 7], Values(x));
        plan.Run();
        plan.Assign();
        Assert.Equal([7, 11, 15], Values(x));
    }

    [Fact]
    public void All_assignments_see_the_old_values_in_whatever_order_they_stand()
    {
        Tensor a = Parameter(1, 2), b = Parameter(3, 4), c = Parameter(5, 6), sum = Parameter(0, 0);
        // A ring of copies, and a sum of what two of them were.
        using Plan plan = _backend.Compile([], [new(a, b), new(b, c), new(c, a), new(sum, a + c)]);
        plan.Run();
        plan.Assign();
        Assert.Equal(([3, 4], [5, 6], [1, 2], [6, 8]), (Values(a), Values(b), Values(c), Values(sum)), Equal);

        static bool Equal((float[] A, float[] B, float[] C, float[] S) x, (float[] A, float[] B, float[] C, float[] S) y) =>
            x.A.SequenceEqual(y.A) && x.B.SequenceEqual(y.B) && x.C.SequenceEqual(y.C) && x.S.SequenceEqual(y.S);
    }

    [Fact]
    public void Values_are_kept_before_Adam_moves_them_in_place()
    {
        var state = new ParameterState(Parameter([.. Enumerable.Range(0, 9001).Select(i => i / 100f)]));
        float[] before = [.. state.Values];
        Tensor g = state.Parameter * -1f;
        using Plan plan = _backend.Compile([], [state.Keep(), new AdamStep().Move(state.Parameter, state.Zeros("m"), state.Zeros("v"), g, Tensor.Constant(1), Tensor.Constant(0.5f))]);
        plan.Run();
        Assert.True(plan.Assign());
        for (int i = 1; i < before.Length; i++) Assert.Equal(before[i] - 0.5f, state.Values[i], 1e-3f);
        state.Undo();
        Assert.Equal(before, state.Values);
    }

    [Fact]
    public void Adam_in_place_gives_the_bytes_of_Adam_as_a_tensor()
    {
        float[] start = [.. Enumerable.Range(0, 4099).Select(i => MathF.Sin(i))];
        float[][] Moved(bool inPlace)
        {
            var state = new ParameterState(new Tensor(new Parameter(new Shape(start.Length), [.. start], "x")));
            Tensor x = state.Parameter, m = state.Zeros("m"), v = state.Zeros("v"), g = (x * 3f).Sin();
            Assignment move = new AdamStep().Move(x, m, v, g, Tensor.Constant(3), Tensor.Constant(0.05f));
            using Plan plan = _backend.Compile([], inPlace ? [move] : [.. new[] { x, m, v }.Select((parameter, i) => new Assignment(parameter, move.ValueOf(i)))]);
            plan.Run();
            plan.Assign();
            return [state.Values, Values(m), Values(v)];
        }
        Assert.Equal(Moved(inPlace: true), Moved(inPlace: false));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_is_told(float bad)
    {
        Tensor x = Parameter([.. Enumerable.Repeat(1f, 35)]), added = new(new Input(new Shape(35), "added"));
        using Plan plan = _backend.Compile([], [new Assignment(x, x + added)]);
        plan.Run();
        Assert.True(plan.Assign());
        plan.Input(added)[34] = bad;
        plan.Run();
        Assert.False(plan.Assign());
    }

    [Fact]
    public void What_cannot_be_assigned_is_refused_by_name()
    {
        Tensor x = Parameter(1, 2), input = new(new Input(new Shape(2), "in"));
        Assert.Contains("Only a parameter", Assert.Throws<ArgumentException>(() => new Assignment(input, x)).Message);
        Assert.Contains("cannot become Constant [3]: [2] is expected", Assert.Throws<ArgumentException>(() => new Assignment(x, Tensor.Constant(new Shape(3), 1, 2, 3))).Message);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => _backend.Compile([], [new(x, x + 1f), new(x, x + 2f)])).Message);
    }

    [Fact]
    public void Plans_of_one_backend_take_turns()
    {
        // Each plan alone gives its known sum; were their kernels to mix on the team, sums would be wrong or the team would hang.
        Tensor x = new(new Input(new Shape(64, 4096), "x"));
        Tensor y = (x * 2f + 1f).Sum();
        var plans = Enumerable.Range(0, 3).Select(_ => _backend.Compile(y)).ToArray();
        Parallel.For(0, plans.Length, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
        {
            for (int round = 0; round < 200; round++)
            {
                plans[i].Input(x).Fill(i);
                plans[i].Run();
                Assert.Equal((2f * i + 1) * 64 * 4096, plans[i].Output(y)[0]);
            }
        });
        foreach (Plan plan in plans) plan.Dispose();
    }

    [Fact]
    public void One_plan_on_two_threads_is_refused_by_name()
    {
        Tensor x = new(new Input(new Shape(256, 1024), "x"));
        using Plan plan = _backend.Compile(x.Sin().Sin().Sin().Sin().Sum());
        int refused = 0, done = 0, runs = 0;
        bool goesOn = true;
        var clock = Stopwatch.StartNew();
        // Where other programs have all processors but one, the two seldom meet.
        using var together = new Barrier(2, _ => goesOn = runs < 200 || (refused == 0 && clock.Elapsed < TimeSpan.FromMinutes(1)));
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (true)
            {
                together.SignalAndWait();
                if (!goesOn) return;
                Interlocked.Increment(ref runs);
                try
                {
                    plan.Run();
                    Interlocked.Increment(ref done);
                }
                catch (InvalidOperationException error) when (error.Message.Contains("running already", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        // Of two runs at once, one is never refused.
        Assert.Equal(runs, refused + done);
        Assert.InRange(refused, 1, runs / 2);
    }
}
