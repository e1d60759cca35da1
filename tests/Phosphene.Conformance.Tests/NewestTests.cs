using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;

namespace Phosphene.Conformance.Tests;

/// <summary>The node cases of ONNX's repository: newest.txt says what becomes of each.</summary>
public sealed class NewestTests
{
    /// <summary>A test over the cases, skipped with a message where they are not given.</summary>
    private sealed class NewestFactAttribute : FactAttribute
    {
        public NewestFactAttribute() => Skip = Suites.NewestFolder is null ? "PHOSPHENE_ONNX_NODE names no folder with the node cases of ONNX's repository." : null;
    }

    [NewestFact]
    public void Cases_do_what_the_list_says()
    {
        if (ConformanceList.Updating) NewestList.Write(NewestList.Run());
        Assert.Equal(NewestList.Read().Select(Line), NewestList.Run().Select(Line));

        static string Line(NewestCase @case) => $"{@case.Name}: {@case.Failure}";
    }

    [NewestFact]
    public void Gradients_agree_with_differences()
    {
        var checks = NewestList.Run().Where(@case => @case.Failure is null).Select(@case => (@case.Name, Outcome: GradientCheck.Of($"{Suites.Newest}/{@case.Name}"))).Where(check => check.Outcome is not null).ToArray();
        string[] failures = [.. checks.Where(check => check.Outcome!.Failure is not null).Select(check => $"{check.Name}: {check.Outcome!.Failure}")];
        Assert.True(failures.Length == 0, string.Join('\n', failures));
        Assert.True(checks.Count(check => check.Outcome!.Flows) > 500);
    }

    [Fact]
    public void No_case_comes_out_wrong() => Assert.DoesNotContain(NewestList.Read(), @case => @case.IsWrong);

    // A case of operators that are all there is refused only for the types of its numbers, or because it trains.
    [Fact]
    public void Cases_of_known_operators_are_refused_for_types_alone()
    {
        HashSet<string> known = [.. OperatorTable.All.Select(entry => entry.Name)];
        string[] types = [.. Enum.GetNames<OnnxDataType>(), "text", "a sequence", "8 bits or fewer"];
        NewestCase[] others = [.. NewestList.Read().Where(@case => @case.Failure is { } why && @case.Operators.All(known.Contains) && !types.Any(type => why.Contains(type, StringComparison.Ordinal)))];
        Assert.All(others, @case => Assert.Matches("training", @case.Failure));
        Assert.True(others.Length < 10, $"{others.Length} cases train.");
    }
}
