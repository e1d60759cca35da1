namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>Shifts images by whole pixels.</summary>
internal static unsafe class PixelShift
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
