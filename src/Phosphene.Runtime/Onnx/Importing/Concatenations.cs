using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// The concatenations of one binding. One that begins with all the parts of an earlier one, as in each layer of a DenseNet, becomes a concatenation of that one and the rest:
/// values then lie where they are wanted last, and their gradients are added up once instead of once for each later layer.
/// </summary>
internal sealed class Concatenations
{
    private readonly Dictionary<int, Step> _axes = [];

    // What has been joined from the first part to this one, if something was, and the parts that came next.
    private sealed class Step
    {
        public Tensor? Whole { get; set; }

        public Dictionary<Tensor, Step> Next { get; } = new(ReferenceEqualityComparer.Instance);
    }

    /// <summary>The parts side by side along an axis, under a name; one part is itself.</summary>
    public Tensor Of(int axis, Tensor[] parts, string name)
    {
        if (parts.Length == 1) return parts[0];
        if (!_axes.TryGetValue(axis, out Step? step)) _axes.Add(axis, step = new Step());
        (Tensor? longest, int joined) = (null, 0);
        for (int part = 0; part < parts.Length; part++)
        {
            if (step.Whole is not null) (longest, joined) = (step.Whole, part);
            if (!step.Next.TryGetValue(parts[part], out Step? next)) step.Next.Add(parts[part], next = new Step());
            step = next;
        }
        var whole = new Tensor(new Concat(axis) { Joined = Math.Max(1, joined) }, longest is null ? parts : [longest, .. parts[joined..]]) { Name = name };
        step.Whole ??= whole;
        return whole;
    }
}
