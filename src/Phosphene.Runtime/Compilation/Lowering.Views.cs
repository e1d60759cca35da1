using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// What stands between a tensor and many small products of its parts (the queries, keys and values of the heads of attention) is not copied: the products read slices, transposes and reshapes where they lie, and
/// write where the tensor wants them which their results are rearranged into.
/// </summary>
internal sealed partial class Lowering
{
    private readonly HashSet<Tensor> _readThroughStrides;
    private readonly Dictionary<Tensor, Tensor> _onlyReaders;
    private readonly Dictionary<Tensor, StridedView> _views = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> _inPlace = new(ReferenceEqualityComparer.Instance);      // computed by a product where they belong

    // Slices, transposes and reshapes that strided products alone read, or others that they alone read.
    private static HashSet<Tensor> ReadThroughStrides(IReadOnlyList<Tensor> order, IReadOnlyList<Tensor> needed)
    {
        HashSet<Tensor> views = new(order.Where(tensor => tensor.Operator is Reshape or Transpose or Slice { Step: 1 }), ReferenceEqualityComparer.Instance);
        views.ExceptWith(needed);
        foreach (Tensor tensor in order.Reverse())
        {
            if (views.Contains(tensor)) continue;
            views.ExceptWith(tensor.Inputs.Skip(FusedMatMul.IsStrided(tensor) ? 2 : 0));
        }
        return views;
    }

    // Of tensors that are read once and are no outputs.
    private static Dictionary<Tensor, Tensor> OnlyReaders(IReadOnlyList<Tensor> order, IReadOnlyList<Tensor> needed)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(needed);
        return order.SelectMany(reader => reader.Inputs.Where(input => uses[input] == 1).Select(input => (input, reader))).ToDictionary(pair => pair.input, pair => pair.reader, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);
    }

    // Whether the tensor needs no kernel, since all who read it can do without.
    private bool IsView(Tensor tensor)
    {
        if (!_readThroughStrides.Contains(tensor)) return false;
        StridedView whole = ViewOf(tensor.Inputs[0]);
        StridedView? view = tensor.Operator switch
        {
            Reshape op => whole.Reshaped(op.Shape),
            Transpose op => whole.Transposed(op.Axes),
            Slice op => whole.Sliced(op.Axis, op.Start, op.Length),
            _ => null,
        };
        if (view is not null) _views.Add(tensor, view);
        return view is not null;
    }

    private StridedView ViewOf(Tensor tensor) => _views.TryGetValue(tensor, out StridedView? view) ? view : StridedView.Of(Plain(tensor));

    // An operand of a strided product.
    private StridedMatrices Matrices(Tensor tensor, Shape outer, bool transposed)
    {
        StridedMatrices matrices = ViewOf(tensor).Matrices(outer) ?? StridedView.Of(Unbroken(Plain(tensor))).Matrices(outer)!;
        return transposed ? matrices.Transposed : matrices;
    }

    // Where the result of a strided product goes: to the tensor that it is only rearranged into, if the kernel can write it there, or to a value of its own.
    private StridedMatrices Result(Tensor tensor, Shape outer, bool mayBeTransposed)
    {
        var chain = new List<Tensor>();
        if (Place(tensor, chain)?.Matrices(outer) is { } place && chain.Count > 0 && (place.ColumnStep == 1 || mayBeTransposed))
        {
            foreach (Tensor part in chain) _inPlace.Add(part);
            Tensor whole = _onlyReaders[chain[^1]];
            if (whole.Operator is not Concat) _inPlace.Add(whole);
            _values.TryAdd(whole, place.Value);
            return place;
        }
        return StridedView.Of(new Value(tensor.Shape, Layout.Plain)).Matrices(outer)!;
    }

    // The place of a tensor in the one at the end of a chain of tensors that are each read by the next alone, which are appended. A concatenation, of which others may be copied to their places, ends it.
    private StridedView? Place(Tensor tensor, List<Tensor> chain)
    {
        if (tensor.Operator is Concat || !_onlyReaders.TryGetValue(tensor, out Tensor? reader) || _readThroughStrides.Contains(reader) || reader.Operator is not (Reshape or Transpose or Concat))
            return StridedView.Of(_values.GetValueOrDefault(tensor) ?? new Value(tensor.Shape, Layout.Plain));
        chain.Add(tensor);
        StridedView? whole = Place(reader, chain);
        return reader.Operator switch
        {
            Reshape => whole?.Reshaped(tensor.Shape),
            Transpose op => whole?.Transposed([.. Enumerable.Range(0, op.Axes.Length).Select(axis => op.Axes.IndexOf(axis))]),
            Concat op => whole?.Sliced(op.Axis, reader.Inputs.TakeWhile(part => !ReferenceEquals(part, tensor)).Sum(part => part.Shape[op.Axis]), tensor.Shape[op.Axis]),
            _ => null,
        };
    }

    // The elements of a view in memory of their own, for others who read it.
    private Value Copied(Tensor tensor, StridedView view)
    {
        StridedView.Factor[] factors = [.. view.Axes.SelectMany(axis => axis)];
        var strides = new long[factors.Length];
        for (int i = factors.Length - 1, stride = 1; i >= 0; stride *= factors[i--].Extent) strides[i] = stride;
        return Copy(view.Value, view.Offset, [.. factors.Select(factor => factor.Stride)], new Value(tensor.Shape, Layout.Plain), 0, strides, [.. factors.Select(factor => factor.Extent)]);
    }
}
