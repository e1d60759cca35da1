using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Folds a constant factor and offset per channel (batch normalization at inference) into the weight and bias of the convolution before it:
/// s·(w * x + b) + t = (s·w) * x + (s·b + t). Computed in double precision.
/// </summary>
internal static class ScaleFolding
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            if (tensor.Operator is not (Multiply or Add) || uses.GetValueOrDefault(tensor.Inputs[0]) != 1) return null;
            if (inputs[0].Operator is not Conv2D conv || inputs[1].Operator is not Constant constant) return null;
            Tensor convolution = inputs[0];
            if (tensor.Shape != convolution.Shape) return null;      // broadcast to more channels, images or axes
            int outputs = tensor.Shape.Channels;
            if (convolution.Inputs[1].Operator is not Constant weight || !PerChannel(constant.Shape, outputs)) return null;
            if (convolution.Inputs.Length > 2 && convolution.Inputs[2].Operator is not Constant) return null;

            ReadOnlySpan<float> bias = convolution.Inputs.Length > 2 ? ((Constant)convolution.Inputs[2].Operator).Values.Span : new float[outputs];
            ReadOnlySpan<float> values = constant.Values.Span;
            bool scales = tensor.Operator is Multiply;
            var newBias = new float[outputs];
            for (int o = 0; o < outputs; o++)
                newBias[o] = scales ? (float)((double)values[o] * bias[o]) : (float)((double)values[o] + bias[o]);
            Tensor newWeight = convolution.Inputs[1];
            if (scales)
            {
                float[] scaled = weight.Values.ToArray();
                int each = scaled.Length / outputs;
                for (int i = 0; i < scaled.Length; i++) scaled[i] = (float)((double)scaled[i] * values[i / each]);
                newWeight = Tensor.Constant(weight.Shape, scaled);
            }
            return new Tensor(conv, convolution.Inputs[0], newWeight, Tensor.Constant(new Shape(outputs), newBias)) { Name = tensor.Name };
        });
    }

    private static bool PerChannel(Shape shape, int channels) =>
        shape.Count == channels && shape.Rank >= 3 && shape[-3] == channels;
}
