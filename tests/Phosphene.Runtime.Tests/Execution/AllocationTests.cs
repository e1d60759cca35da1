using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

/// <summary>Tests that count what the whole process does: nothing else may run beside them.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("Alone")]
public sealed class AllocationTests
{
    private static readonly Window Same = new(3, 3, 1, 1, 1, 1, 1, 1);

    // One of every kernel, with weights that are constants and weights that are packed anew in every run.
    private static Tensor[] Graph(Sample given)
    {
        Tensor x = given.Input(2, 3, 8, 10), weight = given.Input(16, 3, 3, 3);
        Tensor a = x.Conv2D(given.Constant(24, 3, 3, 3), given.Constant(24), Same).Relu();
        Tensor b = new Tensor(new Lrn(5, 1, 0.75f, 1), a.MaxPool(new Window(2, 2, 2, 2)));
        Tensor c = Tensor.Concat(1, b.Conv2D(given.Constant(16, 24, 1, 1), null, new Window(1, 1)), b.Conv2D(given.Constant(32, 24, 3, 3), null, Same));
        Tensor logits = c.MeanOver(2, 3).Reshape(new Shape(2, 48)).MatMul(given.Constant(48, 7));
        Tensor y = x.Conv2D(weight, given.Input(16), Same), pooled = y.AveragePool(Same);
        Tensor grouped = a.Conv2D(given.Constant(24, 4, 3, 3), null, Same, groups: 6).Conv2D(given.Input(24, 8, 3, 3), null, new Window(3, 3, 2, 2, 1, 1, 1, 1), groups: 3);
        Tensor tokens = given.Input(7, 20), dense = tokens.MatMul(given.Constant(20, 33)).Softmax(1).MatMul(given.Constant(33, 20)) + given.Constant(20) + tokens;
        Tensor reflected = new(new Pad([0, 0, 2, 1], [0, 0, 1, 2], PadMode.Reflect), x);
        Tensor objective = logits.LogSoftmax(1).Slice(1, 3, 1).Sum() + pooled.Square().Sum() + reflected.Sin().MaxOver().Sum() + grouped.Square().Sum() + dense.Square().Sum();
        return [objective, given.Input(4, 5).MatMul(given.Input(5, 3)), x.Transpose(3, 1, 0, 2), .. Gradients.Of(objective, [x, weight, tokens])];
    }

    [Fact]
    public void Run_allocates_nothing_on_the_thread_that_calls_it()
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(Graph(new Sample()));
        for (int i = 0; i < 3; i++) plan.Run();                      // first calls compile methods
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) plan.Run();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, $"{allocated} bytes in ten runs: {Allocating(backend, plan)}");
    }

    [Fact]
    public void Run_allocates_next_to_nothing_on_all_threads_together()
    {
        using var backend = new Backend(threads: 2);
        using Plan plan = backend.Compile(Graph(new Sample()));
        for (int i = 0; i < 3; i++) plan.Run();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 100; i++) plan.Run();
        // The test runner and the sleep of threads take a little; one object per kernel and run would be hundreds of kilobytes.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 * 1024);
    }

    private static string Allocating(Backend backend, Plan plan) => string.Join(", ", plan.Executed.Where(kernel =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        backend.Run(kernel);
        return GC.GetAllocatedBytesForCurrentThread() != before;
    }).Select(kernel => kernel.Name));
}
