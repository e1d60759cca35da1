namespace Phosphene.Atlas.Sweeps;

/// <summary>Writes what a batch gave on another thread, one batch at a time, so that the next one can be made meanwhile. What became of it is told on the thread of the caller.</summary>
/// <param name="done">Told of each unit that was written, and its failure if it has one.</param>
internal sealed class SweepWriter(Action<SweepUnit, string?>? done) : IDisposable
{
    private Task<IReadOnlyList<(SweepUnit Unit, string? Failure)>>? _writing;

    /// <summary>Waits until the batch before is written, and begins with one.</summary>
    /// <param name="write">Writes it; gives its units.</param>
    public void Write(Func<IReadOnlyList<(SweepUnit Unit, string? Failure)>> write)
    {
        Wait();
        _writing = Task.Run(write);
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="Runtime.Files.OutputFileException">It cannot be.</exception>
    public void Wait()
    {
        if (_writing is not { } writing) return;
        _writing = null;
        foreach ((SweepUnit unit, string? failure) in writing.GetAwaiter().GetResult()) done?.Invoke(unit, failure);
    }

    /// <summary>Throws what <see cref="Wait"/> would, if that is known by now.</summary>
    public void ThrowIfFailed()
    {
        if (_writing is { IsFaulted: true }) Wait();
    }

    /// <summary>Whoever is interrupted or fails waits too: what was made is not lost.</summary>
    public void Dispose() => Wait();
}
