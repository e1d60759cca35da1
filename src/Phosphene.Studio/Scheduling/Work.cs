namespace Phosphene.Studio.Scheduling;

/// <summary>How much a work matters at present.</summary>
internal enum Attention
{
    /// <summary>Nobody has the page open: it waits.</summary>
    None,

    /// <summary>It goes on behind what is looked at.</summary>
    Hidden,

    /// <summary>Somebody looks at it.</summary>
    Visible,
}

/// <summary>Something that goes on for longer, in short turns: an ascent, the pictures of a layer.</summary>
internal abstract class Work
{
    /// <summary>How much it matters at present. Asked before each turn, on the scheduler's thread.</summary>
    public abstract Attention Attention { get; }

    /// <summary>Whether there is something to do. Asked before each turn, on the scheduler's thread.</summary>
    public abstract bool IsRunnable { get; }

    /// <summary>Does a part, of about <see cref="Scheduler.TurnMilliseconds"/> or of one step if that takes longer. On the scheduler's thread; what it throws goes to <see cref="Fail"/>.</summary>
    public abstract void Turn();

    /// <summary>A turn threw: the work has to stop being runnable, and to tell.</summary>
    public abstract void Fail(Exception error);

    /// <summary>The time that the scheduler has given it, weighted; less comes first.</summary>
    internal double Given { get; set; }
}
