using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class PeakTests
{
    [Fact]
    public void Wider_vectors_do_more_operations_a_second()
    {
        using Backend scalar = new(1, InstructionSet.Scalar), vector = new(1, InstructionSet.Vector128);
        TimeSpan duration = TimeSpan.FromMilliseconds(50);
        double one = scalar.MeasurePeak(duration), four = vector.MeasurePeak(duration);
        Assert.True(one > 1e7, $"{one} operations a second");            // any machine of this century
        if (Processor.Best > InstructionSet.Scalar) Assert.True(four > 1.5 * one, $"{four} with vectors, {one} without");
    }
}
