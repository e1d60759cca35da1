using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// How a convolution's weights lie packed for <see cref="Tile"/>: for each phase, panels of 2·Width output channels; in each, the taps of each
/// block of input channels that a panel's group reads; in each tap, the lanes; then the panel's outputs side by side. Lanes and outputs past the
/// last are zero. Transposed packs [O, C / G, KH, KW] for the gradient in the input, where C are the outputs and O the inputs.
/// </summary>
internal sealed record PackedForm(ConvolutionKind Kind, int Groups, int Outputs, int Inputs, int Lanes, int PanelWidth, string Taps);

/// <summary>Forward, or the gradient in the input.</summary>
internal enum ConvolutionKind
{
    Forward,
    Backward,
}

/// <summary>Packs weights [O, C / Groups, KH, KW] for <see cref="ConvolutionKernel"/>. One item per phase and panel.</summary>
internal sealed unsafe class ConvolutionWeights : Kernel
{
    private readonly Value _weights, _packed;
    private readonly Shape _shape;
    private readonly PackedForm _form;
    private readonly ConvolutionGeometry _geometry;
    private readonly long[][] _offsets;

    public ConvolutionWeights(Value weights, Value packed, PackedForm form, ConvolutionGeometry geometry)
    {
        (_weights, _packed, _shape, _form, _geometry) = (weights, packed, weights.Shape, form, geometry);
        (_offsets, _) = Offsets(form, geometry);
    }

    /// <summary>The form of a convolution's weights for a given vector width.</summary>
    public static PackedForm FormOf(ConvolutionKind kind, Shape weight, int groups, int lanes, int laneWidth, ConvolutionGeometry geometry)
    {
        (int outputs, int inputs) = kind == ConvolutionKind.Forward ? (weight[0], weight[1] * groups) : (weight[1] * groups, weight[0]);
        return new PackedForm(kind, groups, outputs, inputs, lanes, 2 * laneWidth, TapsOf(geometry));
    }

    /// <summary>The taps of all phases in their order, as a key: geometries that agree in them share packed weights.</summary>
    public static string TapsOf(ConvolutionGeometry geometry) =>
        string.Join(';', geometry.Phases.Select(phase => string.Join(',', phase.Taps.Select(tap => $"{tap.Ky}:{tap.Kx}"))));

    /// <summary>The number of panels: enough for all lanes of all blocks of outputs, so that lanes past the last channel are written as zeros.</summary>
    public static int Panels(int outputs, int panelWidth) => (Value.BlocksOf(outputs) * Value.Block + panelWidth - 1) / panelWidth;

    /// <inheritdoc cref="Panels(int, int)"/>
    public static int Panels(PackedForm form) => Panels(form.Outputs, form.PanelWidth);

    /// <summary>The blocks of input channels [First, First + Count) that a panel reads: all, or with groups those of the panel's groups.</summary>
    public static (int First, int Count) BlocksOf(PackedForm form, int panel)
    {
        if (form.Groups == 1) return (0, (form.Inputs + form.Lanes - 1) / form.Lanes);
        if (panel * form.PanelWidth >= form.Outputs) return (0, 0);
        int perGroupOut = form.Outputs / form.Groups, perGroupIn = form.Inputs / form.Groups;
        int firstGroup = panel * form.PanelWidth / perGroupOut;
        int lastGroup = (Math.Min(form.Outputs, (panel + 1) * form.PanelWidth) - 1) / perGroupOut;
        int first = firstGroup * perGroupIn / form.Lanes, last = ((lastGroup + 1) * perGroupIn - 1) / form.Lanes;
        return (first, last - first + 1);
    }

    /// <summary>Multiply-adds of one pixel under one tap, those with zeros included.</summary>
    public static long Work(PackedForm form) => Enumerable.Range(0, Panels(form)).Sum(panel => (long)BlocksOf(form, panel).Count * form.Lanes * form.PanelWidth);

    /// <summary>Where each panel of each phase starts, in floats, and the total.</summary>
    public static (long[][] Offsets, long Total) Offsets(PackedForm form, ConvolutionGeometry geometry)
    {
        long total = 0;
        var offsets = geometry.Phases.Select(_ => new long[Panels(form)]).ToArray();
        for (int phase = 0; phase < offsets.Length; phase++)
            for (int panel = 0; panel < offsets[phase].Length; panel++)
            {
                offsets[phase][panel] = total;
                total += (long)BlocksOf(form, panel).Count * geometry.Phases[phase].Taps.Length * form.Lanes * form.PanelWidth;
            }
        return (offsets, Math.Max(1, total));
    }

    public override int Items(int stage) => _geometry.Phases.Count * Panels(_form);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int phase, int panel) = Math.DivRem(item, Panels(_form));
        (int firstBlock, int blocks) = BlocksOf(_form, panel);
        (int Ky, int Kx, int Y, int X)[] taps = _geometry.Phases[phase].Taps;
        float* to = _packed.Data + _offsets[phase][panel];
        for (int block = firstBlock; block < firstBlock + blocks; block++)
            foreach ((int ky, int kx, _, _) in taps)
                for (int lane = 0; lane < _form.Lanes; lane++, to += _form.PanelWidth)
                    if (_form.Groups == 1) Line(block * _form.Lanes + lane, ky * _shape[3] + kx, panel * _form.PanelWidth, to);
                    else LineOfGroup(block * _form.Lanes + lane, ky * _shape[3] + kx, panel * _form.PanelWidth, to);
    }

    // The weights of one input and tap for all outputs of a panel: forward a column of w [O, C, taps], backward a row.
    private void Line(int input, int tap, int firstOutput, float* to)
    {
        int width = _form.PanelWidth, valid = input < _form.Inputs ? Math.Clamp(_form.Outputs - firstOutput, 0, width) : 0;
        long taps = _shape[2] * _shape[3];
        (long start, long step) = _form.Kind == ConvolutionKind.Forward
            ? (((long)firstOutput * _form.Inputs + input) * taps, _form.Inputs * taps) : (((long)input * _form.Outputs + firstOutput) * taps, taps);
        float* from = _weights.Data + start + tap;
        for (int c = 0; c < valid; c++, from += step) to[c] = *from;
        for (int c = valid; c < width; c++) to[c] = 0;
    }

    // The same where outputs and inputs are connected only within their group.
    private void LineOfGroup(int input, int tap, int firstOutput, float* to)
    {
        int perGroupOut = _form.Outputs / _form.Groups, perGroupIn = _form.Inputs / _form.Groups;
        for (int c = 0; c < _form.PanelWidth; c++)
        {
            int output = firstOutput + c;
            bool connected = input < _form.Inputs && output < _form.Outputs && input / perGroupIn == output / perGroupOut;
            (int o, int i) = _form.Kind == ConvolutionKind.Forward ? (output, input % perGroupIn) : (input, output % perGroupOut);
            to[c] = connected ? _weights.Data[((long)o * _shape[1] + i) * _shape[2] * _shape[3] + tap] : 0;
        }
    }
}
