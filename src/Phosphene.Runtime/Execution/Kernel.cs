namespace Phosphene.Runtime.Execution;

/// <summary>
/// One step of a plan: a sequence of parallel loops. The items of a stage are independent and each is computed by one thread, so the result does
/// not depend on the number of threads; a stage starts when the one before has ended. A kernel allocates nothing while it runs.
/// </summary>
internal abstract class Kernel
{
    /// <summary>What the kernel computes, for profiles and messages.</summary>
    public string Name { get; set; } = "";

    /// <summary>The floating-point operations of the convolutions or matrix products that it does, as the graph states them; 0 if it does none.</summary>
    public double Operations { get; internal set; }

    /// <summary>The bytes of the values that it reads and writes, each value once.</summary>
    public double Bytes { get; internal set; }

    /// <summary>Why the compiler chose this kernel, in words; null if there was nothing to choose.</summary>
    public string? Choice { get; internal set; }

    /// <summary>The number of this run: no other run of this or any other kernel has it.</summary>
    internal long Ticket { get; set; }

    /// <summary>
    /// Whether each number of the result is written once, by the item that has read what the epilogue needs at the same place, where no other item reads, and the kernel is no slower for it: then the result may
    /// take the memory of what is read there, if nobody needs that any more.
    /// </summary>
    public virtual bool WritesInPlace => false;

    /// <summary>The number of parallel loops.</summary>
    public virtual int Stages => 1;

    /// <summary>The number of items of a stage.</summary>
    public abstract int Items(int stage);

    /// <summary>Computes one item of a stage.</summary>
    public abstract void Run<TLane>(int stage, int item) where TLane : unmanaged, ILane<TLane>;
}
