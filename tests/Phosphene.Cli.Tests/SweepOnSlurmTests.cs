using System.Diagnostics;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>A sweep as a job array, with an sbatch that does the tasks itself before it returns, and a squeue that tells what it is told; tests/slurm.sh has the real ones.</summary>
public sealed class SweepOnSlurmTests : CommandTests
{
    private const string Sbatch = """
        #!/bin/bash
        [ "$1" = --version ] && exit
        echo "$2" >> "$FAKE/submitted"
        job=$(wc -l < "$FAKE/submitted")
        array=${2#--array=}
        [ -e "$FAKE/waiting" ] || for task in ${array//,/ }; do
            [ "$job-$task" = "$LOST" ] || SLURM_ARRAY_TASK_ID=$task SLURM_CPUS_ON_NODE=1 bash "$3" > "${job}_$task.txt" 2>&1
        done
        echo "$job"
        """;

    private const string Squeue = """
        #!/bin/bash
        [ ! -e "$FAKE/waiting" ] || echo "$@"
        """;

    private static readonly string[] Words = ["--layers", "relu1,relu2", "--make", "channel,negative", "--steps", "2", "--size", "24x32"];

    public SweepOnSlurmTests()
    {
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        Directory.CreateDirectory(At("bin"));
        WriteProgram("sbatch", Sbatch);
        WriteProgram("squeue", Squeue);
    }

    [UnixFact]
    public void A_task_that_is_lost_is_submitted_again_and_the_folder_is_that_of_a_sweep_alone()
    {
        (int code, string error) = Slurm(lost: "1-1", "--array", "3");
        Assert.Equal((0, "phosphene: Job 1: 3 tasks.\nphosphene: Job 1 is over, and 1 task left something: again, as job 2 (1 of 2).\n"), (code, error));
        Assert.Equal(["--array=0,1,2", "--array=1"], File.ReadAllLines(At("submitted")));
        Assert.Equal(0, Run(["sweep", At("tiny.onnx"), "-o", At("alone"), .. Words]).Code);
        Assert.Equal(Contents("alone"), Contents("it's \"one\""));

        Assert.Equal((0, ""), Slurm(lost: "", "--array", "3"));      // there is nothing to do, and nothing is submitted
        string picture = Directory.GetFiles(At("it's \"one\"/relu2"), "*.png")[0];
        File.WriteAllText(picture, "damaged");
        (code, error) = Slurm(lost: "", "--array", "3");
        Assert.Equal(0, code);
        Assert.StartsWith("phosphene: 1 picture was not what was written, and is made again.\n", error, StringComparison.Ordinal);
        Assert.Equal(Contents("alone"), Contents("it's \"one\""));
    }

    [UnixFact]
    public void A_task_that_is_always_lost_ends_the_tries_and_is_told_of()
    {
        (int code, string error) = Slurm(lost: "1-0", "--array", "1", "--resubmit", "0");
        Assert.Equal(75, code);
        Assert.EndsWith($"phosphene: Job 1 is over, and 1 task of 1 left something. What they say is in {At("it's \"one\"/slurm/1_*.txt")}.\n", error, StringComparison.Ordinal);
    }

    [UnixFact]
    public void What_waits_in_the_queue_is_followed_and_not_submitted_twice()
    {
        File.WriteAllText(At("waiting"), "");
        for (int call = 1; call <= 2; call++)
        {
            using Process process = Start(lost: "", "--array", "3");
            string? begun = process.StandardError.ReadLine();
            Assert.Equal(call == 1 ? "phosphene: Job 1: 3 tasks." : "phosphene: Job 1 is at work on it, 3 tasks; following it.", begun);
            using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(143, process.ExitCode);
            Assert.StartsWith("phosphene: Job 1 goes on: the same command follows it again, 'phosphene status' tells how far it is, and 'scancel 1' ends it.", error, StringComparison.Ordinal);
        }
        (int code, string other) = Slurm(lost: "", "--array", "2");
        Assert.Equal((2, $"phosphene: Job 1 is still at work on '{At("it's \"one\"")}', with other options; wait for it, or end it: scancel 1\n"), (code, other));
        File.Delete(At("waiting"));
        Assert.Equal(0, Slurm(lost: "", "--array", "2").Code);
        Assert.Equal(["--array=0,1,2", "--array=0,1"], File.ReadAllLines(At("submitted")));
    }

    [UnixFact]
    public void What_cannot_be_submitted_is_said()
    {
        Assert.Equal((2, "phosphene: --array is for Slurm; give --engine slurm with it, or leave it out.\n"), Ending(Run("sweep", At("tiny.onnx"), "-o", At("s"), "--array", "4")));
        Assert.Equal((2, "phosphene: --engine slurm cuts the work into shards by itself; leave --shard out.\n"), Ending(Run("sweep", At("tiny.onnx"), "-o", At("s"), "--engine", "slurm", "--shard", "0/2")));
        WriteProgram("sbatch", "#!/bin/bash\n[ \"$1\" = --version ] || { echo 'sbatch: error: invalid partition specified: nope' >&2; exit 1; }");
        (int code, string error) = Slurm(lost: "", "--array", "1", "--sbatch-args", "--partition=nope");
        Assert.Equal((2, $"phosphene: sbatch does not take the job: sbatch: error: invalid partition specified: nope. Its script is '{At("it's \"one\"/slurm/sweep.sh")}'; --sbatch-args adds options.\n"), (code, error));
        Assert.Contains("\n#SBATCH --partition=nope\n", File.ReadAllText(At("it's \"one\"/slurm/sweep.sh")), StringComparison.Ordinal);
        File.Delete(At("bin/sbatch"));
        Assert.Equal((2, "phosphene: There is no sbatch here, with which the engine slurm works; run this on a machine of the cluster from which jobs are submitted, or leave --engine out.\n"), Slurm(lost: "", path: At("bin")));
    }

    private void WriteProgram(string name, string text)
    {
        string path = At($"bin/{name}");
        File.Delete(path);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static (int, string) Ending(Result result) => (result.Code, result.Error);

    private (int Code, string Error) Slurm(string lost, params string[] options) => Slurm(lost, $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}", options);

    private (int Code, string Error) Slurm(string lost, string path, string[]? options = null)
    {
        using Process process = Start(lost, path, options ?? []);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private Process Start(string lost, params string[] options) => Start(lost, $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}", options);

    private Process Start(string lost, string path, string[] options)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll"), "sweep", At("tiny.onnx"), "-o", At("it's \"one\""), "--engine", "slurm", .. options, .. Words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["PATH"], start.Environment["FAKE"], start.Environment["LOST"]) = (path, At(""), lost);
        return Process.Start(start)!;
    }

    // Without what is Slurm's.
    private SortedDictionary<string, string> Contents(string folder) =>
        new(Directory.GetFiles(At(folder), "*", SearchOption.AllDirectories).Where(file => !file.Contains("/slurm/", StringComparison.Ordinal)).ToDictionary(file => Path.GetRelativePath(At(folder), file), file => Convert.ToHexString(File.ReadAllBytes(file))), StringComparer.Ordinal);
}
