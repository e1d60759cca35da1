using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// How a convolution's weights lie packed for <see cref="GroupedKernel"/>: [phases, vectors of outputs, steps, pattern and taps, LaneWidth]. A step is a run of taps side by side, three or one (see
/// <see cref="ColumnsOf"/>), and one input, the same for all lanes or, where it <see cref="Spreads"/>, for each lane one of its group; there the step begins with the pattern: for each lane, which
/// lane of the inputs it takes, as an integer. Lanes past the last output have weights of zero.
/// </summary>
internal sealed record GroupedForm(ConvolutionKind Kind, int Groups, int Outputs, int Inputs, int LaneWidth, string Taps)
{
    private const int ThreeColumns = 3;

    // What a multiply-add costs beside one of a panel of outputs, where steps are of three taps and where they are of one: measured on Zen 5 with 24 to 48 channels a group, at 7 to 28 columns.
    private const double CostOfThree = 1.25, CostOfOne = 1.6;

    /// <summary>The form of a convolution's weights for a given vector width.</summary>
    public static GroupedForm Of(ConvolutionKind kind, Shape weight, int groups, int laneWidth, ConvolutionGeometry geometry)
    {
        (int outputs, int inputs) = kind == ConvolutionKind.Forward ? (weight[0], weight[1] * groups) : (weight[1] * groups, weight[0]);
        string columns = string.Join(',', geometry.Phases.Select(ColumnsOf));
        var form = new GroupedForm(kind, groups, outputs, inputs, laneWidth, $"{columns};{ConvolutionWeights.TapsOf(geometry)}");
        return form with { Spreads = form.PerGroupOut < laneWidth && Enumerable.Range(0, form.Vectors).All(form.ReadsOneVector) };
    }

    private int PerGroupOut => Outputs / Groups;

    private int PerGroupIn => Inputs / Groups;

    /// <summary>The vectors of all blocks of outputs.</summary>
    public int Vectors => Value.BlocksOf(Outputs) * Value.Block / LaneWidth;

    /// <summary>Whether vectors of outputs are of several groups, and what all of these read is one vector of inputs.</summary>
    public bool Spreads { get; private init; }

    private bool ReadsOneVector(int vector)
    {
        (int first, int count) = InputsOf(vector);
        return first / LaneWidth == (first + Math.Max(1, count) - 1) / LaneWidth;
    }

    /// <summary>The inputs [First, First + Count) that the groups of a vector of outputs read.</summary>
    public (int First, int Count) InputsOf(int vector)
    {
        if (vector * LaneWidth >= Outputs) return (0, 0);
        int firstGroup = vector * LaneWidth / PerGroupOut, lastGroup = (Math.Min(Outputs, (vector + 1) * LaneWidth) - 1) / PerGroupOut;
        return (firstGroup * PerGroupIn, (lastGroup - firstGroup + 1) * PerGroupIn);
    }

    /// <summary>How many inputs a vector is multiplied with under each tap.</summary>
    public int DepthOf(int vector) => Spreads ? Math.Min(PerGroupIn, InputsOf(vector).Count) : InputsOf(vector).Count;

    /// <summary>Multiply-adds of one pixel under one tap.</summary>
    public long Work => Enumerable.Range(0, Vectors).Sum(vector => (long)DepthOf(vector) * LaneWidth);

    /// <summary>The same in multiply-adds of <see cref="ConvolutionKernel"/>, to be compared with <see cref="ConvolutionWeights.Work"/>.</summary>
    public double Cost(ConvolutionGeometry geometry) => Work * (geometry.Phases.All(phase => ColumnsOf(phase) == ThreeColumns) ? CostOfThree : CostOfOne);

    /// <summary>The taps of a step: three side by side and one column apart, which read most pixels together, or one.</summary>
    public static int ColumnsOf(ConvolutionGeometry.Phase phase) => phase.SourceStepX == 1 && phase.Runs().Length == ThreeColumns ? ThreeColumns : 1;

    /// <summary>Where the weights of each vector of each phase begin, in floats, and the total.</summary>
    public (long[][] Offsets, long Total) Offsets(ConvolutionGeometry geometry)
    {
        long total = 0;
        var offsets = new long[geometry.Phases.Count][];
        for (int i = 0; i < offsets.Length; i++)
        {
            ConvolutionGeometry.Phase phase = geometry.Phases[i];
            int columns = ColumnsOf(phase), perInput = phase.Taps.Length / columns * (columns + (Spreads ? 1 : 0)) * LaneWidth;
            offsets[i] = new long[Vectors];
            for (int vector = 0; vector < Vectors; vector++)
            {
                offsets[i][vector] = total;
                total += (long)DepthOf(vector) * perInput;
            }
        }
        return (offsets, Math.Max(1, total));
    }

    /// <summary>Which input an output takes as number c of those that its vector is multiplied with, and whether the two are connected. Past the last output, that of the last.</summary>
    public (int Input, bool Connected) InputOf(int output, int c)
    {
        (int first, _) = InputsOf(output / LaneWidth);
        int group = Math.Min(output, Outputs - 1) / PerGroupOut, input = Spreads ? group * PerGroupIn + c : first + c;
        return (input, output < Outputs && input / PerGroupIn == group);
    }

    /// <summary>Where the weight of a connected output and input lies among weights [O, C / Groups, taps], in rows of taps.</summary>
    public long RowOf(int output, int input) => Kind == ConvolutionKind.Forward
        ? (long)output * PerGroupIn + input % PerGroupIn : (long)input * PerGroupOut + output % PerGroupOut;
}

/// <summary>Packs weights [O, C / Groups, KH, KW] for <see cref="GroupedKernel"/>. One item per phase and vector of outputs.</summary>
internal sealed unsafe class GroupedWeights : Kernel
{
    private readonly Value _weights, _packed;
    private readonly GroupedForm _form;
    private readonly ConvolutionGeometry _geometry;
    private readonly long[][] _offsets;
    private readonly int[] _columns;
    private readonly int _kernelX, _taps;

    public GroupedWeights(Value weights, Value packed, GroupedForm form, ConvolutionGeometry geometry)
    {
        (_weights, _packed, _form, _geometry) = (weights, packed, form, geometry);
        (_offsets, _) = form.Offsets(geometry);
        _columns = [.. geometry.Phases.Select(GroupedForm.ColumnsOf)];
        (_kernelX, _taps) = (weights.Shape[3], weights.Shape[2] * weights.Shape[3]);
    }

    public override int Items(int stage) => _geometry.Phases.Count * _form.Vectors;

    public override void Run<TLane>(int stage, int item)
    {
        (int index, int vector) = Math.DivRem(item, _form.Vectors);
        ConvolutionGeometry.Phase phase = _geometry.Phases[index];
        int columns = _columns[index], width = _form.LaneWidth, depth = _form.DepthOf(vector);
        bool spreads = _form.Spreads;
        float* to = _packed.Data + _offsets[index][vector];
        for (int first = 0; first < phase.Taps.Length; first += columns)
            for (int c = 0; c < depth; c++)
            {
                for (int lane = 0; spreads && lane < width; lane++, to++) *(int*)to = _form.InputOf(vector * width + lane, c).Input % width;
                foreach ((int ky, int kx, _, _) in phase.Taps.AsSpan(first, columns))
                    for (int output = vector * width; output < (vector + 1) * width; output++, to++)
                    {
                        (int input, bool connected) = _form.InputOf(output, c);
                        *to = connected ? _weights.Data[_form.RowOf(output, input) * _taps + ky * _kernelX + kx] : 0;
                    }
            }
    }
}
