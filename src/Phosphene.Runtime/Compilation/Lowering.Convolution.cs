using System.Globalization;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    // A plain input of so few channels is read as one block of just these, instead of one padded to sixteen lanes.
    private const int FewChannels = 4;

    // What gradients in the same plan ask a convolution to leave beside its result, the slopes of its activation or the bits of its ReLU: by the convolution.
    private readonly Dictionary<Tensor, Tensor> _asked;

    // Sources in their frames, by what decides the frame: the gradient in the weight reads the one that the forward pass made.
    private readonly Dictionary<(Value Source, int Top, int Left, int Height, int Width, int Lanes), Value> _framed = [];

    private Value Convolution(Tensor tensor, FusedConv2D fused)
    {
        (Conv2D op, Tensor x) = (fused.Conv, tensor.Inputs[0]);
        if (op is { Window.IsPointwise: true, Groups: 1 } && (_gathered.Contains(x) || Source(x).Layout == Layout.Blocked)) return WithSiblings(tensor);
        ConvolutionGeometry geometry = ConvolutionGeometry.Forward(op.Window, x.Shape.Height, x.Shape.Width);
        return Convolve(tensor, Source(x), tensor.Inputs[1], BiasOf(tensor), EpilogueOf(tensor), geometry, ConvolutionKind.Forward, op.Groups);
    }

    private static Tensor? BiasOf(Tensor convolution) => KindOf(convolution) == ConvolutionKind.Forward
        && convolution.Inputs.Length > (convolution.Operator is FusedConv2D { Adds: true } ? 3 : 2) ? convolution.Inputs[2] : null;

    private static ConvolutionKind KindOf(Tensor convolution) => convolution.Operator is Conv2DInputGradient or FusedInputGradient ? ConvolutionKind.Backward : ConvolutionKind.Forward;

    private EpilogueValues EpilogueOf(Tensor convolution) => convolution.Operator switch
    {
        FusedConv2D fused => new EpilogueValues(fused.Relu, Addend: fused.Adds ? Blocked(convolution.Inputs[^1]) : null, Ceiling: fused.Ceiling, Bits: fused.Relu ? LeftBy(convolution, Layout.Plain) : null),
        FusedInputGradient gradient => MaskOf(gradient.Mask is null ? null : convolution.Inputs[gradient.ActivationAt], gradient.Mask) with { Addend = AddendOf(convolution, gradient) },
        _ => new EpilogueValues(),
    };

    private Value? AddendOf(Tensor tensor, FusedInputGradient gradient) => gradient.Adds ? Blocked(tensor.Inputs[2 * gradient.Terms]) : null;

    private static bool IsLeft(Tensor tensor) => tensor.Operator is Slope or PassedBits;

    // Where a convolution leaves what is asked of it; null if nothing is.
    private Value? LeftBy(Tensor convolution, Layout layout) => _asked.TryGetValue(convolution, out Tensor? left) ? _values[left] = new Value(left.Shape, layout) : null;

    private Value InputGradient(Tensor tensor, Conv2DInputGradient op)
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Backward(op.Window, op.InputShape.Height, op.InputShape.Width);
        if (op.Groups == 1 && op.InputShape.Channels <= ImageGradient.MostOutputs) return OfImage(tensor, geometry);
        if (op.IsPointwise) return OfSiblings(tensor, terms: 1, new EpilogueValues(), null);
        return Convolve(tensor, Blocked(tensor.Inputs[0]), tensor.Inputs[1], null, new EpilogueValues(), geometry, ConvolutionKind.Backward, op.Groups);
    }

    private Value InputGradient(Tensor tensor, FusedInputGradient op)
    {
        (Window window, int groups) = (op.Gradient.Window, op.Gradient.Groups);
        if (op.IsPointwise)
        {
            Tensor? activation = op.Mask is null ? null : tensor.Inputs[op.ActivationAt];
            Value? last = op.AddsLast ? Blocked(tensor.Inputs[^1]) : null;
            if (activation is not null && _gathered.Contains(activation))
                return OfSiblings(tensor, op.Terms, new EpilogueValues(Addend: AddendOf(tensor, op)), new GradientEnding(MapOf(activation, (Affine)activation.Operator), Blocked(activation.Inputs[0]), last));
            return OfSiblings(tensor, op.Terms, EpilogueOf(tensor), last is null ? null : new GradientEnding(null, null, last));
        }
        ConvolutionGeometry geometry = ConvolutionGeometry.Backward(window, op.Gradient.InputShape.Height, op.Gradient.InputShape.Width);
        return Convolve(tensor, Blocked(tensor.Inputs[0]), tensor.Inputs[1], null, EpilogueOf(tensor), geometry, ConvolutionKind.Backward, groups);
    }

    private EpilogueValues MaskOf(Tensor? activation, Mask? mask) =>
        mask is null ? new EpilogueValues()
        : mask.IsBits ? new EpilogueValues(MaskBits: Of(activation!)) : mask.IsSlope ? new EpilogueValues(Factor: Blocked(activation!)) : new EpilogueValues(Mask: Blocked(activation!), Ceiling: mask.Ceiling);

    // The last convolution on the way back to the image.
    private Value OfImage(Tensor tensor, ConvolutionGeometry geometry)
    {
        Tensor weight = tensor.Inputs[1];
        int inputs = weight.Shape[0];
        Value source = Framed(Blocked(tensor.Inputs[0]), geometry, Value.Block);
        Value weights = Packed(weight, ("image gradient", Backend.LaneWidth, ConvolutionWeights.TapsOf(geometry)), ImageGradient.WeightFloats(geometry, inputs),
            (from, to) => new ImageGradientWeights(from, to, geometry));
        var dx = new Value(tensor.Shape, Layout.Plain);
        Emit(new ImageGradient(source, weights, dx, geometry, inputs), [source, weights], [dx], Cost.Of(tensor), $"no more than {ImageGradient.MostOutputs} channels");
        return dx;
    }

    private Value WeightGradient(Tensor tensor, Conv2DWeightGradient op)
    {
        Tensor x = tensor.Inputs[0];
        ConvolutionGeometry geometry = ConvolutionGeometry.Forward(op.Window, x.Shape.Height, x.Shape.Width);
        Value given = Source(x), dy = Blocked(tensor.Inputs[1]), source = Framed(given, geometry, ConvolutionSource.LanesOf(given));
        PackedForm form = ConvolutionWeights.FormOf(ConvolutionKind.Forward, op.WeightShape, op.Groups, ConvolutionSource.LanesOf(given), Backend.LaneWidth, geometry);
        Value dw = new(tensor.Shape, Layout.Plain), sums = Scratch(ConvolutionWeightGradient.SumFloats(source, dy, geometry, form));
        Emit(new ConvolutionWeightGradient(source, dy, dw, sums, geometry, form), [source, dy], [dw, sums], Cost.Of(tensor));
        return dw;
    }

    private Value Source(Tensor x) =>
        x.Shape.Channels <= FewChannels && Of(x).Layout == Layout.Plain ? Unbroken(Of(x)) : Blocked(x);

    private Value Convolve(Tensor tensor, Value given, Tensor weight, Tensor? bias, EpilogueValues epilogue, ConvolutionGeometry geometry, ConvolutionKind kind, int groups)
    {
        int width = 2 * Backend.LaneWidth, outputs = tensor.Shape.Channels;
        Value? biases = bias is null ? null : PackedBias(bias);
        (int Window, double Winograd, double Direct)? cost = Winograd.IsExactEnough(Backend) ? Winograd.Estimate(Backend, given, tensor.Shape, geometry, groups, weight.Operator is Constant) : null;
        string? costs = cost is null ? null : string.Create(CultureInfo.InvariantCulture, $"{cost.Value.Winograd / 1e6:0.0} million multiply-adds by Winograd, {cost.Value.Direct / 1e6:0.0} directly");
        PackedForm form = ConvolutionWeights.FormOf(kind, weight.Shape, groups, ConvolutionSource.LanesOf(given), Backend.LaneWidth, geometry);
        if (cost is { } estimate && estimate.Winograd < estimate.Direct)
        {
            Value result = New(tensor, Layout.Blocked);
            bool transforms = WinogradKernel.Transforms(given.Shape.Channels, result.Shape, estimate.Window);
            Value packed = transforms ? PackedTaps(weight, form, geometry)
                : Packed(weight, ("winograd", kind, width), WinogradWeights.Floats(given.Shape.Channels, outputs, width),
                    (from, to) => new WinogradWeights(from, to, kind == ConvolutionKind.Backward, width));
            ConvolutionGeometry.Phase phase = geometry.Phases[0];
            var winograd = new WinogradKernel(given, packed, biases, result, epilogue, estimate.Window, geometry.Top - phase.BaseY, geometry.Left - phase.BaseX, width);
            Emit(winograd, Reads(given, packed, biases, epilogue), [result, .. epilogue.Left], Cost.Of(tensor), transforms ? $"{costs}; weights transformed on the spot" : costs);
            MayReplace(result, given, epilogue);
            return Activated(tensor, result);
        }
        if (given.Layout == Layout.Blocked && groups == given.Shape.Channels && groups == outputs)
        {
            Value packed = PackedDepthwise(weight, kind, geometry);
            Value result = New(tensor, Layout.Blocked);
            ActivationValues activation = ActivationOf(tensor);
            Emit(new DepthwiseKernel(given, packed, biases, result, epilogue, activation, geometry), Reads(given, packed, biases, epilogue), [result, .. activation.Values, .. epilogue.Left], Cost.Of(tensor),
                "every channel is a group");
            MayReplace(result, given, epilogue);
            return result;
        }
        if (given.Layout == Layout.Blocked && groups > 1 && GroupedForm.Of(kind, weight.Shape, groups, Backend.LaneWidth, geometry) is var grouped && grouped.Cost(geometry) <= ConvolutionWeights.Work(form))
        {
            Value packed = Packed(weight, grouped, grouped.Offsets(geometry).Total, (from, to) => new GroupedWeights(from, to, grouped, geometry)), result = New(tensor, Layout.Blocked);
            Emit(new GroupedKernel(given, packed, biases, result, epilogue, geometry, grouped), Reads(given, packed, biases, epilogue), [result, .. epilogue.Left], Cost.Of(tensor),
                string.Create(CultureInfo.InvariantCulture, $"{grouped.Work} multiply-adds of a pixel and tap, {ConvolutionWeights.Work(form)} in panels"));
            MayReplace(result, given, epilogue);
            return Activated(tensor, result);
        }
        Value source = Framed(given, geometry, form.Lanes), weights = PackedTaps(weight, form, geometry);
        Value y = New(tensor, Layout.Blocked);
        Emit(new ConvolutionKernel(source, weights, biases, y, epilogue, geometry, form), Reads(source, weights, biases, epilogue), [y, .. epilogue.Left], Cost.Of(tensor), costs ?? (geometry.Phases.Count > 1 ? $"{geometry.Phases.Count} phases" : null));
        MayReplace(y, source, epilogue);
        return Activated(tensor, y);
    }

    // The activation that a convolution ends with, and where its slopes go if a gradient asks for them.
    private ActivationValues ActivationOf(Tensor convolution)
    {
        if (convolution.Operator is not FusedConv2D { Activation: not Activation.None } fused) return new ActivationValues(Activation.None, null);
        return new ActivationValues(fused.Activation, LeftBy(convolution, Layout.Blocked));
    }

    // The same as a pass after a kernel that has no activations.
    private Value Activated(Tensor convolution, Value y)
    {
        ActivationValues activation = ActivationOf(convolution);
        if (activation.Function != Activation.None) Emit(new ActivationKernel(y, activation), [y], [y, .. activation.Values]);
        return y;
    }

    private static Value[] Reads(Value source, Value weights, Value? biases, EpilogueValues epilogue) =>
        [source, weights, .. biases is null ? Array.Empty<Value>() : [biases], .. epilogue.Values];

    // The source in its frame of zeros; in place if it is in blocks of so many lanes and no tap leaves it.
    private Value Framed(Value source, ConvolutionGeometry geometry, int lanes)
    {
        if (!geometry.Pads && source.Layout == Layout.Blocked && lanes == Value.Block) return source;
        var key = (source, geometry.Top, geometry.Left, geometry.PaddedHeight, geometry.PaddedWidth, lanes);
        if (_framed.TryGetValue(key, out Value? framed)) return framed;
        int blocks = source.Layout == Layout.Blocked ? source.Blocks : 1;
        framed = new Value(new Shape(source.Shape.Batch, blocks, geometry.PaddedHeight, geometry.PaddedWidth * lanes), Layout.Plain);
        Emit(new ConvolutionSource(source, framed, geometry, lanes), [source], [framed]);
        _framed.Add(key, framed);
        return framed;
    }

    private Value PackedTaps(Tensor weight, PackedForm form, ConvolutionGeometry geometry) =>
        Packed(weight, form, ConvolutionWeights.Offsets(form, geometry).Total, (from, to) => new ConvolutionWeights(from, to, form, geometry));

    private Value PackedDepthwise(Tensor weight, ConvolutionKind kind, ConvolutionGeometry geometry) =>
        Packed(weight, ("depthwise", kind, ConvolutionWeights.TapsOf(geometry)), DepthwiseWeights.Floats(geometry, weight.Shape[0]), (from, to) => new DepthwiseWeights(from, to, geometry));

    // A bias for each lane of each panel of outputs.
    private Value PackedBias(Tensor bias)
    {
        int width = 2 * Backend.LaneWidth;
        return Packed(bias, ("bias", width), (long)ConvolutionWeights.Panels(bias.Shape.Count, width) * width,
            (from, to) => new StridedCopy(from, 0, [1], to, 0, [1], [from.Shape.Count], background: 0));
    }

    // A weight in the form that a kernel wants: made once if it is a constant, otherwise in every run.
    private Value Packed(Tensor weight, object form, long floats, Func<Value, Value, Kernel> pack)
    {
        Value from = Unbroken(Plain(weight));
        var shape = new Shape(checked((int)floats));
        if (weight.Operator is Constant constant)
        {
            Storage storage = Backend.Packed(constant, form, floats, storage => pack(from, new Value(shape, Layout.Plain, storage, 0, floats)));
            return _packed[(weight, form)] = new Value(shape, Layout.Plain, storage, 0, floats);
        }
        Value packed = Scratch(floats);
        Emit(pack(from, packed), [from], [packed]);
        return packed;
    }
}
