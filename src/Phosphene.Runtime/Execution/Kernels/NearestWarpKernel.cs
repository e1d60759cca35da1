namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [N, C, H', W'] from x [N, C, H, W] read through an <see cref="AffineMap"/> at the nearest pixel, a half counting to the next:
/// <code>
/// y[i, j] = x[⌊row + ½⌋, ⌊column + ½⌋]
/// </code>
/// or fill where that is outside of the image, or no number. One item per image and row of the result.
/// </summary>
internal sealed unsafe class NearestWarpKernel(Value x, Value matrix, Value y, float fill) : Kernel
{
    public override int Items(int stage) => x.Shape.Batch * y.Shape.Height;

    public override void Run<TLane>(int stage, int item)
    {
        (int channels, int height, int width, int across) = (x.Shape.Channels, x.Shape.Height, x.Shape.Width, y.Shape.Width);
        (int n, int i) = Math.DivRem(item, y.Shape.Height);
        var map = new AffineMap(matrix.Data);
        Ramp rows = map.Rows(i), columns = map.Columns(i);
        nint plane = (nint)height * width, target = (nint)y.Shape.Height * across;
        float* image = x.Data + n * channels * plane, result = y.Data + n * channels * target + (nint)i * across;
        for (int j = 0; j < across; j++)
        {
            double row = Math.Floor(rows[j] + 0.5), column = Math.Floor(columns[j] + 0.5);
            bool inside = row >= 0 && row < height && column >= 0 && column < width;
            float* at = inside ? image + (nint)row * width + (nint)column : null;
            for (int c = 0; c < channels; c++) result[c * target + j] = inside ? at[c * plane] : fill;
        }
    }
}

/// <summary>
/// The adjoint of <see cref="NearestWarpKernel"/>: dy [N, C, H', W'] adds to dx [N, C, H, W] at the pixel that it read. One item per image and strip of rows of dx; it visits the pixels of dy that reach the
/// strip in their order, so each sum has the same order however the strips fall to threads.
/// </summary>
internal sealed unsafe class NearestWarpGradientKernel(Value dy, Value matrix, Value dx) : Kernel
{
    private const int Strip = 16;
    private readonly int _strips = (dx.Shape.Height + Strip - 1) / Strip;

    public override int Items(int stage) => dx.Shape.Batch * _strips;

    public override void Run<TLane>(int stage, int item)
    {
        (int channels, int height, int width, int across) = (dx.Shape.Channels, dx.Shape.Height, dx.Shape.Width, dy.Shape.Width);
        (int n, int strip) = Math.DivRem(item, _strips);
        int top = strip * Strip, bottom = Math.Min(height, top + Strip);
        var map = new AffineMap(matrix.Data);
        nint plane = (nint)height * width, source = (nint)dy.Shape.Height * across;
        float* image = dx.Data + n * channels * plane, given = dy.Data + n * channels * source;
        for (int c = 0; c < channels; c++) new Span<float>(image + c * plane + (nint)top * width, (bottom - top) * width).Clear();
        for (int i = 0; i < dy.Shape.Height; i++)
        {
            Ramp rows = map.Rows(i), columns = map.Columns(i);
            int from = 0, to = across;
            // A pixel more on each side: what is reached is told by the same sum as forward.
            rows.Narrow(top - 1, bottom, ref from, ref to);
            columns.Narrow(-1, width, ref from, ref to);
            for (int j = from; j < to; j++)
            {
                double row = Math.Floor(rows[j] + 0.5), column = Math.Floor(columns[j] + 0.5);
                if (!(row >= top && row < bottom && column >= 0 && column < width)) continue;
                float* at = image + (nint)row * width + (nint)column, value = given + (nint)i * across + j;
                for (int c = 0; c < channels; c++) at[c * plane] += value[c * source];
            }
        }
    }
}
