using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Packs matrices [batch, K, P] (or [batch, P, K], transposed) for <see cref="Tile"/>: [batch, panels, K, 2·Width], columns past the last zero.
/// One item per matrix and panel.
/// </summary>
internal sealed unsafe class MatrixPanels(Value source, Value packed, int batch, int depth, int columns, bool transposed, int panelWidth) : Kernel
{
    private readonly int _panels = Panels(columns, panelWidth);

    /// <summary>⌈columns / panelWidth⌉.</summary>
    public static int Panels(int columns, int panelWidth) => (columns + panelWidth - 1) / panelWidth;

    public override int Items(int stage) => batch * _panels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int matrix, int panel) = Math.DivRem(item, _panels);
        float* from = source.Data + (long)matrix * depth * columns, to = packed.Data + (long)item * depth * panelWidth;
        int first = panel * panelWidth, valid = Math.Min(panelWidth, columns - first);
        if (valid < panelWidth) new Span<float>(to, depth * panelWidth).Clear();
        if (transposed) LaneTranspose.Scatter(from + (long)first * depth, depth, to, panelWidth, depth, valid);
        else
            for (int k = 0; k < depth; k++) new ReadOnlySpan<float>(from + (long)k * columns + first, valid).CopyTo(new Span<float>(to + (long)k * panelWidth, valid));
    }
}
