using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The end of a run: parameters take their new values, in place. What copies old values of parameters comes first, so that everything sees the old ones.
/// An item is a run of neighbouring values, whose length does not depend on the number of threads.
/// </summary>
internal sealed class AssignKernel : Kernel
{
    // With what an optimizer remembers of them, these fit into the first-level caches.
    private const int PartLength = 4096;

    private readonly (Move Move, int Start, int Length)[][] _parts;
    private volatile bool _finite;

    public AssignKernel(IEnumerable<Move> copiesOfParameters, IEnumerable<Move> others)
    {
        _parts = [Parts(copiesOfParameters), Parts(others)];
        Name = nameof(AssignKernel);
    }

    private static (Move, int, int)[] Parts(IEnumerable<Move> moves) => [.. moves.SelectMany(move =>
        Enumerable.Range(0, (move.Length + PartLength - 1) / PartLength).Select(i => (move, i * PartLength, Math.Min(PartLength, move.Length - i * PartLength))))];

    /// <summary>Assigns, and returns whether all values are finite.</summary>
    public bool Run(Executor executor)
    {
        _finite = true;
        executor.Run(this);
        return _finite;
    }

    public override int Stages => 2;

    public override int Items(int stage) => _parts[stage].Length;

    public override void Run<TLane>(int stage, int item)
    {
        (Move move, int start, int length) = _parts[stage][item];
        if (!move.Run(start, length)) _finite = false;
    }

    /// <summary>One assignment.</summary>
    internal abstract class Move(int length)
    {
        public int Length { get; } = length;

        /// <summary>Assigns a run of the values; false if one of them is not finite.</summary>
        public abstract bool Run(int start, int length);
    }

    /// <summary>target = another parameter.</summary>
    internal sealed class CopyOfParameter(Parameter target, Parameter source) : Move(target.Shape.Count)
    {
        public override bool Run(int start, int length)
        {
            source.Values.AsSpan(start, length).CopyTo(target.Values.AsSpan(start));
            return true;                                             // it was finite when it was assigned
        }
    }

    /// <summary>target = a computed value, from its element <paramref name="offset"/> on.</summary>
    internal sealed unsafe class Copy(Parameter target, Value source, int offset) : Move(target.Shape.Count)
    {
        public override bool Run(int start, int length)
        {
            var values = new ReadOnlySpan<float>(source.Data + offset + start, length);
            values.CopyTo(target.Values.AsSpan(start));
            return FiniteScan.FirstNonFinite(values) < 0;
        }
    }

    /// <summary>See <see cref="AdamStep"/>.</summary>
    internal sealed unsafe class Adam(AdamStep adam, Parameter x, Parameter means, Parameter squares, Value gradient, Value step, Value rate) : Move(x.Shape.Count)
    {
        public override bool Run(int start, int length) => adam.Move(*step.Data, *rate.Data,
            x.Values.AsSpan(start, length), new ReadOnlySpan<float>(gradient.Data + start, length), means.Values.AsSpan(start, length), squares.Values.AsSpan(start, length));
    }
}
