namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [B, O, M, S] = x [B, O, P, S] at the numbers at [B, M] or [1, M] of its third axis; 0 where there is no such element. All row-major. An item is some of
/// the M of one (b, o).
/// </summary>
internal sealed unsafe class TakeKernel(Value x, Value at, Value y) : Kernel
{
    private const int Grain = 1 << 13;
    private readonly int _outer = x.Shape[1], _places = x.Shape[2], _run = x.Shape[3], _count = y.Shape[2];
    private readonly int _group = Math.Max(1, Grain / Math.Max(1, x.Shape[3]));

    private int Groups => (_count + _group - 1) / _group;

    public override int Items(int stage) => x.Shape[0] * _outer * Groups;

    public override void Run<TLane>(int stage, int item)
    {
        (int plane, int group) = Math.DivRem(item, Groups);
        float* numbers = NumbersOf(at, plane / _outer), from = x.Data + (long)plane * _places * _run, to = y.Data + (long)plane * _count * _run;
        for (int m = group * _group; m < Math.Min(_count, (group + 1) * _group); m++)
        {
            int place = PlaceOf(numbers[m], _places);
            if (_run == 1) to[m] = place < 0 ? 0 : from[place];
            else if (place < 0) new Span<float>(to + (long)m * _run, _run).Clear();
            else new ReadOnlySpan<float>(from + (long)place * _run, _run).CopyTo(new Span<float>(to + (long)m * _run, _run));
        }
    }

    /// <summary>The numbers for one of the batch.</summary>
    public static float* NumbersOf(Value at, int batch) => at.Data + (at.Shape[0] == 1 ? 0 : (long)batch * at.Shape[1]);

    /// <summary>A number as a place from 0 to count - 1; -1 if it is none, or not a number.</summary>
    public static int PlaceOf(float number, int count) => number >= 0 && number < count ? (int)number : -1;
}

/// <summary>
/// dx [B, O, P, S] = the sum of those of dy [B, O, M, S] that were taken from there, in the order of the M. An item is some of the S of one (b, o), so that
/// no two write to one place.
/// </summary>
internal sealed unsafe class TakeGradientKernel(Value dy, Value at, Value dx) : Kernel
{
    private const int Part = 64;
    private readonly int _outer = dy.Shape[1], _places = dx.Shape[2], _run = dy.Shape[3], _count = dy.Shape[2];

    private int Parts => (_run + Part - 1) / Part;

    public override int Items(int stage) => dy.Shape[0] * _outer * Parts;

    public override void Run<TLane>(int stage, int item)
    {
        (int plane, int part) = Math.DivRem(item, Parts);
        int start = part * Part, length = Math.Min(Part, _run - start);
        float* numbers = TakeKernel.NumbersOf(at, plane / _outer), from = dy.Data + (long)plane * _count * _run + start, to = dx.Data + (long)plane * _places * _run + start;
        for (int p = 0; p < _places; p++) new Span<float>(to + (long)p * _run, length).Clear();
        for (int m = 0; m < _count; m++)
        {
            int place = TakeKernel.PlaceOf(numbers[m], _places);
            if (place < 0) continue;
            float* source = from + (long)m * _run, target = to + (long)place * _run;
            for (int s = 0; s < length; s++) target[s] += source[s];
        }
    }
}
