using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// When Winograd's algorithm beats the direct one, by an estimate of both. Plain floats, which stand for exactness rather than speed, never use
/// it: its transforms cost about a decimal digit.
/// </summary>
internal static class Winograd
{
    // Multiply-adds that cost as much as moving one float of V through the transforms, and as reading one packed weight from beyond the caches.
    // Measured on Zen 3 over the 3×3 layers of GoogLeNet.
    private const double TransformCost = 16, WeightCost = 3;

    /// <summary>Whether a convolution from x, in the given geometry, is of the kind and the size that the algorithm is for.</summary>
    public static bool Suits(Value x, Shape output, ConvolutionGeometry geometry, int groups)
    {
        if (groups != 1 || x.Layout != Layout.Blocked || geometry.Phases is not [{ SourceStepY: 1, SourceStepX: 1, Taps.Length: 9 } phase]) return false;
        if (phase.Taps.Max(tap => tap.Y) != 2 || phase.Taps.Max(tap => tap.X) != 2) return false;

        double channels = x.Shape.Channels, outputs = output.Channels, tiles = output.Batch
            * Math.Ceiling(output.Height / 4.0) * Math.Ceiling(output.Width / 4.0);
        double rows = Math.Ceiling(tiles / Tile.Rows) * Tile.Rows;
        double products = WinogradTransform.Products * rows * channels * outputs;
        double transforms = WinogradTransform.Products * tiles * (channels + outputs) * TransformCost;
        double weights = WinogradTransform.Products * channels * outputs * WeightCost;
        double direct = 9.0 * output.Batch * output.Height * output.Width * channels * outputs;
        return products + transforms + weights < direct;
    }
}
