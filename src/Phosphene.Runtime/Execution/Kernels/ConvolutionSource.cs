using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Copies the input of a convolution into a frame of zeros: [N, C, H, W] in blocks, or plain with few channels, to
/// [N, blocks, PaddedHeight, PaddedWidth, lanes]. Fewer channels than a block has become one block of just these, so that nothing is multiplied by the
/// zeros past the last, and a window's row is one run. One item per image and block and eighth of the rows.
/// </summary>
internal sealed unsafe class ConvolutionSource(Value x, Value framed, ConvolutionGeometry geometry, int lanes) : Kernel
{
    private const int Parts = 8;
    private readonly int _blocks = x.Layout == Layout.Blocked ? x.Blocks : 1;

    /// <summary>Lanes of a block: 16, or all channels if they are fewer or the input is plain.</summary>
    public static int LanesOf(Value x) => x.Layout == Layout.Blocked ? Math.Min(Value.Block, x.Shape.Channels) : x.Shape.Channels;

    public override int Items(int stage) => x.Shape.Batch * _blocks * Parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int part, int block) = Strips.RowsFirst(item, Parts, _blocks);
        int plane = n * _blocks + block;
        int height = geometry.PaddedHeight, width = geometry.PaddedWidth, row = geometry.Width * lanes;
        float* to = framed.Data + (long)plane * height * width * lanes;
        float* from = x.Data + n * x.ImageStride + (x.Layout == Layout.Blocked ? block * x.BlockStride : 0);
        for (int y = height * part / Parts; y < height * (part + 1) / Parts; y++)
        {
            var target = new Span<float>(to + (long)y * width * lanes, width * lanes);
            int sourceY = y - geometry.Top;
            if (sourceY < 0 || sourceY >= geometry.Height)
            {
                target.Clear();
                continue;
            }
            target[..(geometry.Left * lanes)].Clear();
            target[(geometry.Left * lanes + row)..].Clear();
            Span<float> inside = target.Slice(geometry.Left * lanes, row);
            if (x.Layout == Layout.Blocked && lanes == Value.Block) new ReadOnlySpan<float>(from + (long)sourceY * row, row).CopyTo(inside);
            else if (x.Layout == Layout.Blocked)
            {
                float* pixel = from + (long)sourceY * geometry.Width * Value.Block;
                for (int i = 0; i < inside.Length; i += lanes, pixel += Value.Block)
                    new ReadOnlySpan<float>(pixel, lanes).CopyTo(inside.Slice(i, lanes));
            }
            else
            {
                float* first = to + ((long)y * width + geometry.Left) * lanes;
                for (int c = 0; c < lanes; c++)
                {
                    float* line = from + ((long)c * geometry.Height + sourceY) * geometry.Width, put = first + c;
                    for (float* end = line + geometry.Width; line < end; line++, put += lanes) *put = *line;
                }
            }
        }
    }
}
