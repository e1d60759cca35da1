using Phosphene.Runtime.Files;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>The file beside a model that is trained, from which an interrupted training goes on.</summary>
/// <param name="Terminal">Where it is told of an interruption.</param>
/// <param name="Output">The file of the model.</param>
/// <param name="Resume">Whether the training goes on from the file.</param>
internal sealed record CheckpointFile(Terminal Terminal, string Output, bool Resume)
{
    public string Path => System.IO.Path.ChangeExtension(Output, ".checkpoint");

    public bool Exists => File.Exists(Path);

    /// <summary>Makes sure, before anything is done, that the file is there to go on from, or is not and can be written.</summary>
    public void Require()
    {
        OutputFile.Require(Path, ".checkpoint", "the training is kept there");
        if (Resume && !Exists) throw new UsageException($"There is no checkpoint '{Path}' to go on from; leave --resume out to begin.");
        if (!Resume && Exists) throw new UsageException($"'{Path}' is of a training that was interrupted; --resume goes on from it. To begin again, delete it or choose another -o.");
    }

    /// <summary>Takes up what is in the file, if the training goes on from it.</summary>
    public void Continue(Trainer trainer)
    {
        if (!Resume) return;
        try
        {
            trainer.Resume(Path);
        }
        catch (InvalidDataException error)
        {
            throw new InputFileException(error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"Checkpoint '{Path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Trains to the last step.</summary>
    /// <returns>Whether it came to the end; otherwise it was interrupted.</returns>
    public bool Run(Trainer trainer, Action<TrainingReport> report)
    {
        try
        {
            trainer.Run(report, Terminal.Interruption.Token);
            return true;
        }
        catch (OperationCanceledException) when (Terminal.Interruption.IsRequested)
        {
            return false;
        }
    }

    /// <summary>An error of writing, which says what is not lost.</summary>
    public OutputFileException WithWhatIsKept(OutputFileException error) => new($"{error.Message.TrimEnd('.')}. What was reached is in '{Path}', and the same command with --resume goes on.", error);

    /// <summary>Tells of an interruption; returns the exit code.</summary>
    public int Interrupted(long step, long steps)
    {
        Terminal.Error.WriteLine($"phosphene: Interrupted after step {step} of {steps}; '{Path}' holds it, and the same command with --resume goes on.");
        return Terminal.Interruption.Code;
    }

    public void Delete() => File.Delete(Path);
}
