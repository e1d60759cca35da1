using Xunit;

namespace Phosphene.Conformance.Tests;

/// <summary>The ONNX project's own tests: each case does what conformance.txt says of it.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, string?> Listed = ConformanceList.Read();

    public static TheoryData<string> Packaged => Names(@case => @case.Suite != Suites.Light);

    public static TheoryData<string> Light => Names(@case => @case.Suite == Suites.Light);

    private static TheoryData<string> Names(Func<ConformanceCase, bool> which)
    {
        var names = new TheoryData<string>();
        foreach (ConformanceCase @case in Suites.Cases().Where(which)) names.Add(@case.Name);
        if (names.Count == 0) names.Add("none");
        return names;
    }

    /// <summary>Cases that have nothing to check are no tests of gradients; docs/operators.md says how many are left, and a test that it does.</summary>
    public static TheoryData<string> WithGradient => Names(@case => @case.Suite != Suites.Light && HasGradient(@case.Name));

    private static bool HasGradient(string name)
    {
        try
        {
            return GradientCheck.Of(name) is not null;
        }
        catch (Exception)
        {
            return true;                                             // and is thrown again in the test of that name
        }
    }

    [ListedPackageTheory, MemberData(nameof(Packaged))]
    public void Case_does_what_the_list_says(string name) => Check(name);

    [ListedLightTheory, MemberData(nameof(Light))]
    public void Light_model_gives_the_expected_output(string name) => Check(name);

    // Which cases these are takes seconds to work out, which only a run of them should cost.
    [PackageTheory, MemberData(nameof(WithGradient), DisableDiscoveryEnumeration = true)]
    public void Gradient_agrees_with_differences(string name)
    {
        string? failure = GradientCheck.Of(name)!.Failure;
        Assert.True(failure is null, $"{name}: {failure}.");
    }

    private static void Check(string name)
    {
        string? failure = Outcomes.Of(name).Failure;
        if (!Listed.TryGetValue(name, out string? reason)) Assert.Fail($"{name} is not in conformance.txt; it {(failure is null ? "passes" : $"fails: {failure}")}.");
        if (reason is null) Assert.True(failure is null, $"{name}: {failure}.");
        else Assert.True(failure is not null, $"{name} passes, but conformance.txt skips it ({reason}); write 'pass' there.");
    }

    [PackageFact]
    public void Conformance_list_names_no_case_that_does_not_exist()
    {
        if (ConformanceList.Updating) ConformanceList.Write(Suites.Cases().Select(@case => KeyValuePair.Create(@case.Name, Outcomes.Of(@case.Name).Failure)));
        HashSet<string> present = [.. Suites.Cases().Select(@case => @case.Name)];
        Assert.DoesNotContain(ConformanceList.Read().Keys, name => !present.Contains(name) && (Suites.LightMissing is null || !name.StartsWith("light/", StringComparison.Ordinal)));
    }
}
