using System.Diagnostics;

namespace Phosphene.Studio.Live;

/// <summary>How often something happens at present.</summary>
internal sealed class Pace
{
    private const double Memory = 0.9, LongestGap = 1;               // the share of the old mean; seconds after which it begins anew

    private long _last;
    private double _seconds;                                         // the mean between two times

    /// <summary>How often a second; 0 while it is not known.</summary>
    public double PerSecond => _seconds > 0 ? 1 / _seconds : 0;

    /// <summary>The seconds since it happened last.</summary>
    public double Since => _last == 0 ? double.PositiveInfinity : Stopwatch.GetElapsedTime(_last).TotalSeconds;

    /// <summary>It happens.</summary>
    public void Note()
    {
        double since = Since;
        _last = Stopwatch.GetTimestamp();
        if (since <= LongestGap) _seconds = _seconds > 0 ? Memory * _seconds + (1 - Memory) * since : since;
        else if (double.IsFinite(since)) _seconds = since;
    }
}
