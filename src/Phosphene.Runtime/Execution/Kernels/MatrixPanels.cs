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
        int first = panel * panelWidth;
        Pack(source.Data + (long)matrix * depth * columns + (transposed ? (long)first * depth : first), transposed ? depth : columns, transposed, packed.Data + (long)item * depth * panelWidth,
            depth, panelWidth, Math.Min(panelWidth, columns - first));
    }

    /// <summary>One panel, [K, panelWidth], of which so many columns are valid, from rows [K, P] or, transposed, [P, K] that lie stride floats apart.</summary>
    public static void Pack(float* from, long stride, bool transposed, float* to, int depth, int panelWidth, int valid)
    {
        if (valid < panelWidth) new Span<float>(to, depth * panelWidth).Clear();
        if (transposed) LaneTranspose.Scatter(from, (nint)stride, to, panelWidth, depth, valid);
        else
            for (int k = 0; k < depth; k++) new ReadOnlySpan<float>(from + k * stride, valid).CopyTo(new Span<float>(to + (long)k * panelWidth, valid));
    }
}
