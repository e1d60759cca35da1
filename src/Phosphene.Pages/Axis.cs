namespace Phosphene.Pages;

/// <summary>An axis from <see cref="Low"/> to <see cref="High"/> with a handful of labelled places.</summary>
internal sealed class Axis
{
    private const double Steps = 5;        // about as many as fit at a glance, and on a phone

    private readonly bool _logarithmic;

    private Axis(double low, double high, bool logarithmic, IEnumerable<(double Value, string Label)> ticks)
    {
        (Low, High, _logarithmic) = (low, high, logarithmic);
        Ticks = [.. ticks];
    }

    public double Low { get; }

    public double High { get; }

    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>Where a value lies, 0 at the low end and 1 at the high; the middle if the ends meet.</summary>
    public double Place(double value)
    {
        if (Low == High) return 0.5;
        if (_logarithmic) return (Math.Log10(value) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low));
        return (value / 2 - Low / 2) / (High / 2 - Low / 2);        // halves, because the whole of two large numbers may overflow
    }

    /// <summary>An axis whose ends are round numbers, or zero if that is near.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value, not below <paramref name="low"/>.</param>
    public static Axis Round(double low, double high)
    {
        if (low == high) (low, high) = low == 0 ? (0, 1) : (low - Math.Abs(low) / 2, high + Math.Abs(high) / 2);
        else if (low > 0 && low < high / 3) low = 0;
        else if (high < 0 && high > low / 3) high = 0;
        (low, high) = (Finite(low), Finite(high));
        double step = Step(low, high);
        (low, high) = (Finite(Math.Floor(low / step) * step), Finite(Math.Ceiling(high / step) * step));
        return new Axis(low, high, logarithmic: false, Multiples(low, high, step));
    }

    /// <summary>An axis that ends exactly where it is said to, with round numbers between, at least so far apart.</summary>
    public static Axis Exact(double low, double high, double leastStep)
    {
        if (low == high) return new Axis(low, high, logarithmic: false, [(low, NumberText.Of(low))]);
        double step = Math.Max(leastStep, Step(low, high));
        (double Value, string Label)[] ticks = [.. Multiples(low, high, step)];
        // Where the first round number lies far inside, the low end has a label of its own.
        bool far = ticks.Length > 0 && ticks[0].Value - low > step / 2;
        return new Axis(low, high, logarithmic: false, far ? [(low, NumberText.Of(low)), .. ticks] : ticks);
    }

    /// <summary>A logarithmic axis that ends at 1, 2 or 5 times a power of ten, or at powers of ten if there are many.</summary>
    /// <param name="low">The least value, above zero.</param>
    /// <param name="high">The greatest value, not below <paramref name="low"/>.</param>
    public static Axis Logarithmic(double low, double high)
    {
        if (low == high) (low, high) = (low / 2, high * 2);
        foreach (double[] digits in (double[][])[[1, 2, 5], [1, 3], [1]])
        {
            double[] ticks = Between(low, high, digits, everyDecades: 1);
            if (ticks.Length <= Steps + 2) return OfTicks(ticks);
        }
        int decades = (int)Math.Ceiling((Math.Log10(high) - Math.Log10(low)) / Steps);
        return OfTicks(Between(low, high, [1], decades));

        static Axis OfTicks(double[] ticks) =>
            new(ticks[0], ticks[^1], logarithmic: true, ticks.Select(value => (value, NumberText.Of(value))));
    }

    /// <summary>A digit times a power of ten, from the last that is not above low to the first that is not below high.</summary>
    private static double[] Between(double low, double high, double[] digits, int everyDecades)
    {
        int first = (int)Math.Floor(Math.Log10(low)), last = (int)Math.Ceiling(Math.Log10(high));
        first = Math.Max(-323, (int)Math.Floor(first / (double)everyDecades) * everyDecades);
        List<double> all = [];
        for (int power = first; power < last + everyDecades; power += everyDecades)
            all.AddRange(digits.Select(digit => Finite(digit * Math.Pow(10, power))));
        double from = all.FindLast(value => value <= low), to = all.Find(value => value >= high);
        if (to == 0) to = double.MaxValue;
        return [.. all.Where(value => value >= from && value <= to)];
    }

    private static double Step(double low, double high)
    {
        double rough = Math.Max(high / Steps - low / Steps, 1e-300), power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 5.0001 => 5, _ => 10 } * power;
    }

    private static IEnumerable<(double Value, string Label)> Multiples(double low, double high, double step)
    {
        double first = Math.Ceiling(low / step - 1e-9);
        for (int i = 0; i <= 2 * Steps; i++)
        {
            double value = (first + i) * step;
            if (!(value <= high + step * 1e-9) || !double.IsFinite(value)) yield break;
            yield return (value, NumberText.Tick(value, step));
        }
    }

    private static double Finite(double value) => Math.Clamp(value, double.MinValue, double.MaxValue);
}
