using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    // A plain input of so few channels is read as one block of just these, instead of one padded to sixteen lanes.
    private const int FewChannels = 4;

    private Value Convolution(Tensor tensor, Conv2D op, bool relu)
    {
        Tensor x = tensor.Inputs[0];
        ConvolutionGeometry geometry = ConvolutionGeometry.Forward(op.Window, x.Shape.Height, x.Shape.Width);
        return Convolve(tensor, Source(x), tensor.Inputs[1], tensor.Inputs.Length > 2 ? tensor.Inputs[2] : null, relu, geometry, ConvolutionKind.Forward, op.Groups);
    }

    private Value InputGradient(Tensor tensor, Conv2DInputGradient op)
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Backward(op.Window, op.InputShape.Height, op.InputShape.Width);
        if (op.Groups == 1 && op.InputShape.Channels <= ImageGradient.MostOutputs) return OfImage(tensor, geometry);
        return Convolve(tensor, Blocked(tensor.Inputs[0]), tensor.Inputs[1], null, false, geometry, ConvolutionKind.Backward, op.Groups);
    }

    // The last convolution on the way back to the image.
    private Value OfImage(Tensor tensor, ConvolutionGeometry geometry)
    {
        Tensor weight = tensor.Inputs[1];
        int inputs = weight.Shape[0];
        Value source = Framed(Blocked(tensor.Inputs[0]), geometry);
        Value weights = Packed(weight, ("image gradient", ConvolutionWeights.TapsOf(geometry)), ImageGradient.WeightFloats(geometry, inputs),
            (from, to) => new ImageGradientWeights(from, to, geometry));
        var dx = new Value(tensor.Shape, Layout.Plain);
        Emit(new ImageGradient(source, weights, dx, geometry, inputs), [source, weights], [dx]);
        return dx;
    }

    private Value WeightGradient(Tensor tensor, Conv2DWeightGradient op)
    {
        Tensor x = tensor.Inputs[0];
        ConvolutionGeometry geometry = ConvolutionGeometry.Forward(op.Window, x.Shape.Height, x.Shape.Width);
        Value given = Source(x), dy = Blocked(tensor.Inputs[1]), source = Framed(given, geometry);
        PackedForm form = ConvolutionWeights.FormOf(ConvolutionKind.Forward, op.WeightShape, op.Groups, ConvolutionSource.LanesOf(given), Backend.LaneWidth, geometry);
        var dw = new Value(tensor.Shape, Layout.Plain);
        Emit(new ConvolutionWeightGradient(source, dy, dw, geometry, form), [source, dy], [dw]);
        return dw;
    }

    private Value Source(Tensor x) =>
        x.Shape.Channels <= FewChannels && Of(x).Layout == Layout.Plain ? Unbroken(Of(x)) : Blocked(x);

    private Value Convolve(Tensor tensor, Value given, Tensor weight, Tensor? bias, bool relu, ConvolutionGeometry geometry, ConvolutionKind kind, int groups)
    {
        PackedForm form = ConvolutionWeights.FormOf(kind, weight.Shape, groups, ConvolutionSource.LanesOf(given), Backend.LaneWidth, geometry);
        Value source = Framed(given, geometry);
        Value weights = Packed(weight, form, ConvolutionWeights.Offsets(form, geometry).Total, (from, to) => new ConvolutionWeights(from, to, form, geometry));
        Value? biases = bias is null ? null : Packed(bias, form.PanelWidth, (long)ConvolutionWeights.Panels(form) * form.PanelWidth,
            (from, to) => new StridedCopy(from, 0, [1], to, 0, [1], [from.Shape.Count], background: 0));
        Value y = New(Layout.Blocked);
        var kernel = new ConvolutionKernel(source, weights, biases, y, relu, geometry, form);
        Emit(kernel, biases is null ? [source, weights] : [source, weights, biases], [y]);
        return y;
    }

    // The source in its frame of zeros; in place if it is in blocks and no tap leaves it.
    private Value Framed(Value source, ConvolutionGeometry geometry)
    {
        if (!geometry.Pads && source.Layout == Layout.Blocked) return source;
        int blocks = source.Layout == Layout.Blocked ? source.Blocks : 1, lanes = ConvolutionSource.LanesOf(source);
        var framed = new Value(new Shape(source.Shape.Batch, blocks, geometry.PaddedHeight, geometry.PaddedWidth * lanes), Layout.Plain);
        Emit(new ConvolutionSource(source, framed, geometry), [source], [framed]);
        return framed;
    }

    // A weight in the form that a kernel wants: made once if it is a constant, otherwise in every run.
    private Value Packed(Tensor weight, object form, long floats, Func<Value, Value, Kernel> pack)
    {
        Value from = Unbroken(Plain(weight));
        var shape = new Shape(checked((int)floats));
        if (weight.Operator is Constant constant)
        {
            Storage storage = Backend.Packed(constant, form, floats, storage => pack(from, new Value(shape, Layout.Plain, storage, 0, floats)));
            return new Value(shape, Layout.Plain, storage, 0, floats);
        }
        Value packed = Scratch(floats);
        Emit(pack(from, packed), [from], [packed]);
        return packed;
    }
}
