namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>Packs weights [C, 1, KH, KW] for <see cref="DepthwiseRows"/>: [phases, blocks, taps, 16], zero past the last channel.</summary>
internal sealed unsafe class DepthwiseWeights(Value weights, Value packed, ConvolutionGeometry geometry) : Kernel
{
    /// <summary>The floats of the packed weights.</summary>
    public static long Floats(ConvolutionGeometry geometry, int channels) => geometry.Phases.Sum(phase => (long)phase.Taps.Length) * Value.BlocksOf(channels) * Value.Block;

    public override int Items(int stage) => 1;

    public override void Run<TLane>(int stage, int item)
    {
        int channels = weights.Shape[0], rows = weights.Shape[2], columns = weights.Shape[3];
        float* to = packed.Data;
        foreach (ConvolutionGeometry.Phase phase in geometry.Phases)
            for (int block = 0; block < Value.BlocksOf(channels); block++)
                foreach ((int ky, int kx, _, _) in phase.Taps)
                    for (int channel = block * Value.Block; channel < (block + 1) * Value.Block; channel++, to++)
                        *to = channel < channels ? weights.Data[((long)channel * rows + ky) * columns + kx] : 0;
    }
}
