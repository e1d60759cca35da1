namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>What all nodes and tensors of a file together have used of the limits.</summary>
internal sealed class ReadingBudget
{
    private int _nodes, _names, _attributes;
    private long _elements;

    /// <summary>How many sub-graphs the reader is inside of.</summary>
    public int Depth { get; set; }

    /// <summary>Counts a node.</summary>
    public void AddNode(ref WireReader reader)
    {
        if (++_nodes > Limits.Nodes) throw reader.Damaged($"is one node too many: a model may have {Limits.Nodes} nodes");
    }

    /// <summary>Counts an input or output of a node.</summary>
    public void AddName(ref WireReader reader, int namesHere)
    {
        if (namesHere == Limits.NamesPerNode || ++_names > Limits.NamesPerGraph)
            throw reader.Damaged($"has too many inputs or outputs (more than {Limits.NamesPerNode} here or {Limits.NamesPerGraph} in all)");
    }

    /// <summary>Counts an attribute of a node.</summary>
    public void AddAttribute(ref WireReader reader, int attributesHere)
    {
        if (attributesHere == Limits.AttributesPerNode || ++_attributes > Limits.AttributesPerGraph)
            throw reader.Damaged($"has too many attributes (over {Limits.AttributesPerNode} here or {Limits.AttributesPerGraph} in all)");
    }

    /// <summary>Counts the elements of a tensor; those in other files too, of which one byte may be part of many tensors.</summary>
    public void Add(ref WireReader reader, OnnxTensor tensor)
    {
        if ((_elements += tensor.Shape.Count) > Limits.Elements)
            throw reader.Damaged($"has tensors of more than {Limits.Elements} elements together, reached at {tensor}");
    }
}
