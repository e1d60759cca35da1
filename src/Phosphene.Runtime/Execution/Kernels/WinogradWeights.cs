namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Packs weights [O, C, 3, 3] or [O, C, 5, 5] for <see cref="WinogradKernel"/>: [panels, 36, lanes of C, panelWidth] of G·g·Gᵀ, zero past the last channel. For the
/// gradient in the input, O and C change places and g is turned by half a turn. Computed in double. One item per panel.
/// </summary>
internal sealed unsafe class WinogradWeights(Value weights, Value packed, bool backward, int panelWidth) : Kernel
{
    private readonly int _window = weights.Shape[3];
    private readonly int _inputs = weights.Shape[backward ? 0 : 1], _outputs = weights.Shape[backward ? 1 : 0];

    /// <summary>The floats of the packed weights.</summary>
    public static long Floats(int inputs, int outputs, int panelWidth) =>
        (long)ConvolutionWeights.Panels(outputs, panelWidth) * WinogradTransform.Products * Value.BlocksOf(inputs) * Value.Block * panelWidth;

    public override int Items(int stage) => ConvolutionWeights.Panels(_outputs, panelWidth);

    public override void Run<TLane>(int stage, int item)
    {
        int depth = Value.BlocksOf(_inputs) * Value.Block;
        float* to = packed.Data + (long)item * WinogradTransform.Products * depth * panelWidth;
        int taps = _window * _window;
        Span<double> g = stackalloc double[taps], u = stackalloc double[WinogradTransform.Products];
        for (int input = 0; input < depth; input++)
            for (int c = 0; c < panelWidth; c++)
            {
                int output = item * panelWidth + c;
                u.Clear();
                if (input < _inputs && output < _outputs)
                {
                    (int o, int i) = backward ? (input, output) : (output, input);
                    float* from = weights.Data + ((long)o * weights.Shape[1] + i) * taps;
                    for (int k = 0; k < taps; k++) g[k] = from[backward ? taps - 1 - k : k];
                    WinogradTransform.Weights(g, _window, u);
                }
                for (int e = 0; e < u.Length; e++) to[((long)e * depth + input) * panelWidth + c] = (float)u[e];
            }
    }
}
