namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>What the nodes of one binding may make that the file does not hold, so that a few bytes of a file cannot ask for gigabytes.</summary>
internal sealed class ImportBudget
{
    /// <summary>1 GiB of float32 from ConstantOfShape; the ONNX project's own light VGG-19 fills 0.6 GiB.</summary>
    public const int FilledElements = 1 << 28;

    /// <summary>Integers in one value worked out at import: shapes, axes and indices have a few.</summary>
    public const int Integers = 1 << 16;

    /// <summary>Slices that Gather makes, each a tensor of the graph.</summary>
    public const int Slices = 1 << 20;

    /// <summary>Nodes of sub-graphs, counted each time that they are imported, and the sub-graphs themselves: a loop repeats its body.</summary>
    public const int Nodes = 200_000;

    private long _filled, _slices, _nodes;

    /// <summary>Counts filled elements; false if there are too many.</summary>
    public bool TryFill(int elements) => (_filled += elements) <= FilledElements;

    /// <summary>Counts nodes of a sub-graph, or what takes as long; false if there are too many.</summary>
    public bool TryNodes(int nodes = 1) => (_nodes += nodes) <= Nodes;

    /// <summary>Counts slices; false if there are too many.</summary>
    public bool TrySlice(int slices) => (_slices += slices) <= Slices;
}
