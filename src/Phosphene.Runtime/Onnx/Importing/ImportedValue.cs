using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>What an ONNX value became: a tensor to compute, integers known now (shapes, axes, indices), or nothing that this runtime has.</summary>
/// <param name="DataType">The type of the elements in ONNX's terms.</param>
internal abstract record ImportedValue(OnnxDataType DataType);

/// <summary>Numbers computed by the plan, in float32 whatever their type in ONNX: a truth value is 0 or 1, an integer a whole number.</summary>
internal sealed record TensorValue(Tensor Tensor, OnnxDataType DataType = OnnxDataType.Float32) : ImportedValue(DataType);

/// <summary>Integers or truth values, known at import; row-major.</summary>
internal sealed record IntegerValue(Shape Shape, ImmutableArray<long> Values, OnnxDataType DataType = OnnxDataType.Int64) : ImportedValue(DataType)
{
    public static IntegerValue Scalar(long value) => new(Shape.Scalar, [value]);

    public static IntegerValue Vector(ImmutableArray<long> values) => new(new Shape(values.Length), values);

    /// <summary>The same numbers as a constant of the graph.</summary>
    public Tensor ToTensor() => Tensor.Constant(Shape, [.. Values.Select(value => (float)value)]);
}

/// <summary>A value that cannot be had. The reason completes a sentence: "... needs 'x', {reason}".</summary>
internal sealed record MissingValue(string Reason) : ImportedValue(OnnxDataType.Undefined);
