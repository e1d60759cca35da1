using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    // Floats of the wide tensor of an image from which on it leaves the second-level cache between two kernels; half as many if images need not be cut into parts, which compute twice what both read.
    private const int WideFloats = 1 << 17;

    // Pixels of as many rows as the window has, of which a thread notes on its stack where they lie.
    private const int MostPixels = 1 << 14;

    // Depthwise convolutions with the 1×1 convolutions around them that one kernel computes, by the last of their tensors, and those that are then never written.
    private readonly Dictionary<Tensor, SeparableBlock> _separable;
    private readonly HashSet<Tensor> _inside;

    /// <summary>A depthwise convolution, forward or a gradient, and the 1×1 convolutions before and after it, null where that is not part of the block.</summary>
    private sealed record SeparableBlock(Tensor? Expand, Tensor Depthwise, Tensor? Project)
    {
        /// <summary>The tensors that only the block itself reads.</summary>
        public IEnumerable<Tensor> Inside => new[] { Expand, Project is null ? null : Depthwise }.OfType<Tensor>();

        public Tensor Result => Project ?? Depthwise;
    }

    private Dictionary<Tensor, SeparableBlock> SeparableBlocks(IReadOnlyList<Tensor> order, IReadOnlyList<Tensor> needed)
    {
        var blocks = new Dictionary<Tensor, SeparableBlock>(ReferenceEqualityComparer.Instance);
        var places = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in order) places.Add(tensor, places.Count);
        ILookup<Tensor, Tensor> readers = Passes.Readers(order);
        var outputs = new HashSet<Tensor>(needed, ReferenceEqualityComparer.Instance);
        foreach (Tensor depthwise in order)
        {
            if (DepthwiseWindow(depthwise) is not { DilationX: 1, DilationY: 1 } window || _placement.Of(depthwise) is not null) continue;
            if ((long)window.KernelY * Math.Max(depthwise.Shape.Width, depthwise.Inputs[0].Shape.Width) > MostPixels) continue;
            Tensor? project = OnlyReader(depthwise) is { } reader && IsPlainPointwise(reader) && ReferenceEquals(reader.Inputs[0], depthwise) ? reader : null;
            Tensor source = depthwise.Inputs[0], last = project ?? depthwise;
            if (!ReadsAllRows(window, depthwise)) continue;
            Tensor? expand = ReferenceEquals(OnlyReader(source), depthwise) && IsPlainPointwise(source) && !EpilogueReads(source) && !blocks.ContainsKey(source) ? source : null;
            if (expand is null && project is null) continue;
            var block = new SeparableBlock(expand, depthwise, project);
            long wide = block.Inside.Max(tensor => Value.Size(tensor.Shape.With(0, 1), Layout.Blocked));
            if (wide < (SeparableKernel.PartsOf(last.Shape, Backend.Threads) == 1 ? WideFloats / 2 : WideFloats)) continue;
            // What the block leaves for gradients is there once its last tensor is.
            if (block.Inside.SelectMany(tensor => readers[tensor]).Where(IsLeft).SelectMany(left => readers[left]).All(asks => places[asks] > places[last])) blocks.Add(last, block);
        }
        return blocks;

        // What reads a tensor, if nothing else does but what the kernel leaves beside it.
        Tensor? OnlyReader(Tensor tensor) => !outputs.Contains(tensor) && _placement.Of(tensor) is null && readers[tensor].Where(reader => !IsLeft(reader)).ToArray() is [var only] ? only : null;

        bool IsPlainPointwise(Tensor tensor) => tensor.Operator switch
        {
            FusedInputGradient gradient => gradient is { IsPointwise: true, Terms: 1, AddsLast: false } && (gradient.Mask is null || !_gathered.Contains(tensor.Inputs[gradient.ActivationAt])),
            Conv2DInputGradient gradient => gradient.IsPointwise && gradient.InputShape.Channels > ImageGradient.MostOutputs,
            _ => IsPointwise(tensor) && !_gathered.Contains(tensor.Inputs[0]) && _siblings[tensor.Inputs[0]].All(sibling => ReferenceEquals(sibling, tensor)),
        } && tensor.Inputs[1].Operator is Constant;

        // Whether the end of an expansion reads more than bits, for which the kernel has no way there.
        static bool EpilogueReads(Tensor tensor) => tensor.Operator is FusedConv2D { Adds: true } or FusedInputGradient { Adds: true } or FusedInputGradient { Mask: { IsBits: false } };
    }

    // Whether every row of the convolution's input is read by a row of its output, and every row of the output reads one: then what is left of e is left for all of it, and strips meet without a gap.
    private static bool ReadsAllRows(Window window, Tensor depthwise)
    {
        (int source, int result) = (depthwise.Inputs[0].Shape.Height, depthwise.Shape.Height);
        (int input, int output) = KindOf(depthwise) == ConvolutionKind.Backward ? (result, source) : (source, result);
        int last = (output - 1) * window.StrideY - window.Top;
        return window.KernelY >= window.StrideY && window.Top >= 0 && window.Top < window.KernelY && last < input && last + window.KernelY >= input;
    }

    // The window of a depthwise convolution, or of its gradient, for which there are weights in the file; else null.
    private static Window? DepthwiseWindow(Tensor tensor)
    {
        (Window window, int groups) = tensor.Operator switch
        {
            Conv2D conv => (conv.Window, conv.Groups),
            FusedConv2D fused => (fused.Conv.Window, fused.Conv.Groups),
            Conv2DInputGradient gradient => (gradient.Window, gradient.Groups),
            FusedInputGradient { Terms: 1, AddsLast: false } fused => (fused.Gradient.Window, fused.Gradient.Groups),
            _ => default,
        };
        return groups > 1 && groups == tensor.Shape.Channels && groups == tensor.Inputs[0].Shape.Channels && tensor.Inputs[1].Operator is Constant ? window : null;
    }

    private Value Separable(Tensor tensor, SeparableBlock block)
    {
        Tensor depthwise = block.Depthwise;
        Window window = DepthwiseWindow(depthwise)!.Value;
        (Shape source, Shape shape) = (depthwise.Inputs[0].Shape, depthwise.Shape);
        ConvolutionGeometry geometry = KindOf(depthwise) == ConvolutionKind.Backward ? ConvolutionGeometry.Backward(window, shape.Height, shape.Width) : ConvolutionGeometry.Forward(window, source.Height, source.Width);
        Value x = Blocked((block.Expand ?? depthwise).Inputs[0]);
        SeparableKernel.Stage middle = StageOf(depthwise, PackedDepthwise(depthwise.Inputs[1], KindOf(depthwise), geometry));
        SeparableKernel.Stage? expand = PointwiseStage(block.Expand), project = PointwiseStage(block.Project);
        Value y = New(tensor, Layout.Blocked);
        SeparableKernel.Stage[] stages = [.. new[] { expand, middle, project }.OfType<SeparableKernel.Stage>()];
        IEnumerable<Value> reads = stages.SelectMany(stage => stage.Epilogue.Values.Append(stage.Weights).Concat(stage.Bias is null ? [] : [stage.Bias]));
        IEnumerable<Value> leaves = stages.SelectMany(stage => stage.Epilogue.Left.Concat(stage.Activation.Values));
        Emit(new SeparableKernel(x, expand, middle, project, y, geometry, shape.Channels, 2 * Backend.LaneWidth, Backend.Threads), [x, .. reads], [y, .. leaves], Cost.Of(block.Inside.Append(block.Result)),
            $"{(expand is null ? "" : "1×1, ")}depthwise{(project is null ? "" : ", 1×1")}: {string.Join(" and ", block.Inside.Select(inside => inside.Shape))} never written");
        return y;

        SeparableKernel.Stage? PointwiseStage(Tensor? convolution) => convolution is null ? null : StageOf(convolution, PackedPointwise(convolution.Inputs[1], KindOf(convolution)));
    }

    private SeparableKernel.Stage StageOf(Tensor convolution, Value weights) =>
        new(weights, BiasOf(convolution) is { } bias ? PackedBias(bias) : null, EpilogueOf(convolution), ActivationOf(convolution));
}
