using Phosphene.Runtime.Graphs;

namespace Phosphene.Visualization;

/// <summary>
/// The gradient of ReLU for dead starts: where a ReLU lets no gradient of an image through at all, it lets through what pushes its negative
/// inputs up. Clips (ReLU6) likewise let through what pushes their inputs back inside.
/// <code>
/// masked     = dy where y > 0, else 0
/// redirected = dy where y > 0 or dy > 0, else 0
/// dx         = masked if it has any element other than 0 for the image, else redirected
/// </code>
/// Source: Lucid, misc/redirected_relu_grad.py.
/// </summary>
public sealed class RedirectedRelu
{
    private readonly int _batch;
    private readonly bool _onlyWatches;
    private readonly List<Tensor> _dead = [];

    /// <summary>The rules, to be passed to <see cref="Gradients.Of"/>.</summary>
    public IReadOnlyDictionary<Type, Gradients.Rule> Rules { get; }

    /// <summary>
    /// Fresh rules: one object for one gradient. They hold for activations [N, C, ...] of a batch of N images; anything else, such as a hinge in an
    /// objective, keeps the ordinary gradient.
    /// </summary>
    public RedirectedRelu(int batch) : this(batch, onlyWatches: false)
    {
    }

    private RedirectedRelu(int batch, bool onlyWatches)
    {
        (_batch, _onlyWatches) = (batch, onlyWatches);
        Rules = new Dictionary<Type, Gradients.Rule>
        {
            [typeof(Relu)] = (y, dy) => [Redirect(dy, y.GreaterThan(0), Tensor.Constant(1))],
            [typeof(Clip)] = (y, dy) => (Clip)y.Operator is var clip
                ? [Redirect(dy, y.GreaterThan(clip.Low), Tensor.Constant(clip.High).GreaterThan(y))]
                : [],
        };
    }

    /// <summary>
    /// Rules that only watch: the gradient is the ordinary one, and <see cref="Count"/> is where it would be redirected. Of images where that is nowhere, the gradient is the redirected one as well, in less time.
    /// </summary>
    internal static RedirectedRelu Watching(int batch) => new(batch, onlyWatches: true);

    /// <summary>For each image, at how many ReLUs the gradient was redirected: [N]. Built after the gradient.</summary>
    public Tensor Count() => _dead.Count == 0 ? Tensor.Constant(new Shape(_batch), new float[_batch]) : _dead.Aggregate((a, b) => a + b);

    // above: 1 where the input is above the lower limit; below: 1 where it is below the upper one.
    private Tensor Redirect(Tensor dy, Tensor above, Tensor below)
    {
        Tensor inside = above * below, masked = dy.KeepWhere(inside);
        if (dy.Shape.Rank < 2 || dy.Shape.Batch != _batch) return masked;
        if (_onlyWatches)
        {
            _dead.Add((Any(dy) * (1f - Any(masked))).Reshape(new Shape(_batch)));
            return masked;
        }
        Tensor pushesUp = (1f - above) * dy.GreaterThan(0), pushesDown = (1f - below) * (-dy).GreaterThan(0);
        Tensor redirected = dy.KeepWhere(inside + pushesUp + pushesDown);
        Tensor alive = Any(masked);
        _dead.Add((Any(dy) * (1f - alive)).Reshape(new Shape(_batch)));
        return Tensor.Where(alive, masked, redirected);
    }

    // 1 for each image that has an element other than 0, else 0: [N, 1, ...].
    private static Tensor Any(Tensor x)
    {
        // A sum of sizes is 0 only where all are; that over pixels is fast, and leaves little for the maximum. What is no number is something.
        Tensor sizes = x.Shape.Rank == 4 ? x.Abs().SumOver(2, 3) : x.Abs();
        return 1f - sizes.MaxOver([.. Enumerable.Range(1, x.Shape.Rank - 1)]).EqualTo(0);
    }
}
