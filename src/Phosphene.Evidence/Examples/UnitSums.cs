using System.Runtime.InteropServices;

namespace Phosphene.Evidence.Examples;

/// <summary>What a unit gives over all images together.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UnitSums
{
    /// <summary>How many images gave numbers.</summary>
    public long Images;

    /// <summary>On how many of them the unit is above 0 somewhere.</summary>
    public long Active;

    /// <summary>On how many it is above 0 everywhere.</summary>
    public long Everywhere;

    /// <summary>The sum of the means, of the maxima, and of the squares of the maxima.</summary>
    public double Means, Maxima, Squares;

    /// <summary>The largest maximum and the smallest minimum.</summary>
    public float Highest, Lowest;

    /// <summary>Adds an image.</summary>
    public void Add(float maximum, float minimum, float mean)
    {
        (Highest, Lowest) = Images == 0 ? (maximum, minimum) : (MathF.Max(Highest, maximum), MathF.Min(Lowest, minimum));
        Images++;
        if (maximum > 0) Active++;
        if (minimum > 0) Everywhere++;
        Means += mean;
        Maxima += maximum;
        Squares += (double)maximum * maximum;
    }
}
