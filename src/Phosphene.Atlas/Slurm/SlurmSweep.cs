using System.Diagnostics;
using Phosphene.Atlas.Sweeps;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Slurm;

/// <summary>
/// A sweep as a job array of Slurm. The folder alone tells how far it is; the queue is asked only where nothing comes any more, and only whether the job is still there. Neither answer can do harm: while it is believed to be there one waits, and a
/// share that runs twice makes nothing twice that is done. What is missing when it is over is submitted again.
/// </summary>
/// <param name="sweep">The sweep, whose plan is saved in the folder.</param>
/// <param name="folder">Its folder, which all tasks see under that name; what is Slurm's is in the folder slurm in it.</param>
/// <param name="script">What the tasks run.</param>
/// <param name="resubmissions">How often what is missing is submitted again, in all.</param>
public sealed class SlurmSweep(Sweep sweep, string folder, BatchScript script, int resubmissions = 2)
{
    /// <summary>The most tasks of an array: Slurm takes 1,000 if not said otherwise.</summary>
    public const int MostTasks = 1000;

    /// <summary>The fewest batches of a task. One is of up to four pictures; a task should take minutes, for its start and its place in the queue cost seconds.</summary>
    public const int LeastBatches = 4;

    // How long nothing may come before the queue is asked, at first and at most.
    private static readonly TimeSpan s_soonest = TimeSpan.FromSeconds(5), s_latest = TimeSpan.FromMinutes(1);

    // A look at the folder, which takes longer the more there is in it, is a twentieth of the time.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private const int Looks = 20;

    private readonly string _folder = Path.Combine(folder, "slurm");

    /// <summary>The number of the job that was followed last; null before there is one.</summary>
    public string? Job { get; private set; }

    /// <summary>Into how many shards a sweep is cut: no more than are asked for, and none smaller than is worth a task.</summary>
    /// <param name="batches">How many batches the sweep has.</param>
    /// <param name="most">How many are asked for.</param>
    public static int ShardsOf(int batches, int most) => Math.Clamp((batches + LeastBatches - 1) / LeastBatches, 1, most);

    /// <summary>Makes sure that jobs can be submitted here.</summary>
    /// <exception cref="UsageException">There is no sbatch.</exception>
    public static void Require() => SlurmCommands.Require();

    /// <summary>Submits what is missing, or finds the job of an earlier call, and follows it until all is done or nothing is left to be tried.</summary>
    /// <param name="observe">Called with how far the sweep is, each time that the folder was looked at.</param>
    /// <param name="say">Called with a sentence where a job begins or ends.</param>
    /// <param name="cancellation">Ends the waiting; the job goes on.</param>
    /// <returns>Whether all is done.</returns>
    /// <exception cref="UsageException">sbatch refuses the job, or another sweep's job is still working on the folder.</exception>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public bool Run(Action<SweepStatus>? observe = null, Action<string>? say = null, CancellationToken cancellation = default)
    {
        ArrayJob? job = Unfinished();
        int submissions = job is null ? 0 : 1;
        if (job is not null) say?.Invoke($"Job {job.Number} is at work on it, {Counted(job.Tasks, "task")}; following it.");
        while (true)
        {
            if (job is null)
            {
                int[] tasks = Missing();
                if (tasks.Length == 0)
                {
                    if (!Discard(say)) return true;
                    tasks = Missing();
                }
                if (cancellation.IsCancellationRequested) return false;
                if (submissions > resubmissions)
                {
                    say?.Invoke($"Job {Job} is over, and {Counted(tasks.Length, "task")} of {script.Shards} left something. What they say is in {Path.Combine(_folder, $"{Job}_*.txt")}.");
                    return false;
                }
                string? before = Job;
                job = Submit(tasks);
                say?.Invoke(before is null ? $"Job {job.Number}: {Counted(tasks.Length, "task")}." : $"Job {before} is over, and {Counted(tasks.Length, "task")} left something: again, as job {job.Number} ({submissions} of {resubmissions}).");
                submissions++;
            }
            Job = job.Number;
            if (!Follow(job, observe, cancellation)) return false;
            job = null;
        }
    }

    // The job of an earlier call, where it is not known to be over.
    private ArrayJob? Unfinished()
    {
        if (ArrayJob.Read(_folder) is not { } job || Missing().Length == 0 || SlurmCommands.Has(job) == false) return null;
        return job.Script == script.ToString() ? job
            : throw new UsageException($"Job {job.Number} is still at work on '{folder}', with other options; wait for it, or end it: scancel {job.Number}");
    }

    // The shards that something is missing of.
    private int[] Missing() => [.. Enumerable.Range(0, sweep.Batches.Count).Where(number => sweep.Batches[number].Any(unit => !SweepRecord.IsDone(folder, unit))).Select(number => number % script.Shards).Distinct().Order()];

    // Every picture is read; one that is not what its record says is taken away, and so is missing. Whether there were any.
    private bool Discard(Action<string>? say)
    {
        IReadOnlyList<string> damaged = SweepStatus.Of(folder, verify: true).Damaged;
        foreach (string file in damaged) File.Delete(Path.Combine(folder, file));
        if (damaged.Count > 0) say?.Invoke($"{Counted(damaged.Count, "picture")} {(damaged.Count == 1 ? "was not what was written, and is" : "were not what was written, and are")} made again.");
        return damaged.Count > 0;
    }

    private ArrayJob Submit(int[] tasks)
    {
        string text = script.ToString();
        OutputFolder.Create(_folder);
        AtomicFile.Write(Path.Combine(_folder, ArrayJob.ScriptName), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        var job = new ArrayJob(SlurmCommands.Submit(_folder, tasks), tasks.Length, text);
        job.Save(_folder);
        return job;
    }

    // Until everything is done or the job is over; false if it was cancelled.
    private bool Follow(ArrayJob job, Action<SweepStatus>? observe, CancellationToken cancellation)
    {
        int done = -1;
        bool isOver = false;
        TimeSpan patience = s_soonest;
        long quietSince = Stopwatch.GetTimestamp();
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            SweepStatus status = SweepStatus.Of(folder);
            observe?.Invoke(status);
            if (status.Done == status.Units || isOver) return true;
            if (status.Done > done) (done, patience, quietSince) = (status.Done, s_soonest, start);
            else if (Stopwatch.GetElapsedTime(quietSince) > patience)
            {
                isOver = SlurmCommands.Has(job) == false;
                if (isOver) continue;                                // with what came before the answer
                quietSince = Stopwatch.GetTimestamp();
                patience = patience * 2 < s_latest ? patience * 2 : s_latest;
            }
            TimeSpan took = Stopwatch.GetElapsedTime(start) * Looks;
            if (cancellation.WaitHandle.WaitOne(took > s_look ? took : s_look)) return false;
        }
    }

    private static string Counted(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
