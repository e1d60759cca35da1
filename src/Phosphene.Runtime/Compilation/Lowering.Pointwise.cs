using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    // The 1×1 convolutions that read each tensor.
    private readonly ILookup<Tensor, Tensor> _siblings;

    private static bool IsPointwise(Tensor tensor) => (tensor.Operator is FusedConv2D fused ? fused.Conv : tensor.Operator) is Conv2D { Window.IsPointwise: true, Groups: 1 };

    // Those whose weights depend on nothing, so that they can be computed with the first of them.
    private static ILookup<Tensor, Tensor> PointwiseByInput(IEnumerable<Tensor> order) => order
        .Where(tensor => IsPointwise(tensor) && tensor.Inputs.Skip(1).All(weight => weight.Inputs.IsEmpty))
        .ToLookup(tensor => tensor.Inputs[0], (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);

    // The maps of channels that nothing but 1×1 convolutions reads, which apply them where they gather their pixels, and their gradients, which apply them again to see what the ReLU let through:
    // batch normalization and ReLU before a convolution, squeeze and excitation.
    private readonly HashSet<Tensor> _gathered;

    private static HashSet<Tensor> MapsToGather(IReadOnlyList<Tensor> order, IReadOnlyList<Tensor> needed)
    {
        ILookup<Tensor, Tensor> readers = Passes.Readers(order);
        IEnumerable<Tensor> maps = order.Where(map => map.Operator is Affine { Adds: false, Mask: null }
            && readers[map].Any(IsPointwise) && readers[map].All(reader => CanApply(reader, map, (Affine)map.Operator) && reader.Inputs.Count(input => ReferenceEquals(input, map)) == 1));
        return new HashSet<Tensor>(maps.Except(needed), ReferenceEqualityComparer.Instance);

        static bool CanApply(Tensor reader, Tensor map, Affine affine) => reader.Operator is FusedInputGradient { IsPointwise: true, Mask: { IsSlope: false } mask } gradient
            ? affine.Relu && affine.Ceiling == mask.Ceiling && ReferenceEquals(reader.Inputs[gradient.ActivationAt], map)
            : IsPointwise(reader) && ReferenceEquals(reader.Inputs[0], map);
    }

    // A 1×1 convolution and all others of the same input.
    private Value WithSiblings(Tensor tensor)
    {
        Tensor x = tensor.Inputs[0];
        Tensor[] siblings = [.. _siblings[x]];
        if (!siblings.Contains(tensor)) siblings = [tensor];
        (Value source, ChannelMap? map) = _gathered.Contains(x) ? (Blocked(x.Inputs[0]), MapOf(x, (Affine)x.Operator)) : (Blocked(x), null);
        var targets = new PointwiseKernel.Target[siblings.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            Tensor sibling = siblings[i];
            foreach (Tensor weight in sibling.Inputs.Skip(1)) Lower(weight);
            Value? bias = BiasOf(sibling) is { } given ? PackedBias(given) : null;
            Value weights = PackedPointwise(sibling.Inputs[1], ConvolutionKind.Forward);
            targets[i] = new PointwiseKernel.Target(New(sibling, Layout.Blocked), bias, EpilogueOf(sibling), ActivationOf(sibling), [weights]);
            _values[sibling] = targets[i].Y;
            _done.Add(sibling);
        }
        _current = tensor;
        Pointwise([source], map, targets, siblings.Sum(Cost.Of));
        return _values[tensor];
    }

    // The gradient in the common input of 1×1 convolutions. Inputs: (dy, w) for each term, and what the epilogue and the ending read.
    private Value OfSiblings(Tensor tensor, int terms, EpilogueValues epilogue, GradientEnding? ending)
    {
        Value[] sources = [.. Enumerable.Range(0, terms).Select(i => Blocked(tensor.Inputs[2 * i]))];
        Value[] weights = [.. Enumerable.Range(0, terms).Select(i => PackedPointwise(tensor.Inputs[2 * i + 1], ConvolutionKind.Backward))];
        Value dx = New(tensor, Layout.Blocked);
        Pointwise(sources, null, [new PointwiseKernel.Target(dx, null, epilogue, new ActivationValues(Activation.None, null), weights, ending)], Cost.Of(tensor));
        return dx;
    }

    private void Pointwise(Value[] sources, ChannelMap? map, PointwiseKernel.Target[] targets, double operations)
    {
        IEnumerable<Value> reads = targets.SelectMany(target => target.Weights.Concat(target.Epilogue.Values).Concat(target.Ending?.Values ?? []).Concat(target.Bias is null ? [] : [target.Bias]));
        Emit(new PointwiseKernel(sources, map, targets, 2 * Backend.LaneWidth), [.. sources, .. map?.Values ?? [], .. reads], [.. targets.Select(target => target.Y), .. targets.SelectMany(target => target.Activation.Values.Concat(target.Epilogue.Left))], operations,
            $"1×1: from {sources.Length} to {targets.Length}{(map is null ? "" : ", scaled where they are gathered")}");
        // What an ending reads it reads after the result is written.
        if (targets is [{ Ending: null }]) MayReplace(targets[0].Y, sources[0], targets[0].Epilogue);
    }

    private Value PackedPointwise(Tensor weight, ConvolutionKind kind)
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Forward(new Window(1, 1), 1, 1);
        PackedForm form = ConvolutionWeights.FormOf(kind, weight.Shape, groups: 1, Value.Block, Backend.LaneWidth, geometry);
        return PackedTaps(weight, form, geometry);
    }
}
