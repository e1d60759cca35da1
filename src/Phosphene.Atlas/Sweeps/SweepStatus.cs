using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>How far a sweep is, by its folder alone: whoever works on it, and wherever.</summary>
/// <param name="Model">The name of the model's file.</param>
/// <param name="Units">How many units the plan has.</param>
/// <param name="Done">How many of them are done, and have all their pictures.</param>
/// <param name="Failed">How many failed: of those that are done, they whose ascent ended early, and those of which there is nothing.</param>
/// <param name="Damaged">The pictures that are not there though they have a record and, if that was to be looked for, those that are not what was written; their units are not done.</param>
/// <param name="PerMinute">How many units were done in a minute, over the last ten minutes of work; null if nobody has worked in the last ten minutes.</param>
public sealed record SweepStatus(string Model, int Units, int Done, int Failed, IReadOnlyList<string> Damaged, double? PerMinute)
{
    private static readonly TimeSpan s_recent = TimeSpan.FromMinutes(10);

    /// <summary>How long the rest takes at that speed; null if that is not known.</summary>
    public TimeSpan? TimeLeft => PerMinute is > 0 and { } speed ? TimeSpan.FromMinutes((Units - Done) / speed) : null;

    /// <summary>How far the sweep of a folder is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="verify">Whether every picture is read and held against the hash of its record.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InputFileException">The folder has no sweep, or its plan is damaged.</exception>
    public static SweepStatus Of(string folder, bool verify = false, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (string file, _, _, _, int units) = SweepFolder.PlanOf(folder);
        DateTime now = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime, first = now;
        int done = 0, failed = 0, recent = 0;
        var damaged = new List<string>();
        foreach ((string id, string name) in SweepFolder.UnitsOf(folder))
        {
            string path = Path.Combine(folder, name);
            if (SweepRecord.Read(path, id) is not { } record) continue;
            string[] lost = [.. record.Damaged(folder, verify)];
            damaged.AddRange(lost);
            if (lost.Length > 0) continue;
            if (record.Failure is not null) failed++;
            if (record.HasNothing) continue;
            done++;
            DateTime written = File.GetLastWriteTimeUtc(path);
            if (now - written > s_recent) continue;
            recent++;
            if (written < first) first = written;
        }
        double minutes = (now - first).TotalMinutes;
        return new SweepStatus(file, units, done, failed, [.. damaged.Distinct()], recent > 1 && minutes > 0 ? (recent - 1) / minutes : null);
    }
}
