using System.Collections.Immutable;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>
/// Writes tensors as a standard ONNX model (operator set 13, IR version 8): inputs become the model's inputs, parameters and constants its weights, and
/// values keep their tensors' names. Where every operator treats the images of a batch alike, the batch is the open dimension 'N', whatever batch size
/// the graph was built for.
/// </summary>
/// <param name="Name">The name of the model.</param>
/// <param name="Outputs">What the model computes, at least one tensor.</param>
public sealed record OnnxExport(string Name, params ImmutableArray<Tensor> Outputs)
{
    /// <summary>What the file says of itself, for people.</summary>
    public string Documentation { get; init; } = "";

    /// <summary>Properties for programs, written in this order: preprocessing, labels, seeds.</summary>
    public IEnumerable<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>
    /// Whether height and width of images [N, C, H, W] are open dimensions 'H' and 'W', too: for a model that keeps them and holds for any, of convolutions that keep the size, and of what is done to each value for itself.
    /// </summary>
    public bool HasOpenSides { get; init; }

    /// <summary>Writes the model to a file, whole or not at all.</summary>
    /// <exception cref="NotSupportedException">An operator has no form in ONNX, or does not hold for other sizes where sides are to be open; the message names it.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public void Write(string path)
    {
        WireWriter model = ToModel();
        AtomicFile.Write(path, model.CopyTo);
    }

    /// <summary>The bytes of the model file; the same graph and weights always give the same.</summary>
    /// <exception cref="NotSupportedException">An operator has no form in ONNX; the message names it.</exception>
    public ReadOnlyMemory<byte> ToBytes() => ToModel().Written;

    private WireWriter ToModel()
    {
        if (Outputs.IsDefaultOrEmpty) throw new ArgumentException($"Model '{Name}' needs at least one output.");
        var graph = new ExportGraph(Outputs, HasOpenSides);
        return ModelWriter.Write(graph.ToOnnx(Name), graph.InnerValues, Documentation, Metadata);
    }
}
