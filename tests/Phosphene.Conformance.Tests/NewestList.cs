using Phosphene.Runtime.Tests;

namespace Phosphene.Conformance.Tests;

/// <summary>What became of a node case of ONNX's repository.</summary>
/// <param name="Name">The case, for example "test_abs".</param>
/// <param name="Operators">Its operators, each once.</param>
/// <param name="Failure">Why it does not pass; null if it does.</param>
internal sealed record NewestCase(string Name, string[] Operators, string? Failure)
{
    /// <summary>Whether it was computed, and came out wrong; everything else that does not pass is refused.</summary>
    public bool IsWrong => Failure?.StartsWith("output ", StringComparison.Ordinal) == true;
}

/// <summary>
/// The checked-in newest.txt: what became of each node case of ONNX's repository, which no package has, at the last commit that holds them. One line for
/// each case, "name operators: pass" or "name operators: why not". PHOSPHENE_ONNX_NODE names the folder with the cases; then the tests hold the list against
/// them, and with PHOSPHENE_UPDATE=1 write it.
/// </summary>
internal static class NewestList
{
    /// <summary>The commit of github.com/onnx/onnx that the list is of: the one before "Remove node test artifacts (#7959)".</summary>
    public const string Commit = "6be0677fc22e74563e6eb472f931513aefe5648d";

    private static string File => Repository.Path("tests/Phosphene.Conformance.Tests/newest.txt");

    /// <summary>The list.</summary>
    public static NewestCase[] Read() => [.. System.IO.File.ReadLines(File).Where(line => !line.StartsWith('#')).Select(line =>
    {
        string[] parts = line.Split([' '], 3);
        return new NewestCase(parts[0], parts[1].TrimEnd(':').Split(','), parts[2] == "pass" ? null : parts[2]);
    })];

    /// <summary>Writes the list.</summary>
    public static void Write(IEnumerable<NewestCase> cases) => System.IO.File.WriteAllLines(File,
    [
        $"# The node cases of github.com/onnx/onnx at {Commit}. PHOSPHENE_ONNX_NODE=FOLDER PHOSPHENE_UPDATE=1 dotnet test tests/Phosphene.Conformance.Tests writes this file.",
        .. cases.Select(@case => $"{@case.Name} {string.Join(',', @case.Operators)}: {@case.Failure ?? "pass"}"),
    ]);

    /// <summary>The cases as they are.</summary>
    public static IEnumerable<NewestCase> Run() => Directory.GetDirectories(Suites.NewestFolder!).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).Select(name =>
    {
        Outcome outcome = Outcomes.Of($"{Suites.Newest}/{name}");
        return new NewestCase(name, outcome.Operators, outcome.Failure);
    });
}
