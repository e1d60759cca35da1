using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [N, C, H', W'] from x [N, C, H, W] read through an <see cref="AffineMap"/>, bilinearly. With r and c the whole parts and f and g the
/// fractions of the place that pixel (i, j) reads,
/// <code>
/// y[i, j] = (1-f)·(1-g)·x[r, c] + (1-f)·g·x[r, c+1] + f·(1-g)·x[r+1, c] + f·g·x[r+1, c+1]
/// </code>
/// where x is fill outside the image; so is y if the place is not a finite number. Each row of the result is fill, then pixels that meet the rim
/// of the image, then pixels inside, then the rim and fill again. A shift by whole pixels copies rows. One item per image and strip of rows.
/// </summary>
internal sealed unsafe class WarpKernel(Value x, Value matrix, Value y, float fill) : Kernel
{
    private const int Strip = 8;
    private readonly int _channels = x.Shape.Channels, _height = x.Shape.Height, _width = x.Shape.Width;
    private readonly int _strips = (y.Shape.Height + Strip - 1) / Strip;

    public override int Items(int stage) => x.Shape.Batch * _strips;

    public override void Run<TLane>(int stage, int item)
    {
        (int n, int strip) = Math.DivRem(item, _strips);
        var map = new AffineMap(matrix.Data);
        int end = Math.Min(y.Shape.Height, (strip + 1) * Strip);
        if (map.IsShift(out int down, out int right))
        {
            Shift.Rows(x, y, n, strip * Strip, end, down, right, fill);
            return;
        }
        for (int i = strip * Strip; i < end; i++) Row(map.Rows(i), map.Columns(i), n, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(Ramp rows, Ramp columns, int n, int i)
    {
        int width = y.Shape.Width, from = 0, to = width;
        rows.Narrow(-1, _height, ref from, ref to);
        columns.Narrow(-1, _width, ref from, ref to);
        int inside = from, outside = to;
        rows.Narrow(0, _height - 1, ref inside, ref outside);
        columns.Narrow(0, _width - 1, ref inside, ref outside);
        if (inside >= outside) inside = outside = to;

        nint plane = (nint)_height * _width, target = (nint)y.Shape.Height * width;
        float* image = x.Data + (long)n * _channels * plane, result = y.Data + (long)n * _channels * target + (long)i * width;
        for (int c = 0; c < _channels; c++)
        {
            new Span<float>(result + c * target, from).Fill(fill);
            new Span<float>(result + c * target + to, width - to).Fill(fill);
        }
        for (int j = from; j < inside; j++) Rim(rows[j], columns[j], image, result + j);
        for (int j = inside; j < outside; j++)
        {
            double row = rows[j], column = columns[j];
            int r = (int)row, c = (int)column;
            float f = (float)(row - r), g = (float)(column - c);
            float w11 = f * g, w10 = f - w11, w01 = g - w11, w00 = 1 - f - w01;
            float* at = image + (nint)r * _width + c, below = at + _width, put = result + j;
            for (int channel = 0; channel < _channels; channel++, at += plane, below += plane, put += target)
                *put = w00 * at[0] + w01 * at[1] + (w10 * below[0] + w11 * below[1]);
        }
        for (int j = outside; j < to; j++) Rim(rows[j], columns[j], image, result + j);
    }

    // One pixel of which at least one neighbour may be missing; row in [-1, H), column in [-1, W).
    private void Rim(double row, double column, float* image, float* put)
    {
        int r = (int)Math.Floor(row), c = (int)Math.Floor(column);
        float f = (float)(row - r), g = (float)(column - c);
        bool up = r >= 0, down = r + 1 < _height, left = c >= 0, right = c + 1 < _width;
        for (int channel = 0; channel < _channels; channel++, image += (nint)_height * _width, put += (nint)y.Shape.Height * y.Shape.Width)
        {
            float* at = image + (nint)r * _width + c;
            float above = (1 - g) * (up && left ? at[0] : fill) + g * (up && right ? at[1] : fill);
            float below = (1 - g) * (down && left ? at[_width] : fill) + g * (down && right ? at[_width + 1] : fill);
            *put = (1 - f) * above + f * below;
        }
    }
}

/// <summary>
/// The adjoint of <see cref="WarpKernel"/>: dy [N, C, H', W'] adds to dx [N, C, H, W], at each of the four pixels that it read, its value times
/// that pixel's weight. One item per image and strip of rows of dx; it visits the pixels of dy that reach the strip in their order, so each sum
/// has the same order however the strips fall to threads.
/// </summary>
internal sealed unsafe class WarpGradientKernel(Value dy, Value matrix, Value dx) : Kernel
{
    private const int Strip = 16;
    private readonly int _channels = dx.Shape.Channels, _height = dx.Shape.Height, _width = dx.Shape.Width;
    private readonly int _strips = (dx.Shape.Height + Strip - 1) / Strip;

    public override int Items(int stage) => dx.Shape.Batch * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int strip) = Math.DivRem(item, _strips);
        var map = new AffineMap(matrix.Data);
        int top = strip * Strip, bottom = Math.Min(_height, top + Strip);
        if (map.IsShift(out int down, out int right))
        {
            Shift.Rows(dy, dx, n, top, bottom, -down, -right, 0);
            return;
        }
        int width = dy.Shape.Width;
        nint plane = (nint)_height * _width, source = (nint)dy.Shape.Height * width;
        float* image = dx.Data + (long)n * _channels * plane, given = dy.Data + (long)n * _channels * source;
        for (int c = 0; c < _channels; c++) new Span<float>(image + c * plane + (nint)top * _width, (bottom - top) * _width).Clear();

        for (int i = 0; i < dy.Shape.Height; i++)
        {
            Ramp rows = map.Rows(i), columns = map.Columns(i);
            int from = 0, to = width;
            rows.Narrow(top - 1, bottom, ref from, ref to);
            columns.Narrow(-1, _width, ref from, ref to);
            for (int j = from; j < to; j++)
            {
                double row = rows[j], column = columns[j], wholeRow = Math.Floor(row), wholeColumn = Math.Floor(column);
                int r = (int)wholeRow, c = (int)wholeColumn;
                float f = (float)(row - wholeRow), g = (float)(column - wholeColumn);
                float w11 = f * g, w10 = f - w11, w01 = g - w11, w00 = 1 - f - w01;
                float* at = image + (nint)r * _width + c, below = at + _width, value = given + (nint)i * width + j;
                bool up = r >= top, low = r + 1 < bottom, left = c >= 0, inner = c + 1 < _width;
                if (up && low && left && inner)
                {
                    for (int channel = 0; channel < _channels; channel++, at += plane, below += plane, value += source)
                    {
                        float v = *value;
                        at[0] += w00 * v;
                        at[1] += w01 * v;
                        below[0] += w10 * v;
                        below[1] += w11 * v;
                    }
                    continue;
                }
                for (int channel = 0; channel < _channels; channel++, at += plane, below += plane, value += source)
                {
                    if (up && left) at[0] += w00 * *value;
                    if (up && inner) at[1] += w01 * *value;
                    if (low && left) below[0] += w10 * *value;
                    if (low && inner) below[1] += w11 * *value;
                }
            }
        }
    }
}

/// <summary>Shifts images by whole pixels.</summary>
file static unsafe class Shift
{
    /// <summary>
    /// to[n, c, i, j] = from[n, c, i + down, j + right], or fill where that is outside, for rows i in [top, bottom). Both [N, C, H, W].
    /// </summary>
    public static void Rows(Value from, Value to, int n, int top, int bottom, int down, int right, float fill)
    {
        int channels = from.Shape.Channels, height = from.Shape.Height, width = from.Shape.Width, targetWidth = to.Shape.Width;
        int first = (int)Math.Clamp(-(long)right, 0, targetWidth), last = (int)Math.Clamp((long)width - right, first, targetWidth);
        for (int c = 0; c < channels; c++)
            for (int i = top; i < bottom; i++)
            {
                var target = new Span<float>(to.Data + ((long)(n * channels + c) * to.Shape.Height + i) * targetWidth, targetWidth);
                long row = (long)i + down;
                if (row < 0 || row >= height || first == last)
                {
                    target.Fill(fill);
                    continue;
                }
                target[..first].Fill(fill);
                float* source = from.Data + ((long)(n * channels + c) * height + row) * width;
                new ReadOnlySpan<float>(source + first + right, last - first).CopyTo(target[first..last]);
                target[last..].Fill(fill);
            }
    }
}
