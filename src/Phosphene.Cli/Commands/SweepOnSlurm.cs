using System.CommandLine;
using System.CommandLine.Parsing;
using Phosphene.Atlas.Slurm;
using Phosphene.Atlas.Sweeps;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>The options of <see cref="SweepCommand"/> that hand a sweep over to Slurm, and what they do.</summary>
internal sealed class SweepOnSlurm
{
    public const string Local = "local", Name = "slurm";

    private const int UsualTasks = 64, UsualResubmissions = 2;

    private readonly Option<string?> _engine = CommonOptions.Choice("--engine", "Who does the work: local is this process; slurm submits it as a job array, follows it, and submits again what is missing. Everyone has to see DIR and MODEL under these names.", [Local, Name]);
    private readonly Option<int?> _array = CommonOptions.Integer("--array", "N", $"Of slurm, the most tasks; {UsualTasks} by default, and fewer where there is too little to do.", 1, SlurmSweep.MostTasks);
    private readonly Option<string?> _arguments = new("--sbatch-args") { HelpName = "WORDS", Description = "Of slurm, more options of sbatch, as in \"--partition=cpu --cpus-per-task=8 --time=2:00:00\"." };
    private readonly Option<int?> _resubmit = CommonOptions.Integer("--resubmit", "N", $"Of slurm, how often what is missing when a job is over is submitted again, in all; {UsualResubmissions} by default.", 0, 1000);

    public IReadOnlyList<Option> Options => [_engine, _array, _arguments, _resubmit];

    /// <summary>What the options of a command line ask for; null if they do not ask for Slurm.</summary>
    /// <exception cref="UsageException">They contradict each other, or there is no Slurm here.</exception>
    public Request? Read(ParseResult parsed)
    {
        OptionResult[] given = [.. parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit)];
        if (parsed.GetValue(_engine) != Name)
        {
            return given.FirstOrDefault(option => option.Option == _array || option.Option == _arguments || option.Option == _resubmit) is { } alone
                ? throw new UsageException($"{alone.Option.Name} is for Slurm; give --engine slurm with it, or leave it out.")
                : null;
        }
        if (given.Any(option => option.Option.Name == "--shard")) throw new UsageException("--engine slurm cuts the work into shards by itself; leave --shard out.");
        SlurmSweep.Require();
        // What a task says goes into a file, and the shard is its own.
        IEnumerable<string> model = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        IEnumerable<string> options = given.Where(option => !Options.Contains(option.Option) && option.Option.Name is not ("--json" or "--quiet" or "--gallery"))
            .SelectMany(option => option.Tokens.Count == 0 ? [option.Option.Name] : option.Tokens.Select(token => $"{option.Option.Name}={token.Value}"));
        return new Request([.. Program(), "sweep", .. model, .. options, "--quiet"], parsed.GetValue(_array) ?? UsualTasks, parsed.GetValue(_arguments), parsed.GetValue(_resubmit) ?? UsualResubmissions);
    }

    // This very program: what was started, or dotnet with the file that it was given.
    private static string[] Program()
    {
        string process = Environment.ProcessPath!, file = typeof(SweepOnSlurm).Assembly.Location;
        return file.Length > 0 && Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, file] : [process];
    }

    /// <param name="Command">What a task runs, without its shard.</param>
    /// <param name="Array">The most tasks.</param>
    /// <param name="Arguments">More options of sbatch.</param>
    /// <param name="Resubmissions">How often what is missing is submitted again.</param>
    internal sealed record Request(IReadOnlyList<string> Command, int Array, string? Arguments, int Resubmissions)
    {
        /// <summary>Does what is missing of a sweep; whether all is done.</summary>
        public bool Run(Sweep sweep, string folder, int? threads, Terminal terminal, bool quiet)
        {
            Progress? progress = null;
            int units = sweep.Batches.Sum(batch => batch.Count), shards = SlurmSweep.ShardsOf(sweep.Batches.Count, Array);
            if (shards < Array) Say($"{shards} of {Array} tasks are enough, for each should have minutes to do and not seconds.");
            var slurm = new SlurmSweep(sweep, folder, new BatchScript(Command, Environment.CurrentDirectory, shards) { Threads = threads, Options = Arguments }, Resubmissions);
            bool isDone;
            try
            {
                isDone = slurm.Run(status => (progress ??= terminal.Progress(units, quiet, "unit", status.Done))?.Report(status.Done, ("failed", status.Failed)), Say, terminal.Interruption.Token);
            }
            finally
            {
                progress?.Dispose();
            }
            if (terminal.Interruption.IsRequested && slurm.Job is { } job) Say($"Job {job} goes on: the same command follows it again, 'phosphene status' tells how far it is, and 'scancel {job}' ends it.");
            return isDone;

            // The line of progress goes first, and comes again with the next look.
            void Say(string sentence)
            {
                progress?.Dispose();
                progress = null;
                if (!quiet) terminal.Error.WriteLine($"phosphene: {sentence}");
            }
        }
    }
}
