using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>When Winograd's algorithm beats the direct one, by an estimate of both.</summary>
internal static class Winograd
{
    // Multiply-adds that cost about as much as moving one float of V through the transforms, and as reading one packed weight from beyond the
    // caches: rough figures for Zen 3, with which the layers of GoogLeNet from 14×14 pixels on, and the wider ones of 7×7, qualify.
    private const double TransformCost = 16, WeightCost = 3;

    // What transforming a 3×3 kernel on the spot costs, likewise: it is bound by stores, while wide vectors multiply the faster. Measured on Zen 3 (AVX2)
    // and Zen 5 (AVX-512).
    private static double SpotCost(Backend backend) => backend.InstructionSet == InstructionSet.Vector512 ? 216 : 108;

    // For each weight that is no constant, what transforming its 3×3 kernel in every run costs more than packing it: measured on Zen 3, likewise in multiply-adds.
    private const double ChangingWeightCost = 8000;

    // Images of a batch where a network is swept: weights that are transformed on the spot are transformed once for all of them.
    private const int FullBatch = 8;

    /// <summary>
    /// Whether the backend computes a·b + c with one rounding. The transforms cost about a decimal digit; without fused multiply-adds they cost
    /// so much that, in SqueezeNet on a photo, a maximum falls on another pixel and the gradient is off by a thousandth.
    /// </summary>
    public static bool IsExactEnough(Backend backend) => backend.LaneWidth > 1 && Processor.FusesMultiplyAdd;

    /// <summary>
    /// The window of a convolution from x, in the given geometry, and what it costs with this algorithm and directly, both in multiply-adds of an image; null if it is not of the kind
    /// that the algorithm is for. The former is the mean of what an image costs alone and as one of a full batch, whatever the batch is: the two algorithms round differently, and an image is not to depend on what it
    /// shares a batch with.
    /// </summary>
    public static (int Window, double Winograd, double Direct)? Estimate(Backend backend, Value x, Shape output, ConvolutionGeometry geometry, int groups, bool constantWeight)
    {
        if (groups != 1 || x.Layout != Layout.Blocked || geometry.Phases is not [{ SourceStepY: 1, SourceStepX: 1, Taps.Length: 9 or 25 } phase]) return null;
        int window = phase.Taps.Length == 9 ? 3 : 5;
        if (phase.Taps.Max(tap => tap.Y) != window - 1 || phase.Taps.Max(tap => tap.X) != window - 1) return null;
        double winograd = (CostOf(1) + CostOf(FullBatch) / FullBatch) / 2;
        return (window, winograd, phase.Taps.Length * (double)output.Height * output.Width * x.Shape.Channels * output.Channels);

        double CostOf(int batch)
        {
            double edge = WinogradTransform.Outputs(window), channels = x.Shape.Channels, outputs = output.Channels;
            double tiles = batch * Math.Ceiling(output.Height / edge) * Math.Ceiling(output.Width / edge);
            int tileRows = Tile.RowsFor((int)tiles, backend.LaneWidth);
            double rows = Math.Ceiling(tiles / tileRows) * tileRows;
            double products = WinogradTransform.Products * rows * channels * outputs;
            double transforms = WinogradTransform.Products * tiles * (channels + outputs) * TransformCost;
            double weightCost = WinogradKernel.Transforms(x.Shape.Channels, output, window) ? SpotCost(backend) * Math.Ceiling(tiles / WinogradKernel.MostTiles) : WinogradTransform.Products * WeightCost;
            double weights = channels * outputs * (weightCost + (constantWeight ? 0 : ChangingWeightCost));
            return products + transforms + weights;
        }
    }
}
