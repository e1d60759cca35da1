using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>The graph of a model as the file states it. Inputs include initializers where the file lists them (IR version 3).</summary>
public sealed record OnnxGraph(
    string Name,
    ImmutableArray<OnnxNode> Nodes,
    ImmutableArray<OnnxTensor> Initializers,
    ImmutableArray<OnnxValue> Inputs,
    ImmutableArray<OnnxValue> Outputs);

/// <summary>One operator application. An empty input or output name stands for an optional one that is absent.</summary>
public sealed record OnnxNode(
    string Operator,
    string Domain,
    string Name,
    ImmutableArray<string> Inputs,
    ImmutableArray<string> Outputs,
    ImmutableArray<OnnxAttribute> Attributes)
{
    /// <summary>Which of several functions of the same name a call means; empty for operators. Gone once functions are inlined.</summary>
    internal string Overload { get; init; } = "";

    /// <summary>The node's name, or that of its first output where it has none.</summary>
    public string DisplayName => Name.Length > 0 ? Name : Outputs.FirstOrDefault(output => output.Length > 0, "");

    /// <summary>For example "Conv 'conv1'".</summary>
    public override string ToString() => $"{Printable.Escape(Operator)} {Printable.Quote(DisplayName)}";
}

/// <summary>An input or output of the graph as declared; Dimensions is null where the file states no shape.</summary>
public sealed record OnnxValue(string Name, OnnxDataType ElementType, ImmutableArray<OnnxDimension>? Dimensions)
{
    /// <summary>The declared shape if every extent is a number, else null.</summary>
    public Shape? Shape
    {
        get
        {
            if (Dimensions is not { } dimensions || dimensions.Any(dimension => dimension.Extent is null)) return null;
            try
            {
                return new Shape([.. dimensions.Select(dimension => dimension.Extent!.Value)]);
            }
            catch (ArgumentException)
            {
                return null;   // more elements than a tensor can have: no shape that could be used
            }
        }
    }

    /// <summary>For example "'data' [N, 3, 224, 224]".</summary>
    public override string ToString() => $"{Printable.Quote(Name)} {(Dimensions is { } d ? $"[{string.Join(", ", d)}]" : "(no shape)")}";
}

/// <summary>A declared extent: a number, or a symbol, or neither where the file leaves it open.</summary>
public readonly record struct OnnxDimension(int? Extent, string? Symbol)
{
    /// <summary>The number, the symbol, or "?".</summary>
    public override string ToString() => Extent?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? (Symbol is null ? "?" : Printable.Escape(Symbol));
}
