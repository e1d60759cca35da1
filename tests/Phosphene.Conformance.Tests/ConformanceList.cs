using Phosphene.Runtime.Tests;

namespace Phosphene.Conformance.Tests;

/// <summary>
/// The checked-in conformance.txt: one line for each case, "name pass" or "name skip: reason". With PHOSPHENE_UPDATE=1 in the environment the tests
/// write it anew (and docs/operators.md), keeping the reasons that are still true.
/// </summary>
internal static class ConformanceList
{
    /// <summary>Whether this run writes the checked-in files instead of comparing with them.</summary>
    public static bool Updating => Environment.GetEnvironmentVariable("PHOSPHENE_UPDATE") == "1";

    /// <summary>Why nothing is compared with the list; null if it is.</summary>
    public static string? BeingWritten { get; } = Updating ? "This run writes the list; the next compares with it." : null;

    /// <summary>The file.</summary>
    public static string File => Repository.Path("tests/Phosphene.Conformance.Tests/conformance.txt");

    /// <summary>What the file says of each case: null for pass, else the reason of the skip.</summary>
    public static Dictionary<string, string?> Read()
    {
        var list = new Dictionary<string, string?>();
        if (!System.IO.File.Exists(File)) return list;
        foreach (string line in System.IO.File.ReadLines(File))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] parts = line.Split(' ', 2);
            list.Add(parts[0], parts[1] == "pass" ? null
                : parts[1].StartsWith("skip: ", StringComparison.Ordinal) ? parts[1]["skip: ".Length..]
                : throw new InvalidDataException($"conformance.txt: '{line}' is neither 'name pass' nor 'name skip: reason'."));
        }
        return list;
    }

    /// <summary>Writes the file.</summary>
    public static void Write(IEnumerable<KeyValuePair<string, string?>> cases)
    {
        IEnumerable<string> lines = cases.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Value is null ? $"{pair.Key} pass" : $"{pair.Key} skip: {pair.Value}");
        System.IO.File.WriteAllLines(File, ["# Every case of the ONNX project's backend tests. PHOSPHENE_UPDATE=1 dotnet test tests/Phosphene.Conformance.Tests writes this file.", .. lines]);
    }
}
