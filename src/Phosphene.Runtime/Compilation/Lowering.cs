using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Turns tensors, in order, into kernels and values. Which kernel computes an operator stands in the table (Lowering.Table.cs); this part keeps
/// the values, converts layouts where a kernel wants another one, and notes when each storage is used.
/// </summary>
internal sealed partial class Lowering
{
    private readonly Dictionary<Tensor, Value> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(Tensor, Layout), Value> _converted = [];
    private readonly Dictionary<(Tensor, object Form), Value> _packed = [];      // the constants that this plan reads repacked
    private readonly HashSet<Storage> _storages = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Storage, Constant> _constants = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> _done = new(ReferenceEqualityComparer.Instance);
    private readonly Placement _placement;
    private Tensor _current = null!;

    /// <summary>Kernels for all that the given tensors need.</summary>
    public Lowering(Backend backend, IReadOnlyList<Tensor> needed)
    {
        Backend = backend;
        IReadOnlyList<Tensor> order = Tensor.InOrder(needed);
        _placement = new Placement(order);
        (_readThroughStrides, _onlyReaders) = (ReadThroughStrides(order, needed), OnlyReaders(order, needed));
        _winners = PoolingsWithGradient(order);
        _siblings = PointwiseByInput(order);
        _gathered = MapsToGather(order, needed);
        _asked = order.Where(IsLeft).ToDictionary(left => left.Inputs[0], (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);
        _separable = SeparableBlocks(order, needed);
        _inside = new HashSet<Tensor>(_separable.Values.SelectMany(block => block.Inside), ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in order) Lower(tensor);
    }

    public Backend Backend { get; }

    public List<Kernel> Kernels { get; } = [];

    public Dictionary<Tensor, Value> Inputs { get; } = new(ReferenceEqualityComparer.Instance);

    public List<(Parameter, Value)> Parameters { get; } = [];

    public IReadOnlyCollection<Storage> Storages => _storages;

    /// <summary>The results that may take the memory of what their kernel reads.</summary>
    public List<Replacement> Replacements { get; } = [];

    /// <summary>The constants that kernels read, packed or as they are.</summary>
    public IEnumerable<PackedConstant> Constants => _storages.Select(storage => storage.Constant).OfType<PackedConstant>().Distinct();

    private void Lower(Tensor tensor)
    {
        _current = tensor;
        // With a sibling, by those who read it, or what it is made of.
        if (_done.Contains(tensor) || _gathered.Contains(tensor) || _inPlace.Contains(tensor)) return;
        if (_inside.Contains(tensor) || (IsLeft(tensor) && _inside.Contains(tensor.Inputs[0])) || IsView(tensor)) return;
        if (!Table.TryGetValue(tensor.Operator.GetType(), out Rule? rule))
            throw new NotSupportedException($"{tensor} has no kernel.");
        _values[tensor] = _separable.TryGetValue(tensor, out SeparableBlock? block) ? Separable(tensor, block) : rule(this, tensor);
        _done.Add(tensor);
    }

    /// <summary>The value of a tensor in whatever layout it has.</summary>
    public Value Of(Tensor tensor)
    {
        if (!_values.TryGetValue(tensor, out Value? value)) _values.Add(tensor, value = Copied(tensor, _views[tensor]));
        return value;
    }

    /// <summary>The value of a tensor in row-major order, each image one unbroken run.</summary>
    public Value Plain(Tensor tensor) => In(tensor, Layout.Plain);

    /// <summary>The value of a tensor [N, C, H, W] in channel blocks.</summary>
    public Value Blocked(Tensor tensor) => In(tensor, Layout.Blocked);

    /// <summary>The value of a tensor in the given layout, converted if need be.</summary>
    public Value In(Tensor tensor, Layout layout)
    {
        Value value = Of(tensor);
        if (value.Layout == layout) return value;
        if (_converted.TryGetValue((tensor, layout), out Value? converted)) return converted;
        if (tensor.Shape is { Rank: 4, Height: 1, Width: 1 } && tensor.Shape.Channels % Value.Block == 0 && !value.Storage.External)
        {
            // A pixel whose channels fill their blocks lies the same way in both; one in a file perhaps where no float is aligned.
            _converted.Add((tensor, layout), converted = new Value(tensor.Shape, layout, value.Storage, value.Offset, value.ImageStride));
            return converted;
        }
        converted = new Value(tensor.Shape, layout);
        Emit(new Relayout(value, converted), [value], [converted]);
        _converted.Add((tensor, layout), converted);
        return converted;
    }

    /// <summary>
    /// A new value for a tensor. If it is a part of a concatenation, the value lies where the concatenation wants it.
    /// </summary>
    public Value New(Tensor tensor, Layout layout)
    {
        if (layout == Layout.Blocked && _placement.Of(tensor) is var (concat, start))
        {
            if (!_values.TryGetValue(concat, out Value? whole))
                _values.Add(concat, whole = New(concat, Layout.Blocked));
            return whole.ChannelView(start, tensor.Shape.Channels);
        }
        return new Value(tensor.Shape, layout);
    }

    /// <summary>The value that earlier parts of a concatenation were written into, or null.</summary>
    public Value? Started(Tensor concat) => _values.GetValueOrDefault(concat);

    /// <summary>Working memory for one kernel.</summary>
    public static Value Scratch(long floats) => new(new Shape(checked((int)floats)), Layout.Plain);

    /// <summary>
    /// Adds a kernel that reads and writes the given values; operations is what it multiplies and adds, if that is what it is for, and choice says why
    /// it is this kernel where there are others for the operator.
    /// </summary>
    public void Emit(Kernel kernel, ReadOnlySpan<Value> reads, ReadOnlySpan<Value> writes, double operations = 0, string? choice = null)
    {
        kernel.Name = $"{kernel.GetType().Name} {_current.Name ?? _current.Operator.Kind} {_current.Shape}";
        kernel.Operations = operations;
        kernel.Choice = choice;
        kernel.Bytes = sizeof(float) * (double)Floats(reads, writes);
        Kernels.Add(kernel);
        foreach (Value value in reads) Use(value);
        foreach (Value value in writes) Use(value);
    }

    /// <summary>Lets the result of the kernel emitted last, from one source, take the memory of something that its epilogue reads, if that is not needed any more and the kernel can.</summary>
    private void MayReplace(Value result, Value source, EpilogueValues epilogue)
    {
        if (!Kernels[^1].WritesInPlace) return;
        foreach (Value read in epilogue.Values)
            if (read.Storage != source.Storage && Fills(read) && Fills(result) && read.Storage.Floats == result.Storage.Floats && read.Storage.Period == result.Storage.Period)
                Replacements.Add(new Replacement(Kernels.Count - 1, result.Storage, read.Storage));

        static bool Fills(Value value) => value.Offset == 0 && value.Layout == Layout.Blocked && Value.Size(value.Shape, value.Layout) == value.Storage.Floats;
    }

    private static long Floats(ReadOnlySpan<Value> reads, ReadOnlySpan<Value> writes)
    {
        var seen = new HashSet<Value>(ReferenceEqualityComparer.Instance);
        long floats = 0;
        foreach (Value value in reads)
            if (seen.Add(value)) floats += Value.Size(value.Shape, value.Layout);
        foreach (Value value in writes) floats += Value.Size(value.Shape, value.Layout);
        return floats;
    }

    /// <summary>The row-major value of an output, kept until the end of the run.</summary>
    public Value Output(Tensor tensor)
    {
        _current = tensor;
        Value value = Plain(tensor);
        if (value.Storage.External || !value.Contiguous)
        {
            var copy = new Value(tensor.Shape, Layout.Plain);
            Emit(StridedCopy.Between(value, copy), [value], [copy]);
            value = copy;
        }
        Keep(value);
        return value;
    }

    /// <summary>Keeps a value's memory for the whole run: it is set or read from outside.</summary>
    public void Keep(Value value)
    {
        _storages.Add(value.Storage);
        value.Storage.First = -1;
        value.Storage.Last = int.MaxValue;
    }

    private void Use(Value value)
    {
        _storages.Add(value.Storage);
        if (_constants.TryGetValue(value.Storage, out Constant? constant)) Backend.Hold(constant);
        int index = Kernels.Count - 1;
        value.Storage.First = Math.Min(value.Storage.First, index);
        value.Storage.Last = Math.Max(value.Storage.Last, index);
    }
}
