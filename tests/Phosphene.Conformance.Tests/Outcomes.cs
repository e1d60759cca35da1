using System.Collections.Concurrent;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Conformance.Tests;

/// <summary>What became of each case, worked out when first asked for.</summary>
internal static class Outcomes
{
    private static readonly ConcurrentDictionary<string, Outcome> Known = [];

    /// <summary>Runs a case, once.</summary>
    public static Outcome Of(string name) => Known.GetOrAdd(name, Run);

    private static Outcome Run(string name)
    {
        var @case = new ConformanceCase(name);
        try
        {
            using LoadedCase loaded = @case.Load();
            return new Outcome(CaseRun.Compare(loaded));
        }
        catch (Exception failure) when (failure is ModelFormatException or ArgumentException)
        {
            return new Outcome(Short(failure.Message, @case));
        }
    }

    // The reason without the path and the advice.
    private static string Short(string message, ConformanceCase @case)
    {
        string text = message.Replace(@case.Model, "", StringComparison.Ordinal).Replace("'': ", "", StringComparison.Ordinal);
        int end = text.IndexOfAny([';', '\n']);
        return (end < 0 ? text : text[..end]).Replace("; ", ", ", StringComparison.Ordinal).TrimEnd('.');
    }
}

/// <summary>Why a case fails; null if it passes.</summary>
internal sealed record Outcome(string? Failure);
