using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>The attributes of a node, by type, with their defaults.</summary>
internal sealed partial class ImportNode
{
    /// <summary>No extent, stride or padding of a model comes near; beyond it sums of them could overflow.</summary>
    public const long LargestExtent = 1 << 20;

    private readonly HashSet<string> _understood = [];

    /// <summary>An integer, or null.</summary>
    public long? Integer(string name) => Find<IntegerAttribute>(name, "an integer")?.Value;

    /// <summary>An integer with a default.</summary>
    public long Integer(string name, long absent) => Integer(name) ?? absent;

    /// <summary>An integer that stands for a truth value.</summary>
    public bool Flag(string name, bool absent = false) => Integer(name) switch
    {
        null => absent,
        0 => false,
        1 => true,
        long other => throw Malformed($"has {name} = {other}, where 0 or 1 is expected"),
    };

    /// <summary>A finite real number, or null.</summary>
    public float? Real(string name)
    {
        float? value = Bound(name);
        return value is null || float.IsFinite(value.Value) ? value : throw Malformed($"has {name} = {value}, which is not a finite number");
    }

    /// <summary>A finite real number with a default.</summary>
    public float Real(string name, float absent) => Real(name) ?? absent;

    /// <summary>A real number that may be infinite, or null.</summary>
    public float? Bound(string name)
    {
        float? value = Find<FloatAttribute>(name, "a float")?.Value;
        return value is null || !float.IsNaN(value.Value) ? value : throw Malformed($"has {name} = NaN, which is not a number");
    }

    /// <summary>A text with a default.</summary>
    public string Text(string name, string absent) => Find<TextAttribute>(name, "a text")?.Value ?? absent;

    /// <summary>Texts, or null.</summary>
    public ImmutableArray<string>? Texts(string name) => Find<TextsAttribute>(name, "a list of texts")?.Values;

    /// <summary>Integers, or null.</summary>
    public ImmutableArray<long>? Integers(string name) => Find<IntegersAttribute>(name, "a list of integers")?.Values;

    /// <summary>Exactly so many integers from 0 (or least) to a million, or null: kernels, strides, dilations, pads.</summary>
    public int[]? Extents(string name, int count, int least)
    {
        if (Integers(name) is not { } values) return null;
        if (values.Length != count || values.Any(value => value < least || value > LargestExtent))
            throw Malformed($"has {name} = {List(values)}, where {count} numbers from {least} to {LargestExtent} are expected");
        return [.. values.Select(value => (int)value)];
    }

    /// <summary>Real numbers, or null.</summary>
    public ImmutableArray<float>? Reals(string name) => Find<FloatsAttribute>(name, "a list of floats")?.Values;

    /// <summary>A tensor, or null.</summary>
    public OnnxTensor? Stored(string name) => Find<TensorAttribute>(name, "a tensor")?.Value;

    /// <summary>An attribute as the input that took its place later; null if the node does not have it.</summary>
    public ImportedValue? Given(string name)
    {
        _understood.Add(name);
        return node.Attributes.FirstOrDefault(attribute => attribute.Name == name) switch
        {
            null => null,
            IntegerAttribute integer => Importing.IntegerValue.Scalar(integer.Value),
            IntegersAttribute integers => Importing.IntegerValue.Vector(integers.Values),
            FloatAttribute real => new TensorValue(Graphs.Tensor.Constant(real.Value)),
            FloatsAttribute reals => new TensorValue(Graphs.Tensor.Constant(new Shape(reals.Values.Length), [.. reals.Values])),
            OnnxAttribute other => throw Malformed($"has the attribute {name} as {other.Kind}, where numbers are expected"),
        };
    }

    /// <summary>Whether the node has one of these attributes, of a kind that nothing here reads.</summary>
    public bool HasOther(params ReadOnlySpan<string> names)
    {
        Accept(names);
        foreach (OnnxAttribute attribute in node.Attributes)
            if (names.Contains(attribute.Name)) return true;
        return false;
    }

    /// <summary>Declares that an attribute has no bearing on inference.</summary>
    public void Accept(params ReadOnlySpan<string> names)
    {
        foreach (string name in names) _understood.Add(name);
    }

    /// <summary>Integers from a file, the first 16 of them, for messages.</summary>
    public static string List(ImmutableArray<long> values) => $"[{string.Join(", ", values.Take(16))}{(values.Length > 16 ? ", ..." : "")}]";

    private T? Find<T>(string name, string expected) where T : OnnxAttribute
    {
        _understood.Add(name);
        OnnxAttribute? found = null;
        foreach (OnnxAttribute attribute in node.Attributes)
        {
            if (attribute.Name != name) continue;
            if (found is not null) throw Malformed($"has the attribute {name} twice");
            found = attribute;
        }
        return found switch
        {
            null => null,
            T attribute => attribute,
            _ => throw Malformed($"has the attribute {name} as {found.Kind}, where {expected} is expected"),
        };
    }

    private void RequireAllUnderstood()
    {
        foreach (OnnxAttribute attribute in node.Attributes)
            if (!_understood.Contains(attribute.Name))
                throw Malformed(
                    $"has the attribute {Printable.Quote(attribute.Name)}, which {Printable.Escape(node.Operator)} of operator set {Opset} does not have");
    }
}
