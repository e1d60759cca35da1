using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// dw [O, C / Groups, KH, KW] = Σ over images and output pixels of dy [N, O, OH, OW] in blocks times the framed source [N, blocks, H, W, lanes]:
/// the same twelve sums in registers as <see cref="Tile"/>, six input channels by two vectors of outputs, but summed over pixels.
/// One item per panel of outputs, block of inputs and tap.
/// </summary>
internal sealed unsafe class ConvolutionWeightGradient(Value source, Value dy, Value dw, ConvolutionGeometry geometry, PackedForm form) : Kernel
{
    private readonly ConvolutionGeometry.Phase _phase = geometry.Phases[0];
    private readonly int _blocks = (form.Inputs + form.Lanes - 1) / form.Lanes, _panels = ConvolutionWeights.Panels(form);
    private readonly Shape _shape = dw.Shape;

    public override int Items(int stage) => _panels * _blocks * _phase.Taps.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int outer, int tap) = Math.DivRem(item, _phase.Taps.Length);
        (int panel, int block) = Math.DivRem(outer, _blocks);
        (int firstBlock, int blocks) = ConvolutionWeights.BlocksOf(form, panel);
        if (block < firstBlock || block >= firstBlock + blocks) return;

        (int ky, int kx, int tapY, int tapX) = _phase.Taps[tap];
        int lanes = form.Lanes, width = form.PanelWidth, firstOutput = panel * width, perGroupOut = form.Outputs / form.Groups, perGroupIn = form.Inputs / form.Groups;
        long plane = (long)geometry.PaddedHeight * geometry.PaddedWidth * lanes;
        long start = block * plane + ((long)(_phase.BaseY + tapY) * geometry.PaddedWidth + _phase.BaseX + tapX) * lanes;
        float* sums = stackalloc float[Tile.Rows * 2 * Value.Block];
        int* offsets = stackalloc int[Tile.Rows];
        for (int lane = 0; lane < lanes; lane += Tile.Rows)
        {
            for (int r = 0; r < Tile.Rows; r++) offsets[r] = Math.Min(lane + r, lanes - 1);
            Product<TLane>(start, offsets, firstOutput, sums);
            for (int r = 0; r < Tile.Rows && lane + r < lanes; r++)
                for (int c = 0; c < width; c++)
                {
                    int input = block * lanes + lane + r, output = firstOutput + c;
                    if (input < form.Inputs && output < form.Outputs && input / perGroupIn == output / perGroupOut)
                        dw.Data[(((long)output * _shape[1] + input % perGroupIn) * _shape[2] + ky) * _shape[3] + kx] = sums[r * width + c];
                }
        }
    }

    // sums[r][c] = Σ_{n, i, j} source[n, pixel(i, j) + offsets[r]]·dy[n, i, j, firstOutput + c]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Product<T>(long start, int* offsets, int firstOutput, float* sums) where T : unmanaged, ILane<T>
    {
        T c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        T c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        int block = firstOutput / Value.Block, sourceStep = _phase.SourceStepX * form.Lanes;
        bool pair = T.Width < Value.Block || block + 1 < dy.Blocks;
        long second = T.Width < Value.Block ? T.Width : pair ? dy.BlockStride : 0;
        nint o0 = offsets[0], o1 = offsets[1], o2 = offsets[2], o3 = offsets[3], o4 = offsets[4], o5 = offsets[5];
        for (int n = 0; n < dy.Shape.Batch; n++)
            for (int i = 0; i < _phase.CountY; i++)
            {
                float* x = source.Data + n * source.ImageStride + start + (long)i * _phase.SourceStepY * geometry.PaddedWidth * form.Lanes;
                float* d = dy.Data + n * dy.ImageStride + block * dy.BlockStride + firstOutput % Value.Block + (long)i * _phase.CountX * Value.Block;
                for (int j = 0; j < _phase.CountX; j++, x += sourceStep, d += Value.Block)
                {
                    T w0 = T.Load(d), w1 = T.Load(d + second), v = T.Broadcast(x[o0]);
                    T.Accumulate(ref c00, v, w0);
                    T.Accumulate(ref c01, v, w1);
                    v = T.Broadcast(x[o1]);
                    T.Accumulate(ref c10, v, w0);
                    T.Accumulate(ref c11, v, w1);
                    v = T.Broadcast(x[o2]);
                    T.Accumulate(ref c20, v, w0);
                    T.Accumulate(ref c21, v, w1);
                    v = T.Broadcast(x[o3]);
                    T.Accumulate(ref c30, v, w0);
                    T.Accumulate(ref c31, v, w1);
                    v = T.Broadcast(x[o4]);
                    T.Accumulate(ref c40, v, w0);
                    T.Accumulate(ref c41, v, w1);
                    v = T.Broadcast(x[o5]);
                    T.Accumulate(ref c50, v, w0);
                    T.Accumulate(ref c51, v, w1);
                }
            }
        int w = T.Width;
        T.Store(sums, c00); T.Store(sums + w, c01);
        T.Store(sums + 2 * w, c10); T.Store(sums + 3 * w, c11);
        T.Store(sums + 4 * w, c20); T.Store(sums + 5 * w, c21);
        T.Store(sums + 6 * w, c30); T.Store(sums + 7 * w, c31);
        T.Store(sums + 8 * w, c40); T.Store(sums + 9 * w, c41);
        T.Store(sums + 10 * w, c50); T.Store(sums + 11 * w, c51);
    }
}
