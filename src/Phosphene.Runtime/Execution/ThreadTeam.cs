using System.Diagnostics;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// A fixed set of threads that runs parallel loops together. Between the loops of a plan its threads spin, because waking a thread costs more
/// than most kernels take; between plans they sleep. The caller's thread is one of the team.
/// </summary>
public sealed class ThreadTeam : IDisposable
{
    // A thread that found nothing to do for this long goes to sleep: longer than the gap between two steps of an ascent.
    private static readonly long SpinTicks = Stopwatch.Frequency / 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _asleep;
    private Kernel? _kernel;
    private Action<Kernel, int, int>? _run;
    private int _stage, _items, _next, _arrived;
    private int _generation;
    private Exception? _failure;
    private volatile bool _disposed;

    /// <summary>A team of the given number of threads, the caller's included; at least 1.</summary>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Count = threads;
        _threads = new Thread[threads - 1];
        _wake = new SemaphoreSlim[threads - 1];
        _asleep = new int[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i;
            _wake[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Work(index)) { IsBackground = true, Name = $"Phosphene {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>The number of threads, the caller's included.</summary>
    public int Count { get; }

    /// <summary>Runs one stage of a kernel: every item once, on whichever thread is free. Returns when all are done.</summary>
    internal void Run(Kernel kernel, int stage, Action<Kernel, int, int> run)
    {
        int items = kernel.Items(stage);
        if (items <= 1 || _threads.Length == 0)
        {
            for (int item = 0; item < items; item++) run(kernel, stage, item);
            return;
        }
        _kernel = kernel;
        _run = run;
        _stage = stage;
        _items = items;
        _next = 0;
        _arrived = 0;
        Interlocked.Increment(ref _generation);                      // publishes the fields above
        for (int i = 0; i < _wake.Length; i++)
            if (Interlocked.CompareExchange(ref _asleep[i], 0, 1) == 1) _wake[i].Release();

        Share();
        var spinner = new SpinWait();
        while (Volatile.Read(ref _arrived) < _threads.Length) spinner.SpinOnce(sleep1Threshold: -1);
        if (_failure is { } failure)
        {
            _failure = null;
            throw failure;
        }
    }

    private void Share()
    {
        try
        {
            for (int item = Interlocked.Increment(ref _next) - 1; item < _items; item = Interlocked.Increment(ref _next) - 1)
                _run!(_kernel!, _stage, item);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _failure = failure;                                      // reaches the caller when the stage ends
        }
    }

    private void Work(int index)
    {
        int seen = 0;
        while (true)
        {
            long since = Stopwatch.GetTimestamp();
            int spins = 0;
            while (Volatile.Read(ref _generation) == seen)
            {
                if (_disposed) return;
                Thread.SpinWait(8);
                if (++spins % 64 != 0 || Stopwatch.GetTimestamp() - since < SpinTicks) continue;
                Volatile.Write(ref _asleep[index], 1);
                Interlocked.MemoryBarrier();
                // The caller may have started a stage between our last look and the note that we sleep.
                if ((Volatile.Read(ref _generation) != seen || _disposed) && Interlocked.CompareExchange(ref _asleep[index], 0, 1) == 1) break;
                _wake[index].Wait();
                since = Stopwatch.GetTimestamp();
            }
            if (_disposed) return;
            seen = Volatile.Read(ref _generation);
            Share();
            Interlocked.Increment(ref _arrived);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        for (int i = 0; i < _threads.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _asleep[i], 0, 1) == 1) _wake[i].Release();
            _threads[i].Join();
            _wake[i].Dispose();
        }
    }
}
