using System.Collections.Concurrent;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Conformance.Tests;

/// <summary>Why a case fails, or null if it passes; its operators, each once; and the types of its inputs and outputs.</summary>
internal sealed record Outcome(string? Failure, string[] Operators, OnnxDataType[] Types);

/// <summary>What became of each case, worked out when first asked for.</summary>
internal static class Outcomes
{
    private static readonly ConcurrentDictionary<string, Lazy<Outcome>> Known = [];

    /// <summary>Runs a case, once.</summary>
    public static Outcome Of(string name) => Known.GetOrAdd(name, key => new Lazy<Outcome>(() => Run(new ConformanceCase(key)))).Value;

    private static Outcome Run(ConformanceCase @case)
    {
        using OnnxModel model = OnnxModel.Open(@case.Model);
        string[] operators = [.. ConformanceCase.OperatorsOf(model)];
        OnnxDataType[] types = [.. model.Graph.Inputs.Concat(model.Graph.Outputs).Select(value => value.ElementType).Distinct()];
        return new Outcome(Failure(@case, types), operators, types);
    }

    private static string? Failure(ConformanceCase @case, OnnxDataType[] types)
    {
        if (types.Contains(OnnxDataType.Undefined)) return "works on a sequence or an optional value, where only tensors are supported";
        if (types.Contains(OnnxDataType.Text)) return "works on text";
        try
        {
            using LoadedCase loaded = @case.Load();
            return CaseRun.Compare(loaded);
        }
        catch (InvalidDataException)
        {
            return "has data that is not stored as bytes: numbers of 8 bits or fewer";
        }
        catch (Exception failure) when (failure is ModelFormatException or ArgumentException)
        {
            return Short(failure.Message, @case);
        }
    }

    // The reason without the path and the advice.
    private static string Short(string message, ConformanceCase @case)
    {
        string text = message.Replace($"'{@case.Model}': ", "", StringComparison.Ordinal).Replace($"'{@case.Model}'", "the model", StringComparison.Ordinal);
        if (text.StartsWith("operator ", StringComparison.Ordinal)) return $"operator {text.Split(' ')[1]} is not supported";
        int end = text.IndexOfAny([';', '\n']);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }
}
