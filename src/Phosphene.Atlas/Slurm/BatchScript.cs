using System.Globalization;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Slurm;

/// <summary>
/// The script that each task of a job array runs: one shard of a sweep, which may run at any time, in any order and more than once. What it writes goes beside the script, for it is submitted from the folder that it is in.
/// </summary>
/// <param name="Command">The program and its words, <c>phosphene sweep …</c>, without the shard.</param>
/// <param name="Folder">The folder that the words are seen from.</param>
/// <param name="Shards">How many shards there are, and with them tasks.</param>
public sealed record BatchScript(IReadOnlyList<string> Command, string Folder, int Shards)
{
    /// <summary>How many threads a task has, and processors; null for as many as Slurm gives it.</summary>
    public int? Threads { get; init; }

    /// <summary>Options of sbatch besides, on one line, as they stand behind #SBATCH; they win over those of the script.</summary>
    public string? Options { get; init; }

    /// <summary>The text of the script.</summary>
    /// <exception cref="UsageException">The options are more than one line.</exception>
    public override string ToString()
    {
        if (Options?.AsSpan().ContainsAny('\n', '\r') ?? false) throw new UsageException("The options of sbatch are more than one line; write them one after the other, as in \"--partition=cpu --time=2:00:00\".");
        string threads = Threads is null ? " --threads \"${SLURM_CPUS_ON_NODE:-1}\"" : "";
        string?[] lines =
        [
            "#!/bin/bash",
            "#SBATCH --job-name=phosphene-sweep",
            "#SBATCH --output=%A_%a.txt",
            "#SBATCH --open-mode=append",
            "#SBATCH --requeue",
            "#SBATCH --signal=B:TERM@60",
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --array=0-{Shards - 1}"),
            Threads is null ? null : string.Create(CultureInfo.InvariantCulture, $"#SBATCH --cpus-per-task={Threads}"),
            string.IsNullOrWhiteSpace(Options) ? null : $"#SBATCH {Options}",
            "",
            "# One share of the sweep. It may run at any time, in any order and more than once: it makes what is missing of the share.",
            $"cd -- {Quoted(Folder)} || exit",
            string.Create(CultureInfo.InvariantCulture, $"exec {string.Join(' ', Command.Select(Quoted))}{threads} --shard \"$SLURM_ARRAY_TASK_ID/{Shards}\""),
            "",
        ];
        return string.Join('\n', lines.Where(line => line is not null));
    }

    // Whatever is between single quotes stands for itself; only they themselves have to be outside.
    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
