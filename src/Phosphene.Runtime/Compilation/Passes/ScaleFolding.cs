using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Folds constant factors and offsets per channel (batch normalization at inference, the scale of a layer normalization, layer scale) into the weights and bias of the
/// convolution beside them, computed in double precision:
/// <code>
/// after      s·(w * x + b) + t = (s·w) * x + (s·b + t)
/// before     w * (s·x + t) + b = (w·s) * x + (Σ w·t + b)            1×1 only: elsewhere the padding is not scaled
/// way back   s·(wᵀ * dy)       = (w·s)ᵀ * dy                        also where the mask of a ReLU is between the two
///            wᵀ * (s·dy)       = (s·w)ᵀ * dy
/// </code>
/// </summary>
internal static class ScaleFolding
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        // The forward pass and the way back share what they scale alike.
        Dictionary<(Constant, Constant), Tensor> scaled = [], scaledByOutput = [];
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator switch
        {
            Multiply or Add => After(tensor, inputs) ?? OnTheWayBack(tensor, inputs),
            Conv2D conv => Before(tensor, conv, inputs),
            Conv2DInputGradient => BeforeOnTheWayBack(tensor, inputs),
            _ => null,
        });

        Tensor? After(Tensor tensor, Tensor[] inputs)
        {
            if (uses[tensor.Inputs[0]] != 1 || inputs[0].Operator is not Conv2D conv || inputs[1].Operator is not Constant constant) return null;
            Tensor convolution = inputs[0];
            if (tensor.Shape != convolution.Shape) return null;      // broadcast to more channels, images or axes
            int channels = tensor.Shape.Channels;
            if (convolution.Inputs[1].Operator is not Constant weight || !IsPerChannel(constant.Shape, channels) || !HasConstantBias(convolution)) return null;
            ReadOnlySpan<float> bias = BiasOf(convolution), values = constant.Values.Span;
            bool scales = tensor.Operator is Multiply;
            var newBias = new float[channels];
            for (int o = 0; o < channels; o++) newBias[o] = scales ? (float)((double)values[o] * bias[o]) : (float)((double)values[o] + bias[o]);
            return new Tensor(conv, convolution.Inputs[0], scales ? ByOutput(weight, constant) : convolution.Inputs[1], Tensor.Constant(new Shape(channels), newBias)) { Name = tensor.Name };
        }

        Tensor? Before(Tensor tensor, Conv2D conv, Tensor[] inputs)
        {
            if (conv is not { Window.IsPointwise: true, Groups: 1 } || inputs[1].Operator is not Constant weight || !HasConstantBias(inputs)) return null;
            (Tensor x, Tensor was) = (inputs[0], tensor.Inputs[0]);
            Constant? offset = null, scale = null;
            int channels = x.Shape.Channels;
            if (x.Operator is Add && Constant(x, channels) is { } t && uses[was] == 1) (offset, x, was) = (t, x.Inputs[0], was.Inputs[0]);
            if (x.Operator is Multiply && Constant(x, channels) is { } s && uses[was] == 1) (scale, x) = (s, x.Inputs[0]);
            if (offset is null && scale is null) return null;
            float[] bias = inputs.Length > 2 ? ((Constant)inputs[2].Operator).Values.ToArray() : new float[tensor.Shape.Channels];
            if (offset is not null) bias = Shifted(weight, offset.Values.Span, bias);
            return new Tensor(conv, x, scale is null ? inputs[1] : Scaled(weight, scale), Tensor.Constant(new Shape(bias.Length), bias)) { Name = tensor.Name };
        }

        Tensor? OnTheWayBack(Tensor tensor, Tensor[] inputs)
        {
            if (tensor.Operator is not Multiply || uses[tensor.Inputs[0]] != 1 || tensor.Shape.Rank != 4 || Constant(tensor, inputs, tensor.Shape.Channels) is not { } scale) return null;
            if (inputs[0].Operator is ReluGradient && uses[tensor.Inputs[0].Inputs[1]] == 1)
                return Gradient(inputs[0].Inputs[1], scale) is { } gradient ? new Tensor(inputs[0].Operator, inputs[0].Inputs[0], gradient) : null;
            return Gradient(inputs[0], scale);
        }

        Tensor? BeforeOnTheWayBack(Tensor tensor, Tensor[] inputs)
        {
            Tensor dy = inputs[0];
            if (dy.Operator is not Multiply || uses[tensor.Inputs[0]] != 1 || inputs[1].Operator is not Constant weight || Constant(dy, dy.Shape.Channels) is not { } scale) return null;
            return new Tensor(tensor.Operator, dy.Inputs[0], ByOutput(weight, scale));
        }

        Tensor? Gradient(Tensor gradient, Constant scale) => gradient.Operator is Conv2DInputGradient { Groups: 1 } && gradient.Inputs[1].Operator is Constant weight
            ? new Tensor(gradient.Operator, gradient.Inputs[0], Scaled(weight, scale)) : null;

        // w [O, C, ...] times a factor for each c.
        Tensor Scaled(Constant weight, Constant scale)
        {
            if (scaled.TryGetValue((weight, scale), out Tensor? known)) return known;
            float[] values = weight.Values.ToArray();
            ReadOnlySpan<float> factors = scale.Values.Span;
            int taps = weight.Shape.CountOf(2, 4);
            for (int i = 0; i < values.Length; i++) values[i] = (float)((double)values[i] * factors[i / taps % factors.Length]);
            return scaled[(weight, scale)] = Tensor.Constant(weight.Shape, values);
        }

        // w [O, C, ...] times a factor for each o.
        Tensor ByOutput(Constant weight, Constant scale)
        {
            if (scaledByOutput.TryGetValue((weight, scale), out Tensor? known)) return known;
            float[] values = weight.Values.ToArray();
            ReadOnlySpan<float> factors = scale.Values.Span;
            int each = values.Length / factors.Length;
            for (int i = 0; i < values.Length; i++) values[i] = (float)((double)values[i] * factors[i / each]);
            return scaledByOutput[(weight, scale)] = Tensor.Constant(weight.Shape, values);
        }
    }

    // b + Σ w·t for w [O, C, 1, 1].
    private static float[] Shifted(Constant weight, ReadOnlySpan<float> offset, float[] bias)
    {
        ReadOnlySpan<float> values = weight.Values.Span;
        for (int o = 0; o < bias.Length; o++)
        {
            double sum = bias[o];
            for (int c = 0; c < offset.Length; c++) sum += (double)values[o * offset.Length + c] * offset[c];
            bias[o] = (float)sum;
        }
        return bias;
    }

    private static bool HasConstantBias(Tensor convolution) => HasConstantBias(convolution.Inputs.AsSpan());

    private static bool HasConstantBias(ReadOnlySpan<Tensor> inputs) => inputs.Length <= 2 || inputs[2].Operator is Constant;

    private static ReadOnlySpan<float> BiasOf(Tensor convolution) =>
        convolution.Inputs.Length > 2 ? ((Constant)convolution.Inputs[2].Operator).Values.Span : new float[convolution.Shape.Channels];

    // The numbers per channel that are the second input of a product or sum of the shape of the first.
    private static Constant? Constant(Tensor tensor, int channels) => Constant(tensor, [.. tensor.Inputs], channels);

    private static Constant? Constant(Tensor tensor, Tensor[] inputs, int channels) =>
        inputs[1].Operator is Constant constant && inputs[0].Shape == tensor.Shape && IsPerChannel(constant.Shape, channels) ? constant : null;

    private static bool IsPerChannel(Shape shape, int channels) => shape.Count == channels && shape.Rank >= 3 && shape[-3] == channels;
}
