using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>
/// Two batches: while a plan reads one, the other is filled on another thread. What is in a batch depends on its step alone, so that the results are
/// those of filling each when it is needed.
/// </summary>
internal sealed class BatchPreparation(IBatchSource source, IReadOnlyList<Tensor> outputs, long end) : IDisposable
{
    private readonly Batch[] _batches = [new(outputs), new(outputs)];
    private Task? _filling;
    private long _step = -1;

    /// <summary>How many images a batch has.</summary>
    public int BatchSize => _batches[0].Size;

    /// <summary>The filled batch of a step, valid until the next call; the batch of the next step is begun.</summary>
    public Batch Take(long step)
    {
        if (_filling is null || _step != step) Begin(step);
        _filling!.GetAwaiter().GetResult();                          // passes on what the source threw
        if (step + 1 < end) Begin(step + 1);
        else _filling = null;
        return _batches[step % 2];
    }

    private void Begin(long step)
    {
        Wait();
        Batch batch = _batches[step % 2];
        _step = step;
        _filling = Task.Run(() => source.Fill(step, batch));
    }

    // A source may hold what its owner wants to close: nobody is left filling.
    private void Wait()
    {
        try
        {
            _filling?.Wait();
        }
        catch (AggregateException)
        {
            // What the source threw matters only if its batch is asked for.
        }
    }

    public void Dispose() => Wait();
}
