using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>What an ONNX value became: a tensor to compute, integers known now (shapes, axes, indices), or nothing that this runtime has.</summary>
internal abstract record ImportedValue;

/// <summary>Real numbers, computed by the plan.</summary>
internal sealed record TensorValue(Tensor Tensor) : ImportedValue;

/// <summary>Integers or truth values, known at import; row-major.</summary>
internal sealed record IntegerValue(Shape Shape, ImmutableArray<long> Values) : ImportedValue
{
    public static IntegerValue Scalar(long value) => new(Shape.Scalar, [value]);

    public static IntegerValue Vector(ImmutableArray<long> values) => new(new Shape(values.Length), values);
}

/// <summary>A value that cannot be had. The reason completes a sentence: "... needs 'x', {reason}".</summary>
internal sealed record MissingValue(string Reason) : ImportedValue;
