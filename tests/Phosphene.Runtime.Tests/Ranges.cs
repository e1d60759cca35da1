using FsCheck;
using FsCheck.Fluent;

namespace Phosphene.Runtime.Tests;

/// <summary>Whole numbers between bounds, for properties.</summary>
internal static class Ranges
{
    /// <summary>Some numbers, each between bounds of its own. What fails is made smaller number by number, down to the lower bounds.</summary>
    public static Arbitrary<int[]> Of(params (int Low, int High)[] bounds) =>
        Arb.From(Gen.CollectToArray(bounds, bound => Gen.Choose(bound.Low, bound.High)), numbers => Smaller(numbers, bounds));

    private static IEnumerable<int[]> Smaller(int[] numbers, (int Low, int High)[] bounds)
    {
        for (int i = 0; i < numbers.Length; i++)
            foreach (int smaller in new[] { bounds[i].Low, (bounds[i].Low + numbers[i]) / 2, numbers[i] - 1 }.Where(smaller => smaller >= bounds[i].Low && smaller < numbers[i]).Distinct())
                yield return [.. numbers[..i], smaller, .. numbers[(i + 1)..]];
    }
}
