using System.Numerics;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;

namespace Phosphene.Runtime.Training;

/// <summary>
/// The passes over all parameters that follow a plan's run, shared by the threads: a sum of squares of the gradients, and Adam's move. An item is a run
/// of neighbouring values, whose length does not depend on the number of threads.
/// </summary>
internal sealed class ParameterUpdate
{
    private const int Together = 1 << 14;

    private readonly Piece[] _pieces;
    private readonly Norm _norm;
    private readonly Move _move;

    private readonly record struct Piece(TrainedParameter Of, int Start, int Length);

    public ParameterUpdate(Plan plan, IEnumerable<TrainedParameter> parameters, AdamUpdate adam)
    {
        _pieces = [.. parameters.SelectMany(parameter => Enumerable.Range(0, (parameter.Means.Length + Together - 1) / Together)
            .Select(i => new Piece(parameter, i * Together, Math.Min(Together, parameter.Means.Length - i * Together))))];
        _norm = new Norm(plan, _pieces);
        _move = new Move(plan, _pieces, adam);
    }

    /// <summary>Σg² over all parameters, in double precision: finite unless a gradient is not.</summary>
    public double SumOfSquares(Backend backend)
    {
        backend.Run(_norm);
        return _norm.Sums.Sum();
    }

    /// <summary>Moves all values against their gradients; steps count from 1.</summary>
    public void Descend(Backend backend, long step, float rate)
    {
        (_move.Step, _move.Rate) = (step, rate);
        backend.Run(_move);
    }

    private sealed class Norm(Plan plan, Piece[] pieces) : Kernel
    {
        public double[] Sums { get; } = new double[pieces.Length];

        public override int Items(int stage) => pieces.Length;

        public override void Run<TLane>(int stage, int item)
        {
            Piece piece = pieces[item];
            ReadOnlySpan<float> gradient = plan.Output(piece.Of.Gradient).Slice(piece.Start, piece.Length);
            Vector<double> lower = default, upper = default;
            int i = 0;
            for (; i <= gradient.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(gradient[i..]), out Vector<double> a, out Vector<double> b);
                lower += a * a;
                upper += b * b;
            }
            double sum = Vector.Sum(lower + upper);
            for (; i < gradient.Length; i++) sum += (double)gradient[i] * gradient[i];
            Sums[item] = sum;
        }
    }

    private sealed class Move(Plan plan, Piece[] pieces, AdamUpdate adam) : Kernel
    {
        public long Step { get; set; }

        public float Rate { get; set; }

        public override int Items(int stage) => pieces.Length;

        public override void Run<TLane>(int stage, int item)
        {
            Piece piece = pieces[item];
            TrainedParameter of = piece.Of;
            Span<float> values = of.Parameter.Values.AsSpan(piece.Start, piece.Length);
            values.CopyTo(of.Before.AsSpan(piece.Start));
            adam.Move(Step, -Rate, values, plan.Output(of.Gradient).Slice(piece.Start, piece.Length), of.Means.AsSpan(piece.Start, piece.Length), of.Squares.AsSpan(piece.Start, piece.Length));
        }
    }
}
