namespace Phosphene.Studio.Live;

/// <summary>What was measured in a step.</summary>
/// <param name="Step">The steps done after it.</param>
/// <param name="Value">The objective; null if it was no number.</param>
/// <param name="Terms">What it is the sum of, penalties too, in the order of their names at that time.</param>
internal sealed record TracePoint(int Step, float? Value, IReadOnlyList<float?> Terms);

/// <summary>The course of an ascent: points of all its steps, or of every so many, so that there are never more than <see cref="MostPoints"/>.</summary>
internal sealed class Trace
{
    public const int MostPoints = 500;

    private readonly List<TracePoint> _points = [];

    /// <summary>It has the points of the steps that are multiples of this, a power of two.</summary>
    public int Every { get; private set; } = 1;

    /// <summary>The points, in order.</summary>
    public IReadOnlyList<TracePoint> Points => _points;

    /// <summary>The last one; null if there is none.</summary>
    public TracePoint? Last => _points.Count > 0 ? _points[^1] : null;

    /// <summary>Takes up the course that another one had.</summary>
    public void TakeUp(IReadOnlyList<TracePoint> points, int every)
    {
        _points.AddRange(points);
        Every = Math.Max(1, every);
    }

    public void Add(TracePoint point)
    {
        if (point.Step % Every != 0) return;
        if (_points.Count == MostPoints)
        {
            Every *= 2;
            _points.RemoveAll(kept => kept.Step % Every != 0);
            if (point.Step % Every != 0) return;
        }
        _points.Add(point);
    }

    /// <summary>Forgets what comes after a step; at the beginning the thinning too.</summary>
    public void ReturnTo(int step)
    {
        _points.RemoveAll(point => point.Step > step);
        if (step == 0) Every = 1;
    }
}
