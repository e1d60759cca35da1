using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>What a command leaves that is killed, as by a power cut, and what goes on from there.</summary>
public sealed class KillTests : CommandTests
{
    // Some minutes' work, so that nothing ends before it is killed. How many steps are to be done is no part of what a checkpoint is of.
    private const string Endless = "300000";

    private string Checkpoint => At("a.checkpoint");

    [UnixFact]
    public void A_render_that_is_killed_ten_times_ends_with_the_bytes_of_an_undisturbed_one()
    {
        var random = new Random(1);
        int reached = 0;
        for (int kill = 0; kill < 10; kill++)
        {
            string[] resume = kill == 0 ? [] : ["--resume"];
            int next = reached + random.Next(1, 40);
            using Process process = StartRender(["--steps", Endless, "--checkpoint-every", $"{random.Next(1, 4)}", .. resume]);
            Kill(process, () => StepOfCheckpoint() >= next, random);
            reached = StepOfCheckpoint();
            Assert.Equal(["a.checkpoint"], Left());
        }

        string steps = $"{reached + 3}";
        Assert.Equal((0, ""), Ending(Render("a.png", "--steps", steps, "--resume")));
        Assert.Equal((0, ""), Ending(Render("whole.png", "--steps", steps)));
        Assert.Equal(Bytes("whole.png"), Bytes("a.png"));
        Assert.Equal(["a.png", "whole.png"], Left());
    }

    [UnixFact]
    public void A_render_that_is_killed_before_its_first_checkpoint_begins_anew()
    {
        using (Process process = StartRender("--steps", Endless, "--checkpoint-every", Endless, "--snapshots", "1"))
            Kill(process, () => File.Exists(At("a.step-0001.png")), new Random(2));
        Assert.Equal(["a.step-0001.png"], Left());
        Fails(2, $"There is no checkpoint '{Checkpoint}' to go on from; leave --resume out to begin.", Render("a.png", "--steps", "60", "--resume"));

        Assert.Equal((0, ""), Ending(Render("a.png", "--steps", "60", "--checkpoint-every", "20")));
        Assert.Equal((0, ""), Ending(Render("whole.png", "--steps", "60")));
        Assert.Equal(Bytes("whole.png"), Bytes("a.png"));
        Assert.Equal(["a.png", "a.step-0001.png", "whole.png"], Left());
    }

    [UnixFact]
    public void What_a_killed_render_has_reached_is_not_lost_by_beginning_again()
    {
        using (Process process = StartRender("--steps", Endless, "--checkpoint-every", "1")) Kill(process, () => StepOfCheckpoint() >= 5, new Random(3));
        byte[] reached = Bytes("a.checkpoint");
        Fails(2, $"'{Checkpoint}' is of an ascent that was cut off; --resume goes on from it. To begin again, delete it or choose another -o.",
            Render("a.png", "--steps", "60", "--checkpoint-every", "20"));
        Assert.Equal(reached, Bytes("a.checkpoint"));
    }

    [UnixFact]
    public void Fewer_steps_than_were_reached_are_refused()
    {
        using (Process process = StartRender("--steps", Endless, "--checkpoint-every", "1")) Kill(process, () => StepOfCheckpoint() >= 5, new Random(4));
        int reached = StepOfCheckpoint();
        Fails(2, $"'{Checkpoint}' is after step {reached}, and the recipe has {reached - 1}; give --steps {reached} or more.", Render("a.png", "--steps", $"{reached - 1}", "--resume"));
        Assert.Equal((0, ""), Ending(Render("a.png", "--steps", $"{reached}", "--resume")));
        Assert.Equal(["a.png"], Left());
    }

    [UnixFact]
    public void A_pass_over_images_that_is_killed_ten_times_ends_with_the_index_of_an_undisturbed_one()
    {
        const int images = 3000;
        Directory.CreateDirectory(At("photos"));
        Parallel.For(0, images, i => new Picture(24, 32, 3, [.. Enumerable.Range(0, 24 * 32 * 3).Select(k => (byte)(k * (i + 3L) % 256))]).Save(At($"photos/{i:0000}.png")));
        File.WriteAllText(At("photos/0999.png"), "no picture");
        Write("fixed.onnx", TinyModel.Bytes(height: 24, width: 32, metadata: [("phosphene.preprocessing", "signed")]));
        string[] Examples(string index) => ["examples", At("fixed.onnx"), "relu1", "pre(relu2):0..7", "--images", At("photos"), "-o", At(index), "--checkpoint-every", "24"];

        var random = new Random(5);
        var reached = new List<int>();
        while (reached.Count < 10)
        {
            DateTime start = DateTime.UtcNow;
            using Process process = Start(Examples("a.sqlite"));
            Kill(process, () => File.Exists(At("a.sqlite")) && File.GetLastWriteTimeUtc(At("a.sqlite")) > start, random);
            // It may have been killed before it had written anything at all.
            bool isBegun = Rows("a.sqlite", "SELECT name FROM sqlite_schema").Length > 0;
            reached.Add(isBegun ? int.Parse(Rows("a.sqlite", "SELECT value FROM about WHERE name = 'done'")[0], System.Globalization.CultureInfo.InvariantCulture) : 0);
        }
        Assert.Equal(reached.Order(), reached);
        Assert.InRange(reached[^1], 10, images - 1);

        Assert.Equal(0, Run(Examples("a.sqlite")).Code);
        Assert.Equal(0, Run(Examples("whole.sqlite")).Code);
        foreach (string table in new[] { "about", "layer", "unit", "image", "example", "skipped" })
            Assert.Equal(Rows("whole.sqlite", $"SELECT * FROM {table}"), Rows("a.sqlite", $"SELECT * FROM {table}"));
        Assert.Equal(["0999.png"], Rows("a.sqlite", "SELECT file FROM skipped"));
    }

    [UnixFact]
    public void A_sweep_that_is_killed_fifty_times_ends_with_the_files_of_an_undisturbed_one_and_makes_nothing_twice()
    {
        string[] Sweep(string folder) => ["sweep", "embedded:shapes", "--layers", "conv*/relu", "--make", "channel,neuron,diverse", "--snapshots", "1", "--steps", "2", "--size", "32", "--json", "-o", At(folder)];

        var random = new Random(6);
        var written = new Dictionary<string, DateTime>();
        for (int kill = 0; kill < 50; kill++)
        {
            // Now and then while it starts, else somewhere in its work.
            int next = written.Count + random.Next(kill % 5 == 0 ? 1 : 5);
            using Process process = Start(Sweep("a"));
            Kill(process, () => Records("a").Length >= next, random);
            foreach (string record in Records("a"))
                if (!written.TryAdd(record, File.GetLastWriteTimeUtc(record))) Assert.Equal(written[record], File.GetLastWriteTimeUtc(record));      // what was done is not made again
            Assert.All(written.Keys, record => Assert.True(File.Exists(record), record));                                                           // nor lost
        }

        Result end = Run(Sweep("a"));
        JsonElement told = end.Json;
        Assert.Equal((0, written.Count, 0), (end.Code, told.GetProperty("doneBefore").GetInt32(), told.GetProperty("left").GetInt32()));
        Assert.InRange(written.Count, 50, told.GetProperty("units").GetInt32() - 1);
        Assert.All(written, entry => Assert.Equal(entry.Value, File.GetLastWriteTimeUtc(entry.Key)));
        Assert.Equal(0, Run(Sweep("whole")).Code);
        Assert.Equal(Contents("whole"), Contents("a"));              // what the killed ones were writing is swept away, too
        Assert.Equal(0, Run("status", At("a"), "--verify").Code);
    }

    private string[] Records(string folder) => Directory.Exists(At(folder)) ? Directory.GetFiles(At(folder), "*-*.json", SearchOption.AllDirectories) : [];

    private SortedDictionary<string, string> Contents(string folder) =>
        new(Directory.GetFiles(At(folder), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).ToDictionary(file => Path.GetRelativePath(At(folder), file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);

    private string[] Rows(string file, string query)
    {
        using var connection = new SqliteConnection($"Data Source={At(file)};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i))));
        return [.. rows];
    }

    private static string[] Words(string output, string[] options) => ["render", "embedded:shapes", "conv4/relu:5", "-o", output, "--size", "40x48", .. options];

    private Result Render(string output, params string[] options) => Run(Words(At(output), options));

    private static (int, string) Ending(Result result) => (result.Code, result.Error);

    private Process StartRender(params string[] options) => Start(Words(At("a.png"), options));

    private static Process Start(string[] words) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static void Kill(Process process, Func<bool> ready, Random random)
    {
        try
        {
            while (!ready())
            {
                if (process.HasExited) Assert.Fail($"Exit code {process.ExitCode}: {process.StandardError.ReadToEnd()}");
                Thread.Sleep(1);
            }
            Thread.Sleep(random.Next(8));                            // somewhere in the steps and the checkpoints that follow, not always right after one
        }
        finally
        {
            process.Kill();
        }
        process.WaitForExit();
        Assert.Equal(128 + 9, process.ExitCode);
    }

    // 0 before there is one. It is read while it is written, too: what has the name is whole.
    private int StepOfCheckpoint()
    {
        if (!File.Exists(Checkpoint)) return 0;
        using ArrayArchiveReader archive = ArrayArchiveReader.Open(Checkpoint);
        using JsonDocument meta = JsonDocument.Parse(archive.Read("meta.json", ArrayArchiveReader.MetaBytes));
        return meta.RootElement.GetProperty("step").GetInt32();
    }

    // A file that was being written stays under a name of its own, which nothing reads, until a run of a minute later sweeps it away.
    private string[] Left() => [.. Files().Where(name => !(name.StartsWith('.') && name.EndsWith(".phosphene.tmp", StringComparison.Ordinal)))];
}
