using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Elementary functions of one number.</summary>
internal static class Elementaries
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Exp",        1, 1, node => node.Tensor(0).Exp()),
        OnnxOperator.Of("Log",        1, 1, node => node.Tensor(0).Log()),
        OnnxOperator.Of("Sqrt",       1, 1, node => node.Tensor(0).Sqrt()),
        OnnxOperator.Of("Abs",        1, 1, node => node.Tensor(0).Abs()),
        OnnxOperator.Of("Neg",        1, 1, node => -node.Tensor(0)),
        OnnxOperator.Of("Sign",       9, 1, node => node.Tensor(0).Sign()),
        OnnxOperator.Of("Reciprocal", 1, 1, node => 1f / node.Tensor(0)),
        OnnxOperator.Of("Erf",        9, 1, node => node.Tensor(0).Erf()),
        OnnxOperator.Of("Floor",      1, 1, node => node.Tensor(0).Floor()),
        OnnxOperator.Of("Ceil",       1, 1, node => -(-node.Tensor(0)).Floor()),
        OnnxOperator.Of("Round",     11, 1, node => node.Tensor(0).Round()),
        OnnxOperator.Of("Sin",        7, 1, node => node.Tensor(0).Sin()),
        OnnxOperator.Of("Cos",        7, 1, node => node.Tensor(0).Cos()),
        OnnxOperator.Of("Tan",        7, 1, node => node.Tensor(0).Sin() / node.Tensor(0).Cos()),
        OnnxOperator.Of("Asin",       7, 1, node => Asin(node.Tensor(0))),
        OnnxOperator.Of("Acos",       7, 1, node => MathF.PI / 2 - Asin(node.Tensor(0))),
        OnnxOperator.Of("Atan",       7, 1, node => node.Tensor(0).Atan()),
        OnnxOperator.Of("Sinh",       9, 1, node => 0.5f * (node.Tensor(0).Exp() - (-node.Tensor(0)).Exp())),
        OnnxOperator.Of("Cosh",       9, 1, node => 0.5f * (node.Tensor(0).Exp() + (-node.Tensor(0)).Exp())),
        OnnxOperator.Of("Asinh",      9, 1, node => Asinh(node.Tensor(0))),
        OnnxOperator.Of("Acosh",      9, 1, node => node.Tensor(0) is var x ? (x + (x * x - 1f).Sqrt()).Log() : null!),
        OnnxOperator.Of("Atanh",      9, 1, node => node.Tensor(0) is var x ? 0.5f * ((1f + x) / (1f - x)).Log() : null!),
        OnnxOperator.Of("Pow",        1, 2, Pow),
    ];

    private static Tensor Asin(Tensor x) => (x / (1f - x * x).Sqrt()).Atan();

    // By its odd symmetry, so that nothing cancels where x is negative.
    private static Tensor Asinh(Tensor x) => x.Sign() * (x.Abs() + (x * x + 1f).Sqrt()).Log();

    // Powers of one known exponent have a kernel of their own.
    private static Tensor Pow(ImportNode node)
    {
        Tensor x = node.Tensor(0), exponents = Arithmetic.Second(node, x);
        bool one = exponents.Shape.Count == 1 && exponents.Shape.Rank <= x.Shape.Rank;
        Tensor y = one && node.Scalar(1) is { } exponent && MathF.Abs(exponent) <= 16 ? x.Pow(exponent) : x.Pow(exponents);
        return node.TypeOf(0).IsReal() ? y : y.Round();
    }
}
