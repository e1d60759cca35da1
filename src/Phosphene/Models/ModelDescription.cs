using System.Text.Json;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// What is known about a model beside its graph: from the options, else from the sidecar file beside it ("name.phosphene.json" for "name.onnx":
/// <c>{ "preprocessing": "caffe", "labels": "labels.txt" }</c>), else from the ONNX metadata.
/// </summary>
internal sealed record ModelDescription(Preprocessing Preprocessing, string PreprocessingSource, Labels Labels)
{
    private const string PixelFormat = "Image.BitmapPixelFormat", PixelRange = "Image.NominalPixelRange";

    /// <summary>The metadata properties of a file that Phosphene wrote.</summary>
    public const string PreprocessingKey = "phosphene.preprocessing", LabelsKey = "phosphene.labels";

    /// <summary>The source of a preprocessing that nothing states.</summary>
    public const string Assumed = "assumed: the model states none";

    /// <summary>Why the preprocessing is not for the images that the model takes, in one sentence; null if it is.</summary>
    public string? Misfit { get; private init; }

    public static ModelDescription Of(OnnxModel model, OnnxImporter importer, ImageInput? images, ModelOptions options)
    {
        ModelDescription stated = Stated(model, importer, images, options);
        // Where the file declares no shape, three channels are only assumed.
        bool fits = images is null || importer.Inputs is not [{ Dimensions: not null }] || stated.Preprocessing.Fits(images.Channels);
        string? misfit = fits ? null : stated.Preprocessing.Misfit(images!.Channels);
        return misfit is null || options.Preprocessing is null ? stated with { Misfit = misfit } : throw new UsageException(misfit);
    }

    private static ModelDescription Stated(OnnxModel model, OnnxImporter importer, ImageInput? images, ModelOptions options)
    {
        (Preprocessing? fileProcessing, Labels? fileLabels, string sidecar) = ReadSidecar(model.Path);
        Labels labels = options.Labels ?? fileLabels
            ?? (model.Metadata.TryGetValue(LabelsKey, out string? lines) ? Labels.Of(lines.TrimEnd().Split('\n', StringSplitOptions.TrimEntries)) : Labels.None);

        if (options.Preprocessing is { } given) return new ModelDescription(given, "as given", labels);
        if (fileProcessing is not null) return new ModelDescription(fileProcessing, $"from {Path.GetFileName(sidecar)}", labels);
        if (model.Metadata.TryGetValue(PreprocessingKey, out string? text))
            return new ModelDescription(FromMetadata(model, text), $"from the model's metadata, {PreprocessingKey}", labels);
        return FromPixelFormat(model, importer, images) is var (preprocessing, source)
            ? new ModelDescription(preprocessing, source, labels)
            : new ModelDescription(Preprocessing.Unit, Assumed, labels);
    }

    private static Preprocessing FromMetadata(OnnxModel model, string text)
    {
        try
        {
            return Preprocessing.Parse(text);
        }
        catch (TextFormatException error)
        {
            throw new ModelFormatException($"Model '{model.Path}', metadata {PreprocessingKey}: {error.Message}", ModelFault.Malformed, error);
        }
    }

    // ONNX's standard image metadata says order and range, not the mean. Where a Caffe-style model (BGR, 0 to 255) feeds the input straight to
    // its first convolution, the mean of ImageNet is subtracted outside the graph, by Caffe's convention.
    private static (Preprocessing, string)? FromPixelFormat(OnnxModel model, OnnxImporter importer, ImageInput? images)
    {
        if (!model.Metadata.TryGetValue(PixelFormat, out string? format) || !model.Metadata.TryGetValue(PixelRange, out string? range)) return null;
        bool bgr = format.StartsWith("Bgr", StringComparison.OrdinalIgnoreCase) && images is not { Channels: not 3 };
        string source = $"from the model's metadata, {format} and {range}";
        bool raw = importer.Inputs.Length > 0 && ImageInput.Readers(importer).All(node => node.Operator == "Conv");
        return range switch
        {
            "NominalRange_0_255" when bgr && raw => (Preprocessing.Parse("caffe"), source + ", with the mean that Caffe's models subtract"),
            "NominalRange_0_255" => (Preprocessing.Unit with { Bgr = bgr, Factor = 255 }, source),
            "Normalized_0_1" => (Preprocessing.Unit with { Bgr = bgr }, source),
            "Normalized_1_1" => (Preprocessing.Parse("signed") with { Bgr = bgr }, source),
            _ => null,
        };
    }

    private static (Preprocessing?, Labels?, string Path) ReadSidecar(string modelPath)
    {
        string path = Path.ChangeExtension(modelPath, ".phosphene.json");
        if (EmbeddedModels.IsName(modelPath) || !File.Exists(path)) return (null, null, path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            Preprocessing? preprocessing = null;
            Labels? labels = null;
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "preprocessing":
                        preprocessing = Preprocessing.Parse(property.Value.GetString() ?? "");
                        break;
                    case "labels" when property.Value.ValueKind == JsonValueKind.Array:
                        labels = Labels.Of(property.Value.EnumerateArray().Select(label => label.GetString() ?? ""));
                        break;
                    case "labels":
                        labels = Labels.Load(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, property.Value.GetString() ?? ""));
                        break;
                    default:
                        throw new InputFileException($"Sidecar '{path}' has an unknown entry '{property.Name}'; 'preprocessing' and 'labels' are known.");
                }
            }
            return (preprocessing, labels, path);
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"Sidecar '{path}' cannot be used: {error.Message}", error);
        }
    }
}
