using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [N, C, H', W'] from x [N, C, H, W] read through an <see cref="AffineMap"/>, bilinearly. With r and c the whole parts and f and g the
/// fractions of the place that pixel (i, j) reads,
/// <code>
/// y[i, j] = (1-f)·(1-g)·x[r, c] + (1-f)·g·x[r, c+1] + f·(1-g)·x[r+1, c] + f·g·x[r+1, c+1]
/// </code>
/// where x is fill outside the image; so is y if the place is not a finite number. Each row of the result is fill, then pixels that meet the rim
/// of the image, then pixels inside, then the rim and fill again. Inside, four pixels go together: places and weights are computed for all
/// channels at once, and two neighbours are one load. A shift by whole pixels copies rows. One item per image and strip of rows.
/// </summary>
internal sealed unsafe class WarpKernel(Value x, Value matrix, Value y, float fill) : Kernel
{
    // Rows of the image are asked for so many rows of the result before they are read: the processor foresees only reading along a row, which a turned image is not.
    private const int Strip = 8, Ahead = 4;
    private readonly int _channels = x.Shape.Channels, _height = x.Shape.Height, _width = x.Shape.Width, _resultWidth = y.Shape.Width;
    private readonly nint _plane = (nint)x.Shape.Height * x.Shape.Width, _resultPlane = (nint)y.Shape.Height * y.Shape.Width;
    private readonly int _strips = (y.Shape.Height + Strip - 1) / Strip;

    public override int Items(int stage) => x.Shape.Batch * _strips;

    public override void Run<TLane>(int stage, int item)
    {
        (int n, int strip) = Math.DivRem(item, _strips);
        var map = new AffineMap(matrix.Data);
        int end = Math.Min(y.Shape.Height, (strip + 1) * Strip);
        if (map.IsShift(out int down, out int right))
        {
            PixelShift.Rows(x, y, n, strip * Strip, end, down, right, fill);
            return;
        }
        for (int i = strip * Strip; i < end; i++) Row(map.Rows(i), map.Columns(i), n, i);
    }

    private void Row(Ramp rows, Ramp columns, int n, int i)
    {
        int from = 0, to = _resultWidth;
        rows.Narrow(-1, _height, ref from, ref to);
        columns.Narrow(-1, _width, ref from, ref to);
        int inside = from, outside = to;
        rows.Narrow(0, _height - 1, ref inside, ref outside);
        columns.Narrow(0, _width - 1, ref inside, ref outside);
        if (outside - inside < 4) inside = outside = to;

        float* image = x.Data + n * _channels * _plane, result = y.Data + n * _channels * _resultPlane + (nint)i * _resultWidth;
        for (int c = 0; c < _channels; c++)
        {
            new Span<float>(result + c * _resultPlane, from).Fill(fill);
            new Span<float>(result + c * _resultPlane + to, _resultWidth - to).Fill(fill);
        }
        for (int j = from; j < inside; j++) Rim(rows[j], columns[j], image, result + j);
        Inside(rows, columns, image, result, inside, outside);
        for (int j = outside; j < to; j++) Rim(rows[j], columns[j], image, result + j);
    }

    // Pixels [from, to) of a row, none or at least four, all of whose neighbours are in the image. The last four may begin among those before them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inside(Ramp rows, Ramp columns, float* image, float* result, int from, int to)
    {
        nint plane = _plane, target = _resultPlane, ahead = (nint)Ahead * _width;
        for (int next = from; next < to; next += 4)
        {
            int j = Math.Min(next, to - 4);
            Vector256<long> at = Bilinear.At(rows, columns, j, _width, out Vector128<float> w00, out Vector128<float> w01, out Vector128<float> w10, out Vector128<float> w11);
            (nint at0, nint at1, nint at2, nint at3) = ((nint)at[0], (nint)at[1], (nint)at[2], (nint)at[3]);
            float* above = image, below = image + _width, put = result + j;
            for (int channel = 0; channel < _channels; channel++, above += plane, below += plane, put += target)
            {
                Processor.Prefetch(below + at0 + ahead);
                (Vector128<float> above01, Vector128<float> above23) = (Pairs(above + at0, above + at1), Pairs(above + at2, above + at3));
                (Vector128<float> below01, Vector128<float> below23) = (Pairs(below + at0, below + at1), Pairs(below + at2, below + at3));
                Vector128<float> upper = Vector128.MultiplyAddEstimate(w01, LaneTranspose.Odd(above01, above23), w00 * LaneTranspose.Even(above01, above23));
                Vector128<float> lower = Vector128.MultiplyAddEstimate(w11, LaneTranspose.Odd(below01, below23), w10 * LaneTranspose.Even(below01, below23));
                (upper + lower).Store(put);
            }
        }
    }

    // a[0], a[1], b[0], b[1].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pairs(float* a, float* b) => Vector128.Create(*(double*)a, *(double*)b).AsSingle();

    // One pixel of which at least one neighbour may be missing; row in [-1, H), column in [-1, W).
    private void Rim(double row, double column, float* image, float* put)
    {
        int r = (int)Math.Floor(row), c = (int)Math.Floor(column);
        float f = (float)(row - r), g = (float)(column - c);
        bool up = r >= 0, down = r + 1 < _height, left = c >= 0, right = c + 1 < _width;
        for (int channel = 0; channel < _channels; channel++, image += _plane, put += _resultPlane)
        {
            float* at = image + (nint)r * _width + c;
            float above = (1 - g) * (up && left ? at[0] : fill) + g * (up && right ? at[1] : fill);
            float below = (1 - g) * (down && left ? at[_width] : fill) + g * (down && right ? at[_width + 1] : fill);
            *put = (1 - f) * above + f * below;
        }
    }
}
