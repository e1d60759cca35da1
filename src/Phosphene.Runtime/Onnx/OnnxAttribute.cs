using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx;

#pragma warning disable CA1711 // "Attribute" is ONNX's own word for these; none is a .NET attribute.

/// <summary>A named setting of a node. One of the records below; sub-graphs and other rare kinds are kept by name only.</summary>
public abstract record OnnxAttribute(string Name)
{
    /// <summary>What the value is, in a message: "an integer", "a list of floats".</summary>
    public abstract string Kind { get; }
}

/// <summary>One real number.</summary>
public sealed record FloatAttribute(string Name, float Value) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "a float";
}

/// <summary>One integer.</summary>
public sealed record IntegerAttribute(string Name, long Value) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "an integer";
}

/// <summary>One text.</summary>
public sealed record TextAttribute(string Name, string Value) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "a text";
}

/// <summary>One tensor.</summary>
public sealed record TensorAttribute(string Name, OnnxTensor Value) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "a tensor";
}

/// <summary>Real numbers.</summary>
public sealed record FloatsAttribute(string Name, ImmutableArray<float> Values) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "a list of floats";
}

/// <summary>Integers.</summary>
public sealed record IntegersAttribute(string Name, ImmutableArray<long> Values) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "a list of integers";
}

/// <summary>Texts.</summary>
public sealed record TextsAttribute(string Name, ImmutableArray<string> Values) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => "a list of texts";
}

/// <summary>In the body of a function, the value of one of the function's own attributes. Inlining puts the value in its place.</summary>
public sealed record ReferenceAttribute(string Name, string Target) : OnnxAttribute(Name)
{
    /// <inheritdoc/>
    public override string Kind => $"a reference to the attribute {Printable.Quote(Target)} of a function";
}

/// <summary>A kind of attribute that users have no value of: a sub-graph, a sparse tensor, a type, or several of them.</summary>
public sealed record OtherAttribute(string Name, string Content) : OnnxAttribute(Name)
{
    /// <summary>The attribute as it stands in the file, for a copy; empty if it cannot be copied.</summary>
    internal ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>The sub-graph, if it is one: a branch of If, the body of Loop or Scan.</summary>
    internal OnnxGraph? Graph { get; init; }

    /// <inheritdoc/>
    public override string Kind => Content;
}
