using System.Runtime.Intrinsics;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

/// <summary>What the peak is measured with does the work that is counted; how fast that is, is a benchmark's to say.</summary>
public sealed class PeakTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 16)]
    public void Two_operations_are_counted_for_each_number_of_each_multiply_add(int items, int width)
    {
        var kernel = new MultiplyAddPeak(items);
        CountingLane.MultiplyAdds = 0;
        for (int item = 0; item < kernel.Items(0); item++) kernel.Run<CountingLane>(0, item);
        Assert.Equal(2.0 * width * CountingLane.MultiplyAdds, kernel.OperationsOf(width));
    }

    [Fact]
    public void A_kernel_says_the_bytes_of_its_values_and_multiply_adds()
    {
        var image = new Tensor(new Input(new Shape(1, 16, 5, 6), "image"));
        Tensor y = image.Relu().Conv2D(Tensor.Constant(new Shape(16, 16, 1, 1), new float[256]), null, new Window(1, 1));
        using var backend = new Backend(threads: 1, InstructionSet.Vector256);
        using Plan plan = backend.Compile(y);
        // Input and output of 16 channels of 5 x 6 pixels; the convolution also reads its weights.
        Assert.Equal([4.0 * 2 * 480, 4.0 * 2 * 480, 4.0 * (2 * 480 + 256), 4.0 * 2 * 480], plan.Kernels.Select(kernel => kernel.Bytes));
        Assert.Equal(2.0 * 480 * 16, plan.Kernels.Sum(kernel => kernel.Operations));
    }

    [Fact]
    public void Copying_has_a_speed()
    {
        using var backend = new Backend(threads: 2);
        Assert.InRange(backend.MeasureCopy(TimeSpan.FromMilliseconds(1)), 1e6, 1e14);
    }

    /// <summary>A lane of a plain float that counts its multiply-adds. It can do nothing that the kernel does not need.</summary>
    private readonly unsafe struct CountingLane(float value) : ILane<CountingLane>
    {
        [ThreadStatic]
        public static long MultiplyAdds;

        private readonly float _value = value;

        public static int Width => 1;

        public static CountingLane Broadcast(float value) => new(value);

        public static CountingLane operator +(CountingLane a, CountingLane b) => new(a._value + b._value);

        public static CountingLane MultiplyAdd(CountingLane a, CountingLane b, CountingLane c)
        {
            MultiplyAdds++;
            return new(a._value * b._value + c._value);
        }

        public static CountingLane Permute(CountingLane x, CountingLane from) => throw new NotSupportedException();

        public static float Sum(CountingLane x) => x._value;

        public static Vector128<float> Sums(CountingLane a, CountingLane b, CountingLane c, CountingLane d) => throw new NotSupportedException();

        public static CountingLane Load(float* source) => throw new NotSupportedException();

        public static void Store(float* target, CountingLane value) => throw new NotSupportedException();

        public static void Stream(float* target, CountingLane value) => throw new NotSupportedException();

        public static void StoreBytes(byte* target, CountingLane value) => throw new NotSupportedException();

        public static CountingLane IfByte(byte* source, byte expected, CountingLane yes) => throw new NotSupportedException();

        public static void StoreBits(byte* target, CountingLane value) => throw new NotSupportedException();

        public static CountingLane IfBit(byte* source, CountingLane yes) => throw new NotSupportedException();

        public static CountingLane operator -(CountingLane a, CountingLane b) => throw new NotSupportedException();

        public static CountingLane operator *(CountingLane a, CountingLane b) => throw new NotSupportedException();

        public static CountingLane operator /(CountingLane a, CountingLane b) => throw new NotSupportedException();

        public static void Accumulate(ref CountingLane sum, CountingLane a, CountingLane b) => throw new NotSupportedException();

        public static CountingLane Max(CountingLane a, CountingLane b) => throw new NotSupportedException();

        public static CountingLane Min(CountingLane a, CountingLane b) => throw new NotSupportedException();

        public static CountingLane Sqrt(CountingLane x) => throw new NotSupportedException();

        public static CountingLane Abs(CountingLane x) => throw new NotSupportedException();

        public static CountingLane Scale(CountingLane y, CountingLane n) => throw new NotSupportedException();

        public static CountingLane Exp(CountingLane x) => throw new NotSupportedException();

        public static CountingLane Log(CountingLane x) => throw new NotSupportedException();

        public static CountingLane Sin(CountingLane x) => throw new NotSupportedException();

        public static CountingLane Cos(CountingLane x) => throw new NotSupportedException();

        public static CountingLane IfGreater(CountingLane a, CountingLane b, CountingLane yes, CountingLane no) => throw new NotSupportedException();

        public static CountingLane IfEqual(CountingLane a, CountingLane b, CountingLane yes, CountingLane no) => throw new NotSupportedException();
    }
}
