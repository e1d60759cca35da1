using Phosphene.Runtime.Onnx;

namespace Phosphene.Conformance.Tests;

/// <summary>
/// The sets of cases that a release is measured by. A case of the node suite is in a set if all its operators are and its inputs and outputs are
/// float32, int32, int64 or truth values. The core are the operators that two thirds of 748 image models are made of (tiers T0 to T3, counted
/// over what PyTorch exports of torchvision and timm), with their nearest relatives; the wide set adds tier T4, which makes 739 of the 748, and
/// neighbours. The PyTorch set are all cases that PyTorch exported, whatever is in them. Training has no place in any: those cases are left out by name.
/// </summary>
internal static class Sets
{
    private static readonly HashSet<string> CoreOperators = Words(
        // T0
        "Conv Relu MaxPool AveragePool GlobalAveragePool Gemm Flatten Reshape Add Sum Mul Concat Softmax Dropout Identity Constant BatchNormalization LRN Gather Squeeze Unsqueeze " +
        // T1
        "Sigmoid Clip HardSigmoid HardSwish ReduceMean Pad LeakyRelu PRelu Elu Tanh Exp Log Softplus " +
        // T2
        "Shape Slice Transpose Split Div Sub Cast ConstantOfShape Equal Where Expand Range Mod Not And Floor Ceil Tile Min Max " +
        // T3
        "MatMul Erf Pow Sqrt LayerNormalization Abs ReduceSum Neg Reciprocal InstanceNormalization GroupNormalization Gelu " +
        // relatives
        "LogSoftmax ConvTranspose Selu Softsign Mean GlobalMaxPool Sign Greater Less Sin Cos ReduceMax ReduceMin");

    private static readonly HashSet<string> WideOperators =
    [
        .. CoreOperators,
        .. Words(
            // T4
            "Resize Upsample ReduceL2 ReduceProd ScatterND ScatterElements GatherElements GatherND Einsum CumSum EyeLike GreaterOrEqual LessOrEqual Or Xor TopK " +
            // neighbours
            "ReduceL1 ReduceLogSum ReduceLogSumExp ReduceSumSquare ArgMax ArgMin DepthToSpace SpaceToDepth Hardmax ThresholdedRelu Shrink Celu Mish Tan Sinh Cosh " +
            "Asin Acos Atan Asinh Acosh Atanh Round MeanVarianceNormalization LpNormalization LpPool GlobalLpPool Size OneHot Trilu IsNaN IsInf"),
    ];

    private static readonly OnnxDataType[] Common = [OnnxDataType.Float32, OnnxDataType.Int32, OnnxDataType.Int64, OnnxDataType.Boolean];

    public static bool IsCore(ConformanceCase @case) => IsOf(@case, CoreOperators);

    public static bool IsWide(ConformanceCase @case) => IsOf(@case, WideOperators);

    public static bool IsPyTorch(ConformanceCase @case) => @case.Suite.StartsWith("pytorch", StringComparison.Ordinal);

    private static bool IsOf(ConformanceCase @case, HashSet<string> operators) =>
        @case.Suite == "node" && !@case.Name.Contains("training", StringComparison.Ordinal)
        && Outcomes.Of(@case.Name) is var outcome && outcome.Operators.All(operators.Contains) && outcome.Types.All(Common.Contains);

    private static HashSet<string> Words(string words) => [.. words.Split(' ')];
}
