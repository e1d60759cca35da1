using Phosphene.Runtime.Files;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>
/// Writes a model that was read as one plain file: weights of other files inside, functions inlined, weights not listed as inputs, operator sets that
/// no node uses left out. Numbers stay what they are, to the bit and in their type.
/// </summary>
/// <param name="Model">The model to copy.</param>
/// <param name="Metadata">The properties of the copy; they are written in the order of their names.</param>
public sealed record OnnxCopy(OnnxModel Model, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Writes the file, whole or not at all, and returns its length in bytes. The model's own file may be replaced.</summary>
    /// <exception cref="ModelFormatException">Something in the model cannot be written, or the result would be too large to be read.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public long Write(string path)
    {
        string file = Printable.Quote(Model.Path);
        foreach (OnnxNode node in Model.Graph.Nodes)
            if (node.Attributes.OfType<OtherAttribute>().FirstOrDefault(attribute => attribute.Source.IsEmpty || Model.HasExternalData) is { } attribute)
                throw new ModelFormatException(
                    $"{file}: {node} has the attribute {Printable.Quote(attribute.Name)}, {attribute.Content}, which cannot be copied " +
                    $"{(attribute.Source.IsEmpty ? "out of its function" : "from a model with weights in other files")}; export the model without it.",
                    ModelFault.Unsupported);

        OnnxGraph graph = Model.Graph;
        HashSet<string> weights = [.. graph.Initializers.Select(tensor => tensor.Name)];
        HashSet<string> domains = ["", .. graph.Nodes.Select(node => node.Domain)];
        WireWriter model = ModelWriter.Write(
            Model.IrVersion, Model.Producer,
            Model.Opsets.Where(opset => domains.Contains(opset.Key)).OrderBy(opset => opset.Key, StringComparer.Ordinal),
            Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal),
            graph with { Inputs = [.. graph.Inputs.Where(input => !weights.Contains(input.Name))] });
        if (model.Length > Limits.FileBytes)
            throw new ModelFormatException($"{file} would become one file of {model.Length} bytes; a model may have at most {Limits.FileBytes} (4 GiB).", ModelFault.Unsupported);
        AtomicFile.Write(path, model.CopyTo);
        return model.Length;
    }
}
