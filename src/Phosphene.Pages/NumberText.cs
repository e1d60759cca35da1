using System.Globalization;

namespace Phosphene.Pages;

/// <summary>Numbers as a person writes them: 0.25, 12,000, −3, 2×10⁻⁷.</summary>
internal static class NumberText
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>A value, to four significant digits; whole numbers below ten million to the last.</summary>
    public static string Of(double value)
    {
        if (double.IsNaN(value)) return "–";
        if (double.IsInfinity(value)) return value > 0 ? "∞" : "−∞";
        double size = Math.Abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e7)) return Scientific(value);
        int decimals = size == Math.Floor(size) || size >= 1000 ? 0 : 3 - (int)Math.Floor(Math.Log10(size));
        return Fixed(value, decimals);
    }

    /// <summary>A value where there is little room: to three significant digits.</summary>
    public static string Short(double value)
    {
        double size = Math.Abs(value);
        return double.IsFinite(value) && size is >= 1e-3 and < 1e6 ? Fixed(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 5), '0') : Of(value);
    }

    /// <summary>A place on an axis whose places are <paramref name="step"/> apart, with the decimals that tell them apart.</summary>
    public static string Tick(double value, double step)
    {
        double size = Math.Abs(value);
        if (size < step / 2) return "0";
        if (step < 1e-5 || size >= 1e7) return Scientific(value, Math.Clamp((int)Math.Ceiling(Math.Log10(size / step)), 1, 15));
        return Fixed(value, Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9)), '0');
    }

    private static string Fixed(double value, int decimals, char last = '#')
    {
        string digits = decimals == 0 ? "#,0" : "#,0." + new string(last, Math.Min(decimals, 12));
        return value.ToString(digits, CultureInfo.InvariantCulture).Replace('-', '−');
    }

    private static string Scientific(double value, int decimals = 3)
    {
        string[] parts = value.ToString($"0.{new string('#', decimals)}e+0", CultureInfo.InvariantCulture).Replace('-', '−').Split('e');
        if (parts[1] == "+0") return parts[0];
        string power = string.Concat(parts[1].Where(c => c != '+').Select(c => c == '−' ? '⁻' : Superscripts[c - '0']));
        string mantissa = parts[0] is "1" ? "" : parts[0] is "−1" ? "−" : parts[0] + "×";
        return $"{mantissa}10{power}";
    }
}
