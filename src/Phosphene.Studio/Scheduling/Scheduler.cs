using System.Diagnostics;

namespace Phosphene.Studio.Scheduling;

/// <summary>
/// The one thread on which all that is computed with models is computed, since every computation uses all cores: questions first, which are short and which somebody waits for, then the turns of works. Of the
/// time of works, what is visible gets most and what is hidden the rest; within each the next turn is that of the work that was given least, so that nothing starves. What was begun or touched last begins
/// with a lead.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    /// <summary>The time that a turn should take.</summary>
    public const double TurnMilliseconds = 15;

    /// <summary>The most questions that wait; one more is refused.</summary>
    public const int MostQuestions = 64;

    private const double HiddenShare = 0.15;                         // of the time, while something is visible
    private const double Lead = 200, QuestionsAhead = 50;            // milliseconds

    private readonly Lock _lock = new();
    private readonly List<Work> _works = [];
    private readonly Queue<Action> _questions = [];
    private readonly AutoResetEvent _awake = new(false);
    private readonly Thread _thread;
    private readonly Dictionary<Attention, double> _clocks = new() { [Attention.Visible] = 0, [Attention.Hidden] = 0 };      // what the work that was chosen last had been given
    private double _visibleGiven, _hiddenGiven;
    private double _asked;                                           // milliseconds of questions that works have not had since
    private bool _stopped;

    public Scheduler()
    {
        _thread = new Thread(Loop) { Name = "studio", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Begins to give a work its turns.</summary>
    public void Add(Work work)
    {
        lock (_lock)
        {
            work.Given = double.NegativeInfinity;                    // which is no more than the lead
            _works.Add(work);
        }
        Wake();
    }

    /// <summary>Gives a work no more turns; after the present one, if it has it.</summary>
    public void Remove(Work work)
    {
        lock (_lock) _works.Remove(work);
    }

    /// <summary>Somebody has just asked something of a work: it comes next, with a lead.</summary>
    public void Touch(Work work)
    {
        lock (_lock) work.Given = double.NegativeInfinity;
        Wake();
    }

    /// <summary>Something has become runnable.</summary>
    public void Wake() => _awake.Set();

    /// <summary>Computes something short before the next turn.</summary>
    /// <exception cref="TooManyException">Too many questions wait.</exception>
    /// <exception cref="OperationCanceledException">The studio ends, or nobody waits for the answer any more.</exception>
    public Task<T> Ask<T>(Func<T> question, CancellationToken cancellation = default)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            if (_questions.Count >= MostQuestions) throw new TooManyException($"{MostQuestions} questions wait for an answer already; ask again later.");
            _questions.Enqueue(() =>
            {
                if (_stopped || cancellation.IsCancellationRequested)
                {
                    answer.TrySetCanceled(CancellationToken.None);
                    return;
                }
                try
                {
                    answer.TrySetResult(question());
                }
                catch (Exception error)
                {
                    answer.TrySetException(error);
                }
            });
        }
        Wake();
        return answer.Task;
    }

    /// <summary>Computes something short before the next turn.</summary>
    /// <inheritdoc cref="Ask{T}(Func{T}, CancellationToken)"/>
    public Task Ask(Action question, CancellationToken cancellation = default) => Ask(() =>
    {
        question();
        return true;
    }, cancellation);

    /// <summary>Does something between two turns, or at once if there are no turns any more, and waits for it: for those who free what turns use.</summary>
    public void BetweenTurns(Action action)
    {
        try
        {
            Ask(action).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException or TooManyException)
        {
            Dispose();
            _thread.Join();
            action();
        }
    }

    private void Loop()
    {
        while (true)
        {
            // After so many questions works have their turn, as long as those took, however many still wait.
            if (_asked > QuestionsAhead && Next() is var (starved, isSeen))
            {
                _asked = Math.Max(0, _asked - Turn(starved, isSeen));
                continue;
            }
            Action? question;
            lock (_lock)
            {
                if (_stopped && _questions.Count == 0) return;
                _questions.TryDequeue(out question);
            }
            if (question is not null)
            {
                long start = Stopwatch.GetTimestamp();
                question();
                _asked += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            else if (Next() is var (work, isVisible))
            {
                _asked = 0;
                Turn(work, isVisible);
            }
            else
            {
                _asked = 0;
                _awake.WaitOne();
            }
        }
    }

    // The milliseconds that it took.
    private double Turn(Work work, bool isVisible)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            work.Turn();
        }
        catch (Exception error)
        {
            Fail(work, error);
        }
        double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        lock (_lock)
        {
            work.Given += taken;
            if (isVisible) _visibleGiven += taken / (1 - HiddenShare);
            else _hiddenGiven += taken / HiddenShare;
        }
        return taken;
    }

    // What cannot even fail is no work any more; the others go on.
    private void Fail(Work work, Exception error)
    {
        try
        {
            work.Fail(error);
        }
        catch (Exception)
        {
            Remove(work);
        }
    }

    private (Work Work, bool IsVisible)? Next()
    {
        lock (_lock)
        {
            if (_stopped) return null;
            Work? visible = Least(Attention.Visible), hidden = Least(Attention.Hidden);
            if (visible is null && hidden is null) return null;
            // Of time in which there was nothing of one kind, that kind is owed nothing.
            if (visible is null) _visibleGiven = _hiddenGiven;
            if (hidden is null) _hiddenGiven = _visibleGiven;
            bool isVisible = hidden is null || visible is not null && _visibleGiven <= _hiddenGiven;
            Work next = isVisible ? visible! : hidden!;
            Attention attention = isVisible ? Attention.Visible : Attention.Hidden;
            _clocks[attention] = Math.Max(_clocks[attention], next.Given);
            return (next, isVisible);
        }
    }

    private Work? Least(Attention attention)
    {
        Work[] works = [.. _works.Where(work => work.IsRunnable && work.Attention == attention)];
        // Neither what is new nor what was of the other kind is far ahead or far behind.
        foreach (Work work in works) work.Given = Math.Clamp(work.Given, _clocks[attention] - Lead, _clocks[attention] + Lead);
        return works.MinBy(work => work.Given);
    }

    /// <summary>Ends after the present turn; questions that wait are not answered.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopped) return;
            _stopped = true;
        }
        Wake();
        _thread.Join();
        _awake.Dispose();
    }
}
