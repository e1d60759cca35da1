using System.Text;
using System.Text.Json;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// A model as one file that holds all that Phosphene knows of it: see <see cref="OnnxCopy"/>, with preprocessing, labels and aliases in its metadata, so
/// that it needs neither a sidecar nor options.
/// </summary>
/// <param name="Bytes">The length of the file.</param>
/// <param name="Preprocessing">What was written of it; null if the model states none, so that nothing but an assumption could be.</param>
/// <param name="Labels">How many labels were written.</param>
/// <param name="Aliases">How many aliases were written.</param>
public sealed record ModelImport(long Bytes, Preprocessing? Preprocessing, int Labels, int Aliases)
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="ModelFormatException">Something in the model cannot be written.</exception>
    /// <exception cref="InputFileException">The labels are too long for a metadata property.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public static ModelImport Write(Model model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        var metadata = new Dictionary<string, string>(model.Importer.Model.Metadata);
        Preprocessing? preprocessing = model.PreprocessingSource == ModelDescription.Assumed ? null : model.Preprocessing;
        if (preprocessing is not null) metadata[ModelDescription.PreprocessingKey] = preprocessing.ToString();
        if (model.Labels.Count > 0)
            metadata[ModelDescription.LabelsKey] = Bounded(string.Join('\n', Enumerable.Range(0, model.Labels.Count).Select(index => model.Labels[index])), "labels");
        if (model.Aliases.Names.Count > 0)
            metadata[LayerAliases.MetadataKey] = Bounded(JsonSerializer.Serialize(model.Aliases.Names.OrderBy(alias => alias.Key, StringComparer.Ordinal).ToDictionary()), "aliases");
        long bytes = new OnnxCopy(model.Importer.Model, metadata).Write(path);
        return new ModelImport(bytes, preprocessing, model.Labels.Count, model.Aliases.Names.Count);
    }

    private static string Bounded(string text, string what) => Encoding.UTF8.GetByteCount(text) is var bytes && bytes <= OnnxModel.LongestText
        ? text
        : throw new InputFileException($"The {what} have {bytes} bytes, where a property of a model may have {OnnxModel.LongestText}; shorten them.");
}
