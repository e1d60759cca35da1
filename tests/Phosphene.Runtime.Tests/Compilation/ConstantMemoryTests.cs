using System.Buffers;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>How long a plan holds the memory of weights.</summary>
public sealed class ConstantMemoryTests
{
    /// <summary>Memory as of a mapped file, which counts who holds it and how often its pages are let go of.</summary>
    private sealed unsafe class Watched(int count) : MemoryManager<float>, IRereadable
    {
        private readonly float[] _values = [.. Enumerable.Range(0, count).Select(i => i % 7 - 3f)];

        public int Held { get; private set; }

        public int LetGos { get; private set; }

        public void LetGo() => LetGos++;

        public override Span<float> GetSpan() => _values;

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Held++;
            var pin = GCHandle.Alloc(_values, GCHandleType.Pinned);
            return new MemoryHandle((float*)pin.AddrOfPinnedObject() + elementIndex, pin, this);
        }

        public override void Unpin() => Held--;

        protected override void Dispose(bool disposing)
        {
        }
    }

    private static readonly Shape X = new(1, 32, 7, 9), Weights = new(32, 32, 3, 3);

    private static Tensor Convolved(Tensor x, Watched weights) => x.Conv2D(new Tensor(new Constant(Weights, weights.Memory)), null, new Window(3, 3, Top: 1, Left: 1, Bottom: 1, Right: 1));

    [Fact]
    public void A_weight_that_kernels_read_packed_is_not_held_beside_and_its_pages_are_let_go_of()
    {
        var weights = new Watched(Weights.Count);
        var x = new Tensor(new Input(X, "x"));
        Tensor y = Convolved(x, weights);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y, Gradients.Of(y.Sum(), [x])[0]);
        Assert.Equal(0, weights.Held);
        Assert.Equal(2, weights.LetGos);                                         // forward and back
        plan.Input(x).Fill(1);
        plan.Run();
        Assert.Equal(0, weights.Held);
        int middle = 3 * 9 + 4;                                                  // sees all of its window
        Assert.Equal(weights.GetSpan()[..(32 * 9)].ToArray().Sum(), plan.Output(y)[middle], 1e-2f);
    }

    [Fact]
    public void A_weight_that_a_kernel_reads_where_it_lies_is_held_until_the_backend_goes()
    {
        var numbers = new Watched(X.Count);
        var x = new Tensor(new Input(X, "x"));
        Tensor y = x + new Tensor(new Constant(X, numbers.Memory));
        using (var backend = new Backend(threads: 1))
        {
            using Plan plan = backend.Compile(y);
            Assert.Equal((1, 0), (numbers.Held, numbers.LetGos));
            plan.Input(x).Fill(1);
            plan.Run();
            Assert.Equal(numbers.GetSpan()[5] + 1, plan.Output(y)[5]);
        }
        Assert.Equal(0, numbers.Held);
    }

    [Fact]
    public void A_weight_that_is_read_both_ways_keeps_its_pages()
    {
        var weights = new Watched(Weights.Count);
        var x = new Tensor(new Input(X, "x"));
        Tensor constant = new(new Constant(Weights, weights.Memory)), y = x.Conv2D(constant, null, new Window(3, 3)), z = constant * new Tensor(new Input(Shape.Scalar, "scale"));
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(z, y);
        Assert.Equal((1, 0), (weights.Held, weights.LetGos));
    }
}
