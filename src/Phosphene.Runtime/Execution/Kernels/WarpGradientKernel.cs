using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The adjoint of <see cref="WarpKernel"/>: dy [N, C, H', W'] adds to dx [N, C, H, W], at each of the four pixels that it read, its value times
/// that pixel's weight:
/// <code>
/// dx[r, c] += (1-f)·(1-g)·dy[i, j],   dx[r, c+1] += (1-f)·g·dy[i, j],   dx[r+1, c] += f·(1-g)·dy[i, j],   dx[r+1, c+1] += f·g·dy[i, j]
/// </code>
/// One item per image and strip of rows of dx; it visits the pixels of dy that reach the strip in their order, so each sum has the same order
/// however the strips fall to threads. The sums of four channels lie side by side, [rows + 2, W + 2, 4], so that a vector adds to all of them; the
/// frame of a pixel takes what falls outside the strip, so that nothing has to ask.
/// </summary>
internal sealed unsafe class WarpGradientKernel(Value dy, Value matrix, Value dx) : Kernel
{
    private const int Strip = 16, Side = 4;
    private readonly int _channels = dx.Shape.Channels, _height = dx.Shape.Height, _width = dx.Shape.Width, _pitch = dx.Shape.Width + 2;
    private readonly int _givenHeight = dy.Shape.Height, _givenWidth = dy.Shape.Width;
    private readonly int _strips = (dx.Shape.Height + Strip - 1) / Strip;

    public override int Items(int stage) => dx.Shape.Batch * _strips;

    public override void Run<TLane>(int stage, int item)
    {
        (int n, int strip) = Math.DivRem(item, _strips);
        var map = new AffineMap(matrix.Data);
        int top = strip * Strip, bottom = Math.Min(_height, top + Strip);
        if (map.IsShift(out int down, out int right))
        {
            PixelShift.Rows(dy, dx, n, top, bottom, -down, -right, 0);
            return;
        }
        nint plane = (nint)_height * _width, source = (nint)_givenHeight * _givenWidth, floats = (nint)(bottom - top + 2) * _pitch * Side;
        float* sums = PrivateMemory.Of(this, item, floats, out _), origin = sums + ((1 - top) * (nint)_pitch + 1) * Side;
        for (int channel = 0; channel < _channels; channel += Side)
        {
            int count = Math.Min(Side, _channels - channel);
            float* given = dy.Data + ((nint)n * _channels + channel) * source, result = dx.Data + ((nint)n * _channels + channel) * plane;
            for (nint at = 0; at < floats; at += 1 << 20) new Span<float>(sums + at, (int)Math.Min(1 << 20, floats - at)).Clear();
            for (int i = 0; i < _givenHeight; i++)
            {
                Ramp rows = map.Rows(i), columns = map.Columns(i);
                int from = 0, to = _givenWidth;
                rows.Narrow(top - 1, bottom, ref from, ref to);
                columns.Narrow(-1, _width, ref from, ref to);
                if (from < to) Add(rows, columns, given + (nint)i * _givenWidth, source, count, origin, from, to);
            }
            for (int r = top; r < bottom; r++) Put(origin + (nint)r * _pitch * Side, result + (nint)r * _width, plane, count);
        }
    }

    // Pixels [from, to) of a row of dy, count channels of it, to the sums around origin. Lanes past the last channel repeat it, and nobody reads them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(Ramp rows, Ramp columns, float* row, nint source, int count, float* origin, int from, int to)
    {
        float* v0 = row, v1 = row + Math.Min(1, count - 1) * source, v2 = row + Math.Min(2, count - 1) * source, v3 = row + (count - 1) * source;
        nint below = (nint)_pitch * Side;
        int j = from;
        for (; j <= to - 4; j += 4)
        {
            Vector256<long> at = Bilinear.At(rows, columns, j, _pitch, out Vector128<float> w00, out Vector128<float> w01, out Vector128<float> w10, out Vector128<float> w11);
            Spread(Vector128.Create(v0[j], v1[j], v2[j], v3[j]), origin + (nint)at[0] * Side, below, First(w00), First(w01), First(w10), First(w11));
            Spread(Vector128.Create(v0[j + 1], v1[j + 1], v2[j + 1], v3[j + 1]), origin + (nint)at[1] * Side, below, Second(w00), Second(w01), Second(w10), Second(w11));
            Spread(Vector128.Create(v0[j + 2], v1[j + 2], v2[j + 2], v3[j + 2]), origin + (nint)at[2] * Side, below, Third(w00), Third(w01), Third(w10), Third(w11));
            Spread(Vector128.Create(v0[j + 3], v1[j + 3], v2[j + 3], v3[j + 3]), origin + (nint)at[3] * Side, below, Fourth(w00), Fourth(w01), Fourth(w10), Fourth(w11));
        }
        for (; j < to; j++)
        {
            Vector256<long> at = Bilinear.At(rows, columns, j, _pitch, out Vector128<float> w00, out Vector128<float> w01, out Vector128<float> w10, out Vector128<float> w11);
            Spread(Vector128.Create(v0[j], v1[j], v2[j], v3[j]), origin + (nint)at[0] * Side, below, First(w00), First(w01), First(w10), First(w11));
        }
    }

    // Adds v, times each weight, to the sums of the four pixels of which the first is at the given place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(Vector128<float> v, float* at, nint below, Vector128<float> w00, Vector128<float> w01, Vector128<float> w10, Vector128<float> w11)
    {
        Vector128.MultiplyAddEstimate(w00, v, Vector128.Load(at)).Store(at);
        Vector128.MultiplyAddEstimate(w01, v, Vector128.Load(at + Side)).Store(at + Side);
        Vector128.MultiplyAddEstimate(w10, v, Vector128.Load(at + below)).Store(at + below);
        Vector128.MultiplyAddEstimate(w11, v, Vector128.Load(at + below + Side)).Store(at + below + Side);
    }

    // A row of sums [W, 4] to its place in as many planes as there are channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Put(float* sums, float* result, nint plane, int count)
    {
        int c = 0;
        for (; c <= _width - 4; c += 4, sums += 4 * Side)
        {
            (Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3) =
                (Vector128.Load(sums), Vector128.Load(sums + Side), Vector128.Load(sums + 2 * Side), Vector128.Load(sums + 3 * Side));
            LaneTranspose.Square(ref v0, ref v1, ref v2, ref v3);
            v0.Store(result + c);
            if (count > 1) v1.Store(result + plane + c);
            if (count > 2) v2.Store(result + 2 * plane + c);
            if (count > 3) v3.Store(result + 3 * plane + c);
        }
        LaneTranspose.Scatter(sums, Side, result + c, plane, count, _width - c);
    }

    // One lane in all lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> First(Vector128<float> x) => Vector128.Shuffle(x, Vector128.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Second(Vector128<float> x) => Vector128.Shuffle(x, Vector128.Create(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Third(Vector128<float> x) => Vector128.Shuffle(x, Vector128.Create(2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Fourth(Vector128<float> x) => Vector128.Shuffle(x, Vector128.Create(3));
}
