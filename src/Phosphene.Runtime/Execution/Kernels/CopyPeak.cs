namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Copies an array and does nothing else: as large as the larger activations of a network, so that the copy finds them where kernels do. Whatever reads and writes as
/// many bytes takes about as long.
/// </summary>
internal sealed class CopyPeak(int items) : Kernel
{
    private const int Floats = 1 << 20;
    private readonly float[] _from = new float[Floats], _to = new float[Floats];

    public override int Items(int stage) => items;

    /// <summary>The bytes of one run: each is read and written.</summary>
    public static double BytesOfRun => 2.0 * Floats * sizeof(float);

    public override void Run<TLane>(int stage, int item)
    {
        int first = (int)((long)Floats * item / items), end = (int)((long)Floats * (item + 1) / items);
        _from.AsSpan(first, end - first).CopyTo(_to.AsSpan(first));
    }
}
