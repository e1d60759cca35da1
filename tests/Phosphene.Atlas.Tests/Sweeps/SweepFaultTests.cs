using System.Diagnostics;
using Phosphene.Atlas.Sweeps;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Atlas.Tests.Sweeps;

/// <summary>Whatever the disk does: the sweep stops with a sentence, what counts as done is there, and the same sweep afterwards ends in the same files.</summary>
public sealed class SweepFaultTests : IDisposable
{
    // As .NET gives them on Linux: the HResult of an IOException is the errno.
    private static readonly (string Name, Func<Exception> Error)[] s_faults =
    [
        ("ENOSPC", () => new IOException("No space left on device", 28)), ("EIO", () => new IOException("Input/output error", 5)),
        ("EMFILE", () => new IOException("Too many open files", 24)), ("EACCES", () => new UnauthorizedAccessException("Access to the path is denied.")),
    ];

    private readonly TinyModel _tiny = new();
    private readonly Model _model;
    private readonly string _folder = Directory.CreateTempSubdirectory("faults").FullName;
    private readonly SweepPlan _plan;

    public SweepFaultTests()
    {
        _model = _tiny.Load();
        _plan = new SweepPlan(_model, Recipe.Naive with { Height = 9, Width = 11, Steps = 2, RedirectSteps = 0 }, [("relu2", _ => [0, 1])], [SweepMake.Channel], [1]);
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_fails_while_a_unit_is_written_is_recorded_of_that_unit()
    {
        SweepUnit broken = _plan.Units[0];
        AtomicFile.Fault.Value = (_, path) =>
        {
            if (broken.Files.Any(file => path == Path.Combine(At("s"), file.File))) throw new InvalidOperationException("This picture cannot be.");
        };
        var told = new List<(int Channel, string? Failure)>();
        _plan.Save(At("s"));
        Assert.True(new Sweep(_plan, At("s")).Run(Shard.Whole, done: (unit, failure) => told.Add((unit.Channel, failure))));
        AtomicFile.Fault.Value = null;
        Assert.Equal([(0, "This picture cannot be."), (1, null)], told);
    }

    [Fact]
    public void A_fault_at_any_action_stops_the_sweep_with_a_sentence_and_loses_nothing()
    {
        var actions = new List<FileAction>();
        AtomicFile.Fault.Value = (action, _) => { lock (actions) actions.Add(action); };
        Run(At("whole"));
        AtomicFile.Fault.Value = null;
        IReadOnlyDictionary<string, string> whole = Contents(At("whole"));
        // sweep.json, units.jsonl, network.json, and of each of two units two pictures and a record.
        foreach (FileAction action in new[] { FileAction.Create, FileAction.Write, FileAction.Flush, FileAction.Rename }) Assert.Equal(9, actions.Count(entry => entry == action));
        Assert.True(actions.Count(entry => entry == FileAction.List) >= 2);

        int runs = 0;
        foreach ((string name, Func<Exception> error) in s_faults)
            for (int at = 0; at < actions.Count; at++)
            {
                string folder = At($"{runs++}");
                int count = 0;
                FileAction? hit = null;
                AtomicFile.Fault.Value = (action, _) =>
                {
                    if (Interlocked.Increment(ref count) - 1 != at) return;
                    hit = action;
                    throw error();
                };
                Exception? thrown = Record.Exception(() => Run(folder));
                AtomicFile.Fault.Value = null;
                Assert.True(hit is not null && thrown is not null, $"{name} at action {at} ({hit}) was not noticed");
                // What the content itself throws is passed on as it is; anything else is said in a sentence that names the file.
                if (hit != FileAction.Write || name == "ENOSPC") Assert.StartsWith("Cannot write", Assert.IsType<OutputFileException>(thrown).Message, StringComparison.Ordinal);
                else Assert.Equal(error().Message, thrown.Message);
                Assert.All(_plan.Units, unit => Assert.Equal(SweepRecord.IsDone(folder, unit, verify: true), SweepRecord.IsDone(folder, unit)));
                Run(folder);
                Assert.Equal(whole, Contents(folder));
                Directory.Delete(folder, recursive: true);
            }
    }

    [TemporaryDiskFact]
    public void A_full_disk_stops_the_sweep_and_it_goes_on_when_there_is_room()
    {
        var larger = new SweepPlan(_model, Recipe.Naive with { Height = 64, Width = 80, Steps = 1, RedirectSteps = 0 }, [("relu2", _ => [0, 1, 2, 3, 4, 5])], [SweepMake.Channel, SweepMake.Negative]);
        Run(At("whole"), larger);
        using var disk = new TemporaryDisk(At("disk"), kilobytes: 100);
        string filler = Path.Combine(disk.Folder, "filler"), folder = Path.Combine(disk.Folder, "sweep");
        File.WriteAllBytes(filler, new byte[52 << 10]);
        OutputFileException full = Assert.Throws<OutputFileException>(() => Run(folder, larger));
        Assert.EndsWith("the disk is full or a quota is reached; free some space or choose another disk.", full.Message, StringComparison.Ordinal);
        Assert.All(larger.Units, unit => Assert.Equal(SweepRecord.IsDone(folder, unit, verify: true), SweepRecord.IsDone(folder, unit)));
        Assert.Contains(larger.Units, unit => !SweepRecord.IsDone(folder, unit));
        disk.Resize(kilobytes: 4000);
        Run(folder, larger);
        Assert.Equal(Contents(At("whole")), Contents(folder));
    }

    private void Run(string folder, SweepPlan? plan = null)
    {
        plan ??= _plan;
        plan.Save(folder);
        Assert.True(new Sweep(plan, folder).Run(Shard.Whole));
    }

    private static SortedDictionary<string, string> Contents(string folder) =>
        new(Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(File.ReadAllBytes(file))), StringComparer.Ordinal);

    private string At(string name) => Path.Combine(_folder, name);

    /// <summary>A disk of so many kilobytes, in memory, mounted at a folder.</summary>
    internal sealed class TemporaryDisk : IDisposable
    {
        public TemporaryDisk(string folder, int kilobytes)
        {
            Folder = Directory.CreateDirectory(folder).FullName;
            if (Do("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Folder) != 0) throw new IOException("It cannot be mounted.");
        }

        public string Folder { get; }

        public void Resize(int kilobytes) => Assert.Equal(0, Do("mount", "-o", $"remount,size={kilobytes}k", Folder));

        public void Dispose() => Do("umount", Folder);

        private static int Do(string program, params string[] words)
        {
            using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    /// <summary>A test that mounts a small disk: it is skipped where that is not allowed.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class TemporaryDiskFactAttribute : FactAttribute
    {
        public TemporaryDiskFactAttribute()
        {
            string folder = Directory.CreateTempSubdirectory("disk").FullName;
            try
            {
                using var disk = new TemporaryDisk(folder, 64);
            }
            catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
            {
                Skip = "A small disk in memory cannot be mounted here; that takes Linux and the right to mount.";
            }
            finally
            {
                Directory.Delete(folder);
            }
        }
    }
}
