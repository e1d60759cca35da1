using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    /// <summary>Emits the kernels that compute a tensor from its lowered inputs, and returns where its value lies.</summary>
    private delegate Value Rule(Lowering lowering, Tensor tensor);

    /// <summary>The kernels of each operator.</summary>
    private static readonly Dictionary<Type, Rule> Table = new()
    {
        // Leaves
        [typeof(Input)] = (l, t) => l.Kept(l.Inputs, t),
        [typeof(Parameter)] = (l, t) => l.Variable(t, (Parameter)t.Operator),
        [typeof(Constant)] = (l, t) => l.Known(t, (Constant)t.Operator),

        // Elementwise; the last argument says whether 0 stays 0, which lanes past the last channel must
        [typeof(Relu)] = (l, t) => l.Elementwise(t, new ReluFunction(), true),
        [typeof(LeakyRelu)] = (l, t) => l.Elementwise(t, new LeakyReluFunction(((LeakyRelu)t.Operator).Slope), true),
        [typeof(Clip)] = (l, t) => (Clip)t.Operator is var op ? l.Elementwise(t, new ClipFunction(op.Low, op.High), op.Low <= 0 && op.High >= 0) : null!,
        [typeof(Sigmoid)] = (l, t) => l.Elementwise(t, new SigmoidFunction(), false),
        [typeof(Tanh)] = (l, t) => l.Elementwise(t, new TanhFunction(), true),
        [typeof(Exponential)] = (l, t) => l.Elementwise(t, new ExponentialFunction(), false),
        [typeof(Logarithm)] = (l, t) => l.Elementwise(t, new LogarithmFunction(), false),
        [typeof(SquareRoot)] = (l, t) => l.Elementwise(t, new SquareRootFunction(), true),
        [typeof(Absolute)] = (l, t) => l.Elementwise(t, new AbsoluteFunction(), true),
        [typeof(Sign)] = (l, t) => l.Elementwise(t, new SignFunction(), true),
        [typeof(Sine)] = (l, t) => l.Elementwise(t, new SineFunction(), true),
        [typeof(Cosine)] = (l, t) => l.Elementwise(t, new CosineFunction(), false),
        [typeof(Arctangent)] = (l, t) => l.Elementwise(t, new ArctangentFunction(), true),
        [typeof(ErrorFunction)] = (l, t) => l.Elementwise(t, new ErrorFunctionFunction(), true),
        [typeof(Gelu)] = (l, t) => l.Elementwise(t, new GeluFunction(), true),
        [typeof(Floor)] = (l, t) => l.Elementwise(t, new FloorFunction(), true),
        [typeof(Round)] = (l, t) => l.Elementwise(t, new RoundFunction(), true),
        [typeof(Linear)] = (l, t) => (Linear)t.Operator is var op ? l.Elementwise(t, new LinearFunction(op.Scale, op.Offset), op.Offset == 0) : null!,
        [typeof(Power)] = (l, t) => (Power)t.Operator is var op ? l.Elementwise(t, new PowerFunction(op.Exponent), op.Exponent > 0) : null!,
        [typeof(StopGradient)] = (l, t) => l.Of(t.Inputs[0]),

        // Pairwise, likewise
        [typeof(Add)] = (l, t) => l.Pairwise(t, new AddFunction(), true),
        [typeof(Subtract)] = (l, t) => l.Pairwise(t, new SubtractFunction(), true),
        [typeof(Multiply)] = (l, t) => l.Pairwise(t, new MultiplyFunction(), true, absorbs: true),
        [typeof(Divide)] = (l, t) => l.Pairwise(t, new DivideFunction(), false),
        [typeof(Maximum)] = (l, t) => l.Pairwise(t, new MaximumFunction(), true),
        [typeof(Minimum)] = (l, t) => l.Pairwise(t, new MinimumFunction(), true),
        [typeof(Greater)] = (l, t) => l.Pairwise(t, new GreaterFunction(), true),
        [typeof(Equal)] = (l, t) => l.Pairwise(t, new EqualFunction(), false),
        [typeof(Keep)] = (l, t) => l.Pairwise(t, new KeepFunction(), true),
        [typeof(Pow)] = (l, t) => l.Pairwise(t, new PowFunction(), false),
        [typeof(GeluGradient)] = (l, t) => l.Pairwise(t, new ActivationGradientFunction<GeluFunction>(default), true),
        [typeof(ClipGradient)] = (l, t) => (ClipGradient)t.Operator is var op ? l.Pairwise(t, new ClipGradientFunction(op.Low, op.High), true) : null!,
        [typeof(SigmoidGradient)] = (l, t) => l.Pairwise(t, new SigmoidGradientFunction(), true),
        [typeof(ReluGradient)] = (l, t) => l.Pairwise(t, new ReluGradientFunction(), true, absorbs: true),

        // Shaping
        [typeof(Reshape)] = (l, t) => l.Reshaped(t),
        [typeof(BroadcastTo)] = (l, t) => l.Broadcast(t),
        [typeof(Transpose)] = (l, t) => l.Transposed(t, (Transpose)t.Operator),
        [typeof(Slice)] = (l, t) => l.Sliced(t, (Slice)t.Operator),
        [typeof(SliceGradient)] = (l, t) => l.SliceGradient(t, (SliceGradient)t.Operator),
        [typeof(Concat)] = (l, t) => l.Joined(t, (Concat)t.Operator),
        [typeof(Pad)] = (l, t) => l.Padded(t, (Pad)t.Operator),
        [typeof(PadGradient)] = (l, t) => l.Unpadded(t, (PadGradient)t.Operator),
        [typeof(SparseProduct)] = (l, t) => l.Sparse(t, (SparseProduct)t.Operator),

        [typeof(ChannelPick)] = (l, t) => l.Picked(t),
        [typeof(ChannelPickGradient)] = (l, t) => l.PickedBack(t),
        [typeof(Take)] = (l, t) => l.Taken(t),
        [typeof(TakeGradient)] = (l, t) => l.TakenBack(t),
        [typeof(Ranks)] = (l, t) => l.Ranked(t),

        // Reductions and products
        [typeof(Sum)] = (l, t) => l.Reduced(t, ((Sum)t.Operator).Axes, false),
        [typeof(Max)] = (l, t) => l.Reduced(t, ((Max)t.Operator).Axes, true),
        [typeof(ArgMax)] = (l, t) => l.Largest(t, (ArgMax)t.Operator),
        [typeof(Softmax)] = (l, t) => l.Normalized(t, ((Softmax)t.Operator).Axis, false),
        [typeof(LogSoftmax)] = (l, t) => l.Normalized(t, ((LogSoftmax)t.Operator).Axis, true),
        [typeof(SoftmaxGradient)] = (l, t) => l.NormalizedBack(t, ((SoftmaxGradient)t.Operator).Axis),
        [typeof(MatMul)] = (l, t) => l.Product(t, new FusedMatMul((MatMul)t.Operator)),
        [typeof(FusedMatMul)] = (l, t) => l.Product(t, (FusedMatMul)t.Operator),

        // Networks
        [typeof(Conv2D)] = (l, t) => l.Convolution(t, new FusedConv2D((Conv2D)t.Operator)),
        [typeof(FusedConv2D)] = (l, t) => l.Convolution(t, (FusedConv2D)t.Operator),
        [typeof(Conv2DInputGradient)] = (l, t) => l.InputGradient(t, (Conv2DInputGradient)t.Operator),
        [typeof(FusedInputGradient)] = (l, t) => l.InputGradient(t, (FusedInputGradient)t.Operator),
        [typeof(Conv2DWeightGradient)] = (l, t) => l.WeightGradient(t, (Conv2DWeightGradient)t.Operator),
        [typeof(MaxPool2D)] = (l, t) => l.MaxPool(t, (MaxPool2D)t.Operator),
        [typeof(MaxPool2DGradient)] = (l, t) => l.MaxPoolGradient(t, (MaxPool2DGradient)t.Operator, mask: null),
        [typeof(AveragePool2D)] = (l, t) => l.AveragePool(t, (AveragePool2D)t.Operator),
        [typeof(AveragePool2DGradient)] = (l, t) => l.AveragePoolGradient(t, ((AveragePool2DGradient)t.Operator).Pool, mask: null),
        [typeof(Upsample2D)] = (l, t) => (Upsample2D)t.Operator is var op ? l.Cells(t, op.FactorY, op.FactorX, 1, spread: true, mask: null) : null!,
        [typeof(Upsample2DGradient)] = (l, t) => (Upsample2DGradient)t.Operator is var op ? l.Cells(t, op.FactorY, op.FactorX, 1, spread: false, mask: null) : null!,
        [typeof(Lrn)] = (l, t) => l.ResponseNormalization(t, (Lrn)t.Operator, gradient: false),
        [typeof(LrnGradient)] = (l, t) => l.ResponseNormalization(t, ((LrnGradient)t.Operator).Lrn, gradient: true),
        [typeof(Standardize)] = (l, t) => l.Standardized(t, (Standardize)t.Operator),
        [typeof(StandardizeGradient)] = (l, t) => l.Standardized(t, ((StandardizeGradient)t.Operator).Forward),
        [typeof(SmoothActivation)] = (l, t) => ((SmoothActivation)t.Operator).Function == Activation.Silu ? l.Elementwise(t, new SiluFunction(), true) : l.Elementwise(t, new HardSwishFunction(), true),
        [typeof(SmoothActivationGradient)] = (l, t) => ((SmoothActivationGradient)t.Operator).Function == Activation.Silu
            ? l.Pairwise(t, new ActivationGradientFunction<SiluFunction>(default), true) : l.Pairwise(t, new ActivationGradientFunction<HardSwishFunction>(default), true),
        [typeof(StandardizeChannels)] = (l, t) => l.StandardizedChannels(t, (StandardizeChannels)t.Operator),
        [typeof(PassedBits)] = (l, t) => l.Of(t),
        [typeof(Slope)] = (l, t) => l.Of(t),
        [typeof(Affine)] = (l, t) => l.ChannelAffine(t, (Affine)t.Operator),
        [typeof(ChannelDot)] = (l, t) => l.SumOfProducts(t),
        [typeof(MaskedGradient)] = (l, t) => l.Masked(t, (MaskedGradient)t.Operator),

        // Images
        [typeof(InverseRealFourier)] = (l, t) => l.Fourier(t, adjoint: false),
        [typeof(InverseRealFourierGradient)] = (l, t) => l.Fourier(t, adjoint: true),
        [typeof(Warp)] = (l, t) => l.Warped(t, (Warp)t.Operator),
        [typeof(WarpGradient)] = (l, t) => l.WarpedBack(t, ((WarpGradient)t.Operator).Nearest),

        // Optimizers
        [typeof(AdamStep)] = (l, t) => l.Moved(t, (AdamStep)t.Operator),
    };

    private static long ImageSize(Shape shape) => shape.Rank == 0 || shape[0] == 0 ? shape.Count : shape.Count / shape[0];

    private Value Known(Tensor tensor, Constant constant)
    {
        Storage storage = Backend.StorageOf(constant);
        _constants[storage] = constant;
        return new Value(tensor.Shape, Layout.Plain, storage, 0, ImageSize(tensor.Shape));
    }

    private Value Kept(Dictionary<Tensor, Value> register, Tensor tensor)
    {
        var value = new Value(tensor.Shape, Layout.Plain);
        Keep(value);
        register.Add(tensor, value);
        return value;
    }

    private Value Variable(Tensor tensor, Parameter parameter)
    {
        var value = new Value(tensor.Shape, Layout.Plain);
        Keep(value);
        Parameters.Add((parameter, value));
        return value;
    }
}
