using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Slurm;

/// <summary>The two commands of Slurm that a sweep needs: sbatch to submit a job, and squeue to ask whether it is still there.</summary>
internal static class SlurmCommands
{
    // A controller that is down keeps its callers waiting.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Makes sure that there is sbatch.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static void Require() => Run("sbatch", ["--version"], null);

    /// <summary>Submits tasks of an array.</summary>
    /// <param name="folder">The folder of the script.</param>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The job, as sbatch tells it.</returns>
    /// <exception cref="UsageException">It is refused, or there is no sbatch.</exception>
    public static string Submit(string folder, IEnumerable<int> tasks)
    {
        (int code, string output, string error) = Run("sbatch", ["--parsable", string.Create(CultureInfo.InvariantCulture, $"--array={string.Join(',', tasks)}"), ArrayJob.ScriptName], folder);
        string id = output.Trim();
        return code == 0 && id.Length > 0 && char.IsAsciiDigit(id[0]) ? id
            : throw new UsageException($"sbatch does not take the job: {string.Join(' ', $"{error} {output}".Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}. Its script is '{Path.Combine(folder, ArrayJob.ScriptName)}'; --sbatch-args adds options.");
    }

    /// <summary>Whether any task of a job is waiting or running; null if nobody can say, as where the controller is down.</summary>
    public static bool? Has(ArrayJob job)
    {
        (int code, string output, string error) = Run("squeue", ["--noheader", $"--jobs={job.Number}", .. job.Cluster is { } cluster ? (string[])[$"--clusters={cluster}"] : []], null);
        // Of several clusters it tells the name first.
        string told = output.Replace($"CLUSTER: {job.Cluster}", "", StringComparison.Ordinal);
        return code == 0 ? !string.IsNullOrWhiteSpace(told) : error.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) ? false : null;
    }

    private static (int Code, string Output, string Error) Run(string name, IEnumerable<string> words, string? folder)
    {
        var start = new ProcessStartInfo(name, words) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        // What it tells is read: in no other form than the usual.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("SQUEUE_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(variable);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_patience)) process.Kill();
            process.WaitForExit();
            return (process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception)
        {
            throw new UsageException($"There is no {name} here, with which the engine slurm works; run this on a machine of the cluster from which jobs are submitted, or leave --engine out.");
        }
    }
}
