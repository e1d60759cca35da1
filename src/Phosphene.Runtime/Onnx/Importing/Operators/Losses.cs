using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// What classification is trained by: minus the logarithm of the probability of the right class. x is [N, C, ...], the classes [N, ...], and weights, if any,
/// [C]. Source: ONNX operators NegativeLogLikelihoodLoss-22 and SoftmaxCrossEntropyLoss-13.
/// </summary>
internal static class Losses
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("NegativeLogLikelihoodLoss", 12, 2, 3, node => Loss(node, node.Tensor(0))),
        new("SoftmaxCrossEntropyLoss", 12, 2, 3, CrossEntropy),
    ];

    private static ImportedValue[] CrossEntropy(ImportNode node)
    {
        Tensor logarithms = node.Tensor(0).LogSoftmax(1);
        return [new TensorValue(Loss(node, logarithms), node.TypeOf(0)), new TensorValue(logarithms, node.TypeOf(0))];
    }

    // -w[class]·x[class] at each place; their mean is weighted too. Places of the class ignore_index have no weight.
    private static Tensor Loss(ImportNode node, Tensor x)
    {
        Tensor classes = node.Tensor(1);
        if (x.Shape.Rank < 2 || classes.Shape != Shapings.Without(x.Shape, [1])) throw node.Mismatch($"needs [N, C, ...] and classes [N, ...]; got {x.Shape} and {classes.Shape}");
        int count = x.Shape.Channels, rank = x.Shape.Rank;
        Tensor at = classes.Reshape(x.Shape.With(1, 1)), right = at.EqualTo(Tensor.Counting(count, 1, rank));
        if (node.Integer("ignore_index") is { } ignored) right = right.KeepWhere(1f - at.EqualTo(ignored));
        if (node.OptionalTensor(2) is { } weights)
            right *= weights.Shape == new Shape(count) ? weights.Reshape(Shapings.Across(rank, count)) : throw node.Mismatch($"has weights {weights.Shape} for {count} classes");
        Tensor losses = -x.KeepWhere(right) * right;
        return node.Text("reduction", "mean") switch
        {
            "none" => losses.SumOver(1).Reshape(classes.Shape),
            "sum" => losses.Sum(),
            "mean" => losses.Sum() / right.Sum(),
            string other => throw node.Malformed($"has reduction = {Printable.Quote(other)}, where none, sum or mean is expected"),
        };
    }
}
