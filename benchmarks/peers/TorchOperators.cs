using System.Collections.Immutable;
using Phosphene.Runtime.Onnx;
using TorchSharp;
using static TorchSharp.torch.nn.functional;
using Torch = TorchSharp.torch.Tensor;

namespace Phosphene.Peers;

/// <summary>ONNX's operators in libtorch, each by the function that PyTorch's own layer calls: those of the networks that are compared, as set 13 and later have them.</summary>
internal static class TorchOperators
{
    private delegate Torch Function(OnnxNode node, Torch?[] x);

    private static readonly Dictionary<string, Function> Functions = new()
    {
        ["Conv"] = (node, x) => conv2d(x[0]!, x[1]!, x.ElementAtOrDefault(2), node.Pair("strides", 1), node.Pads(), node.Pair("dilations", 1), node.Integer("group", 1)),
        ["MaxPool"] = (node, x) => max_pool2d(x[0]!, node.Pair("kernel_shape", 1), node.Pair("strides", 1), node.Pads(), node.Pair("dilations", 1), node.Integer("ceil_mode", 0) != 0),
        ["AveragePool"] = (node, x) => avg_pool2d(x[0]!, node.Pair("kernel_shape", 1), node.Pair("strides", 1), node.Pads(), node.Integer("ceil_mode", 0) != 0, node.Integer("count_include_pad", 0) != 0),
        ["GlobalAveragePool"] = (_, x) => adaptive_avg_pool2d(x[0]!, 1),
        ["LRN"] = (node, x) => local_response_norm(x[0]!, node.Integer("size", 1), node.Float("alpha", 1e-4f), node.Float("beta", 0.75f), node.Float("bias", 1)),
        ["BatchNormalization"] = (node, x) => batch_norm(x[0]!, x[3]!, x[4]!, x[1], x[2], eps: node.Float("epsilon", 1e-5f)),
        ["LayerNormalization"] = (node, x) => layer_norm(x[0]!, x[1]!.shape, x[1], x.ElementAtOrDefault(2), node.Float("epsilon", 1e-5f)),
        ["Gemm"] = (node, x) => linear(Turned(x[0]!, node.Integer("transA", 0) != 0), Turned(x[1]!, node.Integer("transB", 0) == 0), x.ElementAtOrDefault(2)),
        ["MatMul"] = (_, x) => x[0]!.matmul(x[1]!),

        ["Relu"] = (_, x) => x[0]!.relu(),
        ["Clip"] = (_, x) => Clip(x[0]!, x[1]!.item<float>(), x[2]!.item<float>()),
        ["Sigmoid"] = (_, x) => x[0]!.sigmoid(),
        ["HardSigmoid"] = (node, x) => (node.Float("alpha", 0.2f) * x[0]! + node.Float("beta", 0.5f)).clamp(0, 1),
        ["HardSwish"] = (_, x) => hardswish(x[0]!),
        ["Gelu"] = (_, x) => x[0]!.gelu(),
        ["Erf"] = (_, x) => x[0]!.erf(),
        ["Sqrt"] = (_, x) => x[0]!.sqrt(),
        ["Softmax"] = (node, x) => x[0]!.softmax(node.Integer("axis", -1)),
        ["Add"] = (_, x) => x[0]! + x[1]!,
        ["Sub"] = (_, x) => x[0]! - x[1]!,
        ["Mul"] = (_, x) => x[0]! * x[1]!,
        ["Div"] = (_, x) => x[0]!.is_integral() ? x[0]!.div(x[1]!, torch.RoundingMode.trunc) : x[0]! / x[1]!,
        ["Pow"] = (_, x) => x[0]!.pow(x[1]!),
        ["Equal"] = (_, x) => x[0]!.eq(x[1]!),
        ["Where"] = (_, x) => torch.where(x[0]!, x[1]!, x[2]!),
        ["ReduceMean"] = (node, x) => x[0]!.mean(node.Integers("axes"), node.Integer("keepdims", 1) != 0),

        ["Identity"] = (_, x) => x[0]!.alias(),
        ["Dropout"] = (_, x) => x[0]!.alias(),
        ["Constant"] = (node, _) => Tensor(node.Tensor()),
        ["ConstantOfShape"] = (node, x) => Tensor(node.Tensor()).expand(Numbers(x[0]!)),
        ["Shape"] = (_, x) => torch.tensor(x[0]!.shape),
        ["Concat"] = (node, x) => torch.cat([.. x.Select(part => part!)], node.Integer("axis", 0)),
        ["Expand"] = (_, x) => torch.broadcast_tensors(x[0]!, torch.empty(Numbers(x[1]!)))[0],
        ["Flatten"] = (node, x) => x[0]!.flatten(node.Integer("axis", 1)),
        ["Gather"] = (node, x) => Gather(x[0]!, x[1]!, (int)node.Integer("axis", 0)),
        ["Pad"] = (_, x) => Padded(x[0]!, Numbers(x[1]!)),
        ["Reshape"] = (_, x) => x[0]!.reshape(Numbers(x[1]!)),
        ["Slice"] = (_, x) => Slice(x[0]!, Numbers(x[1]!), Numbers(x[2]!), Numbers(x[3]!)),
        ["Transpose"] = (node, x) => x[0]!.permute(node.Integers("perm")),
    };

    /// <summary>The first output of a node.</summary>
    /// <exception cref="NotSupportedException">The operator is not in the table.</exception>
    public static Torch Apply(OnnxNode node, Torch?[] x) =>
        Functions.TryGetValue(node.Operator, out Function? function) ? function(node, x)
            : throw new NotSupportedException($"{node} has no translation to libtorch here; {nameof(TorchOperators)} is where to add it.");

    /// <summary>A copy of what the file holds.</summary>
    public static Torch Tensor(OnnxTensor tensor)
    {
        long[] shape = [.. Enumerable.Range(0, tensor.Shape.Rank).Select(axis => (long)tensor.Shape[axis])];
        return tensor.DataType == OnnxDataType.Float32 ? torch.tensor(tensor.ToFloats().ToArray(), shape) : torch.tensor(tensor.ToIntegers(), shape);
    }

    /// <summary>The same [N, C, H, W], with the channels of a pixel side by side in memory if so wished. What has no four axes stays.</summary>
    public static Torch Ordered(Torch x, bool channelsLast) => channelsLast && x.dim() == 4 ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x;

    private static Torch Turned(Torch matrix, bool turn) => turn ? matrix.t() : matrix;

    // ReLU6 is what networks mean with these bounds, and faster.
    private static Torch Clip(Torch x, float low, float high) => (low, high) is (0, 6) ? x.relu6() : x.clamp(low, high);

    // Indices below 0 count from the end.
    private static Torch Gather(Torch x, Torch indices, int axis) =>
        x.index_select(axis, indices.flatten().remainder(x.shape[axis])).reshape([.. x.shape[..axis], .. indices.shape, .. x.shape[(axis + 1)..]]);

    // All numbers before come first, then all after; libtorch has them axis by axis, the last first.
    private static Torch Padded(Torch x, long[] pads) =>
        pads.All(pad => pad == 0) ? x.alias() : pad(x, [.. Enumerable.Range(0, pads.Length / 2).Reverse().SelectMany(axis => new[] { pads[axis], pads[axis + pads.Length / 2] })]);

    private static Torch Slice(Torch x, long[] starts, long[] ends, long[] axes)
    {
        for (int k = 0; k < axes.Length; k++) x = x.slice(axes[k], starts[k], ends[k], 1);
        return x;
    }

    private static long[] Numbers(Torch x) => x.data<long>().ToArray();

    private static T? Attribute<T>(this OnnxNode node, string name) where T : OnnxAttribute => node.Attributes.OfType<T>().FirstOrDefault(attribute => attribute.Name == name);

    private static long Integer(this OnnxNode node, string name, long absent) => node.Attribute<IntegerAttribute>(name)?.Value ?? absent;

    private static float Float(this OnnxNode node, string name, float absent) => node.Attribute<FloatAttribute>(name)?.Value ?? absent;

    private static long[] Integers(this OnnxNode node, string name) => [.. node.Attribute<IntegersAttribute>(name)?.Values ?? []];

    private static OnnxTensor Tensor(this OnnxNode node) =>
        node.Attribute<TensorAttribute>("value")?.Value ?? throw new NotSupportedException($"{node} has no attribute 'value' with a tensor, the only kind of constant read here.");

    // One number for the rows and one for the columns.
    private static long[] Pair(this OnnxNode node, string name, long absent) => node.Integers(name) is { Length: 2 } pair ? pair : [absent, absent];

    // Top, left, bottom, right in the file; libtorch has one number for top and bottom, and one for left and right.
    private static long[] Pads(this OnnxNode node) => node.Integers("pads") switch
    {
        [] when node.Attribute<TextAttribute>("auto_pad") is null or { Value: "NOTSET" } => [0, 0],
        [var top, var left, var bottom, var right] when top == bottom && left == right => [top, left],
        _ => throw new NotSupportedException($"{node} pads in a way that libtorch does not; equal numbers on opposite sides are expected."),
    };
}
