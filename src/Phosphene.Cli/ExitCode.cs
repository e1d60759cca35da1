namespace Phosphene.Cli;

/// <summary>What a script can tell from how the command ended. They never change meaning.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Success = 0;

    /// <summary>The work failed: a full disk, an ascent that diverged, a replay that differs.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be carried out as it is: an unknown option, layer or channel, an objective that cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>The model cannot be read, is not supported, or is not the one that is needed.</summary>
    public const int Model = 3;

    /// <summary>Another input file is bad: labels, a sidecar, an image, a PNG without a recipe.</summary>
    public const int InputFile = 4;

    /// <summary>Some of many pictures failed; the others are there.</summary>
    public const int SomeFailed = 5;

    /// <summary>A time limit ended the work before all of it was done; the same command goes on.</summary>
    public const int WorkLeft = 75;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;
}
