using System.Runtime.InteropServices;

namespace Phosphene.Cli;

/// <summary>
/// Ctrl-C and SIGTERM. The first asks the command to stop after its current step and to save what it has; the second ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <summary>Cancelled when the command should stop.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the command was asked to stop.</summary>
    public bool IsRequested => _source.IsCancellationRequested;

    /// <summary>The exit code of an interrupted command: 130, or 143 after SIGTERM.</summary>
    public int Code { get; private set; } = ExitCode.Interrupted;

    /// <summary>Interrupted by the signals of this process.</summary>
    public static Interruption FromSignals()
    {
        var interruption = new Interruption();
        interruption.Listen(PosixSignal.SIGINT, ExitCode.Interrupted);
        interruption.Listen(PosixSignal.SIGTERM, ExitCode.Terminated);
        return interruption;
    }

    /// <summary>Asks the command to stop.</summary>
    public void Request() => _source.Cancel();

    private void Listen(PosixSignal signal, int code) => _signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (IsRequested) Environment.Exit(code);
        Code = code;
        Request();
    }));

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
        _source.Dispose();
    }
}
