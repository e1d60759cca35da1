using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Saves passes over memory on the way back. A sum of gradients in one tensor becomes a chain of convolution gradients, each adding the one
/// before in its epilogue, and those of 1×1 convolutions become one; the mask of the ReLU that made the tensor goes into the last, or into the pooling or
/// normalization whose gradient it masks; and the gradient of a 1×1 convolution adds what is added to it after its mask. Where a concatenation of ReLUs is taken apart again, its
/// parts' masks are one mask of the whole.
/// </summary>
internal static class GradientFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs) => FuseAddends(FuseMasks(FuseSums(JoinMasks(outputs))));

    // ReluGradient(part, Slice(g)) = Slice(ReluGradient(concatenation, g)), if the part stands in the concatenation where the slice is cut.
    private static IReadOnlyList<Tensor> JoinMasks(IReadOnlyList<Tensor> outputs)
    {
        var places = new Dictionary<Tensor, (Tensor Concat, int Start)>(ReferenceEqualityComparer.Instance);
        foreach (Tensor concat in Tensor.InOrder(outputs))
        {
            if (concat.Operator is not Concat { Axis: 1 } || concat.Shape.Rank != 4) continue;
            int start = 0;
            foreach (Tensor part in concat.Inputs)
            {
                places.TryAdd(part, (concat, start));
                start += part.Shape.Channels;
            }
        }
        var map = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);   // old to new, for the concatenations
        var joined = new Dictionary<(Tensor, Tensor), Tensor>();
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            if (tensor.Operator is Concat) map[tensor] = tensor = new Tensor(tensor.Operator, inputs) { Name = tensor.Name };
            if (tensor.Operator is Concat) return tensor;
            if (tensor.Operator is not ReluGradient || inputs[1].Operator is not Slice { Axis: 1, Step: 1 } slice) return null;
            Tensor gradient = inputs[1].Inputs[0];
            if (!places.TryGetValue(tensor.Inputs[0], out var place) || place.Start != slice.Start || place.Concat.Shape != gradient.Shape) return null;
            if (slice.Length != tensor.Shape.Channels || !map.TryGetValue(place.Concat, out Tensor? concat)) return null;
            if (!joined.TryGetValue((concat, gradient), out Tensor? mask))
                joined.Add((concat, gradient), mask = new Tensor(new ReluGradient(), concat, gradient));
            return new Tensor(slice, mask);
        });
    }

    private static IReadOnlyList<Tensor> FuseSums(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        // The inner nodes of a tree of sums are taken apart by its root.
        HashSet<Tensor> inner = new(Tensor.InOrder(outputs).Where(tensor => tensor.Operator is Add && IsSum(tensor)).SelectMany(tensor => tensor.Inputs)
            .Where(input => input.Operator is Add && IsSum(input) && uses[input] == 1), ReferenceEqualityComparer.Instance);
        var map = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            for (int i = 0; i < inputs.Length; i++) map[tensor.Inputs[i]] = inputs[i];
            if (tensor.Operator is not Add || !IsSum(tensor) || inner.Contains(tensor)) return null;
            List<Tensor> terms = Terms(tensor);
            List<Tensor> gradients = [.. terms.Where(IsFusable)];
            if (gradients.Count == 0) return null;
            Tensor? sum = terms.Where(term => !IsFusable(term)).Select(term => map[term]).Aggregate((Tensor?)null, (a, b) => a is null ? b : a + b);
            foreach (Tensor gradient in gradients.Where(gradient => !IsPointwise(gradient))) sum = Added(sum, map[gradient]);
            List<Tensor> pointwise = [.. gradients.Where(IsPointwise).Select(gradient => map[gradient])];
            if (pointwise.Count > 0) sum = Added(sum, [.. pointwise]);
            return sum;
        });

        static bool IsPointwise(Tensor gradient) => gradient.Operator is Conv2DInputGradient { IsPointwise: true };
        static Tensor Added(Tensor? sum, params Tensor[] gradients)
        {
            if (sum is null && gradients.Length == 1) return gradients[0];
            var fused = new FusedInputGradient((Conv2DInputGradient)gradients[0].Operator, gradients.Length, Adds: sum is not null, Mask: null);
            IEnumerable<Tensor> addend = sum is null ? [] : [sum];
            return new Tensor(fused, [.. gradients.SelectMany(gradient => gradient.Inputs), .. addend]);
        }
        static bool IsSum(Tensor tensor) => tensor.Inputs.All(input => input.Shape == tensor.Shape) && tensor.Shape.Rank == 4;
        bool IsFusable(Tensor term) => uses[term] == 1 && term.Operator is Conv2DInputGradient gradient && HasEpilogue(gradient);
        List<Tensor> Terms(Tensor root)
        {
            var terms = new List<Tensor>();
            var open = new Stack<Tensor>([root]);
            while (open.TryPop(out Tensor? next))
            {
                if (ReferenceEquals(next, root) || inner.Contains(next))
                    foreach (Tensor input in next.Inputs.Reverse()) open.Push(input);
                else terms.Add(next);
            }
            return terms;
        }
    }

    // The kernel for the gradient in an image has none.
    private static bool HasEpilogue(Conv2DInputGradient gradient) => gradient.Groups > 1 || gradient.InputShape.Channels > ImageGradient.MostOutputs;

    private static IReadOnlyList<Tensor> FuseMasks(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            if (Mask.Of(tensor) is not { } mask || uses[tensor.Inputs[1]] != 1 || inputs[0].Shape != inputs[1].Shape) return null;
            if (inputs[1].Operator is MaxPool2DGradient or AveragePool2DGradient or Upsample2DGradient or LrnGradient) return new Tensor(new MaskedGradient(inputs[1].Operator, mask), [.. inputs[1].Inputs, inputs[0]]);
            FusedInputGradient? gradient = inputs[1].Operator switch
            {
                Conv2DInputGradient plain when HasEpilogue(plain) => new FusedInputGradient(plain, 1, Adds: false, mask),
                FusedInputGradient { Mask: null } fused => fused with { Mask = mask },
                _ => null,
            };
            return gradient is null ? null : new Tensor(gradient, [.. inputs[1].Inputs, inputs[0]]);
        });
    }

    private static IReadOnlyList<Tensor> FuseAddends(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator is not Add || inputs[0].Shape != inputs[1].Shape ? null : Added(tensor, inputs, 0) ?? Added(tensor, inputs, 1));

        Tensor? Added(Tensor tensor, Tensor[] inputs, int gradient) =>
            uses[tensor.Inputs[gradient]] == 1 && inputs[gradient].Operator is FusedInputGradient { IsPointwise: true, Mask: not null, AddsLast: false } fused
                ? new Tensor(fused with { AddsLast = true }, [.. inputs[gradient].Inputs, inputs[1 - gradient]]) { Name = tensor.Name } : null;
    }
}
