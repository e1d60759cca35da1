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

    [PackageTheory, MemberData(nameof(Packaged))]
    public void Case_does_what_the_list_says(string name) => Check(name);

    [LightTheory, MemberData(nameof(Light))]
    public void Light_network_gives_the_expected_output(string name) => Check(name);

    [PackageTheory, MemberData(nameof(Packaged))]
    public void Gradient_agrees_with_differences(string name)
    {
        string? failure = GradientCheck.Of(name)?.Failure;
        Assert.True(failure is null, $"{name}: {failure}.");
    }

    private static void Check(string name)
    {
        string? failure = Outcomes.Of(name).Failure;
        if (ConformanceList.Updating) return;
        if (!Listed.TryGetValue(name, out string? reason)) Assert.Fail($"{name} is not in conformance.txt; it {(failure is null ? "passes" : $"fails: {failure}")}.");
        if (reason is null) Assert.True(failure is null, $"{name}: {failure}.");
        else Assert.True(failure is not null, $"{name} passes, but conformance.txt skips it ({reason}); write 'pass' there.");
    }

    [PackageFact]
    public void Conformance_list_names_no_case_that_does_not_exist()
    {
        if (ConformanceList.Updating)
        {
            ConformanceList.Write(Suites.Cases().Select(@case => KeyValuePair.Create(@case.Name, Outcomes.Of(@case.Name).Failure)));
            return;
        }
        HashSet<string> present = [.. Suites.Cases().Select(@case => @case.Name)];
        Assert.DoesNotContain(Listed.Keys, name => !present.Contains(name) && (Suites.LightMissing is null || !name.StartsWith("light/", StringComparison.Ordinal)));
    }
}
