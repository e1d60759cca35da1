using System.Text.RegularExpressions;

namespace Phosphene.Models;

/// <summary>
/// A name that an exporter made of where a value comes from: the module, as a path joined by dots, and the operator in it. Path and operator may be empty.
/// </summary>
internal readonly partial record struct ExporterName(string Path, string Operator)
{
    private const int Longest = 512;

    /// <summary>What a name says of its value; null if no exporter that is known names values so.</summary>
    /// <param name="name">The name of the value.</param>
    /// <param name="node">The name of the node that makes it.</param>
    public static ExporterName? Of(string name, string node)
    {
        if (name.Length > Longest || node.Length > Longest) return null;
        if (Torch().Match(name) is { Success: true } torch)
            return new ExporterName(Joined(torch.Groups["path"].Value.Split('/', StringSplitOptions.RemoveEmptyEntries)), Numbered(torch));
        if (Keras().Match(name) is { Success: true } keras)
            return new ExporterName(Joined([.. keras.Groups["path"].Value.Split('/').Where(step => step is not ("StatefulPartitionedCall" or ""))]), Numbered(keras));
        if (name.StartsWith("onnx::", StringComparison.Ordinal) && name.Length > "onnx::".Length) return new ExporterName("", name["onnx::".Length..].ToLowerInvariant());
        if (TorchNode().Match(node) is { Success: true } module)
            return new ExporterName(Joined(module.Groups["path"].Value.Split('/', StringSplitOptions.RemoveEmptyEntries)), module.Groups["op"].Value.ToLowerInvariant());
        return name.All(char.IsAsciiDigit) && node.Any(char.IsAsciiLetter) ? new ExporterName("", node.ToLowerInvariant()) : null;
    }

    // PyTorch says "features/features.0" where the module's name is features.0: a step that the next one begins with is left out.
    private static string Joined(string[] steps) =>
        string.Join('.', steps.Where((step, i) => i == steps.Length - 1 || !steps[i + 1].StartsWith($"{step}.", StringComparison.Ordinal)));

    private static string Numbered(Match match) =>
        match.Groups["op"].Value.ToLowerInvariant() + (match.Groups["output"].Value is "0" ? "" : $".{match.Groups["output"].Value}");

    // "/layer3/layer3.0/relu/Relu_output_0"
    [GeneratedRegex(@"^/(?:(?<path>.+)/)?(?<op>[^/]+)_output_(?<output>\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Torch();

    // A node "/fc/Gemm", whose value may have any name: outputs have the ones that the user chose.
    [GeneratedRegex(@"^/(?:(?<path>.+)/)?(?<op>[A-Z]\w*)$", RegexOptions.CultureInvariant)]
    private static partial Regex TorchNode();

    // "StatefulPartitionedCall/model/conv1/Relu:0"
    [GeneratedRegex(@"^(?<path>[^:]+)/(?<op>[^/:]+):(?<output>\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Keras();
}
