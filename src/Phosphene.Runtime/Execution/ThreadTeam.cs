using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// A fixed set of threads that runs parallel loops together. Between the loops of a plan its threads spin, because waking a thread costs more
/// than most kernels take; between plans they sleep. Each thread begins with a run of items of its own, the same part of every loop, so that it
/// finds in its cache what it wrote in the loop before; who is done takes items from the end of the others' runs. The caller's thread is one of
/// the team and waits only for threads that have begun to help, so a thread that the system has put aside delays nobody.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    // A thread that found nothing to do for this long goes to sleep: longer than the gap between two steps of an ascent.
    private static readonly long SpinTicks = Stopwatch.Frequency / 2000;

    // The gate holds the number of the stage, whether it is open, and how many threads are inside, so that one exchange enters it.
    private const long Open = 1 << 16, Inside = Open - 1, Stage = Open << 1;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _asleep;
    private Kernel? _kernel;
    private Action<Kernel, int, int>? _run;
    private int _stage;
    private readonly Share[] _shares;
    private long _gate;
    private Exception? _failure;
    private volatile bool _disposed;

    /// <summary>A team of the given number of threads, the caller's included; at least 1.</summary>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Count = threads;
        _shares = new Share[threads];
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
        ObjectDisposedException.ThrowIf(_disposed, this);
        int items = kernel.Items(stage);
        if (items <= 1 || _threads.Length == 0)
        {
            for (int item = 0; item < items; item++) run(kernel, stage, item);
            return;
        }
        (_kernel, _run, _stage) = (kernel, run, stage);
        for (int i = 0; i < _shares.Length; i++) _shares[i].Set((int)((long)items * i / _shares.Length), (int)((long)items * (i + 1) / _shares.Length));
        Interlocked.Add(ref _gate, Stage + Open);                    // nobody is inside; publishes the fields above
        for (int i = 0; i < _wake.Length; i++)
            if (Interlocked.CompareExchange(ref _asleep[i], 0, 1) == 1) _wake[i].Release();

        Help(0);
        Interlocked.Add(ref _gate, -Open);
        var spinner = new SpinWait();
        while ((Volatile.Read(ref _gate) & Inside) != 0) spinner.SpinOnce(sleep1Threshold: -1);
        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Help(int member)
    {
        try
        {
            int item;
            while ((item = _shares[member].Take(last: false)) >= 0) _run!(_kernel!, _stage, item);
            for (int other = 1; other < _shares.Length; other++)
                while ((item = _shares[(member + other) % _shares.Length].Take(last: true)) >= 0) _run!(_kernel!, _stage, item);
        }
        catch (Exception failure)
        {
            _failure = failure;                                      // reaches the caller when the stage ends
        }
    }

    private void Work(int index)
    {
        long seen = 0;
        while (!_disposed)
        {
            long gate = Volatile.Read(ref _gate);
            if ((gate & Open) == 0 || gate / Stage == seen) Wait(index, seen);
            else if (Interlocked.CompareExchange(ref _gate, gate + 1, gate) == gate)
            {
                seen = gate / Stage;
                Help(index + 1);
                Interlocked.Decrement(ref _gate);
            }
        }
    }

    // Returns when a stage other than the one seen is open: spins for a while, then sleeps.
    private void Wait(int index, long seen)
    {
        long since = Stopwatch.GetTimestamp();
        for (int spins = 1; !IsOpen(); spins++)
        {
            Thread.SpinWait(8);
            if (spins % 64 != 0 || Stopwatch.GetTimestamp() - since < SpinTicks) continue;
            Interlocked.Exchange(ref _asleep[index], 1);
            // The caller may have opened a stage between our last look and the note that we sleep.
            if (IsOpen() && Interlocked.CompareExchange(ref _asleep[index], 0, 1) == 1) return;
            _wake[index].Wait();
            since = Stopwatch.GetTimestamp();
        }

        bool IsOpen()
        {
            long gate = Volatile.Read(ref _gate);
            return _disposed || ((gate & Open) != 0 && gate / Stage != seen);
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

    /// <summary>The items [first, end) that nobody has begun, in one word so that one exchange takes one; alone on its cache line.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        [FieldOffset(64)]
        private long _firstAndEnd;

        public void Set(int first, int end) => Volatile.Write(ref _firstAndEnd, ((long)first << 32) | (uint)end);

        /// <summary>The first item or the last, or -1 if there is none left.</summary>
        public int Take(bool last)
        {
            while (true)
            {
                long seen = Volatile.Read(ref _firstAndEnd);
                (int first, int end) = ((int)(seen >> 32), (int)seen);
                if (first >= end) return -1;
                long left = last ? seen - 1 : seen + (1L << 32);
                if (Interlocked.CompareExchange(ref _firstAndEnd, left, seen) == seen) return last ? end - 1 : first;
            }
        }
    }
}
