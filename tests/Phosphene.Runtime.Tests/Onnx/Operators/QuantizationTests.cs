using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

public sealed class QuantizationTests : ModelFiles
{
    // Steps of 0.5 from a zero at 10: uint8 holds -5 to 122.5.
    [Fact]
    public void Rounding_to_steps_passes_its_gradient_on_inside_the_range()
    {
        GraphTensor y = Bind(new Shape(1, 5), [Node("QuantizeLinear", "x step zero", "q"), Node("DequantizeLinear", "q step zero", "y")], [Tensor("step", [], 0.5f), Raw("zero", 2, [], [10])])["y"];
        GraphTensor x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        GraphTensor gradient = Gradients.Of((y * GraphTensor.Constant(new Shape(1, 5), 1, 2, 3, 4, 5)).Sum(), [x])[0];
        var given = new Dictionary<GraphTensor, double[]>(ReferenceEqualityComparer.Instance) { [x] = [0.2, -7, 1.3, 200, -4.9] };
        Assert.Equal([0, -5, 1.5, 122.5, -5], Reference.Evaluate(y, given));
        Assert.Equal([1, 0, 3, 0, 0], Reference.Evaluate(gradient, given));     // -4.9 lies on the end of the range once it is rounded
    }

    [Fact]
    public void Weights_in_bytes_have_a_step_for_each_output_channel()
    {
        GraphTensor w = Bind(new Shape(1, 2), [Node("DequantizeLinear", "q step", "w", Attribute("axis", 0)), Node("Gemm", "x w", "y", Attribute("transB", 1))],
            [Raw("q", 3, [2, 2], [1, 255, 3, 4]), Tensor("step", [2], 0.5f, 10)])["y"];
        GraphTensor x = GraphTensor.InOrder([w]).Single(tensor => tensor.Operator is Input);
        Assert.Equal([0.5 * 3 - 0.5 * 5, 30 * 3 + 40 * 5], Reference.Evaluate(w, new Dictionary<GraphTensor, double[]>(ReferenceEqualityComparer.Instance) { [x] = [3, 5] }));
    }
}
