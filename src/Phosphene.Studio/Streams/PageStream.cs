using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Phosphene.Studio.Streams;

/// <summary>One open connection of a page, over which it is told what happens. What a slow one has not taken yet is kept, the latest of each key alone and no more than <see cref="MostWaiting"/>.</summary>
internal sealed class PageStream
{
    /// <summary>The most events that wait; a connection that falls further behind is closed, and the page comes back and asks anew.</summary>
    public const int MostWaiting = 512;

    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<StreamEvent> _waiting = [];
    private readonly Dictionary<(string Kind, string Key), LinkedListNode<StreamEvent>> _latest = [];
    private readonly Channel<bool> _some = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _closed;

    /// <summary>Tells it something. Never waits.</summary>
    public void Send(StreamEvent told)
    {
        lock (_lock)
        {
            if (_closed) return;
            if (told.Key is not null && _latest.TryGetValue((told.Kind, told.Key), out LinkedListNode<StreamEvent>? earlier))
            {
                earlier.Value = told;
                return;
            }
            if (_waiting.Count == MostWaiting) _closed = true;
            else
            {
                LinkedListNode<StreamEvent> node = _waiting.AddLast(told);
                if (told.Key is not null) _latest[(told.Kind, told.Key)] = node;
            }
        }
        _some.Writer.TryWrite(true);
    }

    /// <summary>What it is told, until it is closed; a pulse if there is nothing to tell for a while, so that a dead connection is noticed.</summary>
    public async IAsyncEnumerable<SseItem<string>> Read([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!IsClosed)
        {
            while (Take() is { } told) yield return new SseItem<string>(told.Data, told.Kind);
            using var pulse = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            pulse.CancelAfter(Pulse);
            bool isQuiet = false;
            try
            {
                await _some.Reader.ReadAsync(pulse.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                isQuiet = true;
            }
            if (isQuiet) yield return new SseItem<string>("{}", "pulse");
        }
    }

    /// <summary>Ends it.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
        _some.Writer.TryWrite(true);
    }

    private bool IsClosed
    {
        get
        {
            lock (_lock) return _closed;
        }
    }

    private StreamEvent? Take()
    {
        lock (_lock)
        {
            if (_closed || _waiting.First is not { } first) return null;
            _waiting.RemoveFirst();
            if (first.Value.Key is { } key) _latest.Remove((first.Value.Kind, key));
            return first.Value;
        }
    }
}
