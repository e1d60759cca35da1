using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Parameterizations;

/// <summary>
/// A model that makes images from a few numbers: the second half of an autoencoder. Put before a model it is a learned prior: only images that it can
/// make are looked for. It reads its weights from the file, so it must outlive what is computed with it.
/// </summary>
public sealed class Decoder : IDisposable
{
    private readonly OnnxModel _onnx;
    private readonly OnnxImporter _importer;

    private Decoder(OnnxModel onnx, OnnxImporter importer, int latents)
    {
        (_onnx, _importer, Latents) = (onnx, importer, latents);
        try
        {
            Prior = onnx.Metadata.TryGetValue(LatentPrior.MetadataKey, out string? text) ? LatentPrior.Parse(text, latents) : LatentPrior.Normal;
        }
        catch (FormatException error)
        {
            throw new ModelFormatException($"Model '{onnx.Path}', metadata {LatentPrior.MetadataKey}: {error.Message}", ModelFault.Malformed, error);
        }
    }

    /// <summary>Opens an ONNX file with one input [N, latents] and one output [N, 3, H, W], images in [0, 1], or an embedded one by its name.</summary>
    /// <exception cref="ModelFormatException">The file cannot be read or is no decoder; the message says why.</exception>
    public static Decoder Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxModel onnx = EmbeddedModels.IsName(path) ? EmbeddedModels.Open(path) : OnnxModel.Open(path);
        try
        {
            var importer = new OnnxImporter(onnx);
            if (LatentInput.Of(importer) is not { } latents || importer.Outputs.Length != 1)
                throw new ModelFormatException($"Model '{path}' has the inputs {string.Join(", ", importer.Inputs.Take(8))}; a decoder has one, [N, latents], and one output [N, 3, H, W].", ModelFault.Unsupported);
            var decoder = new Decoder(onnx, importer, latents);
            Shape image = decoder.Decode(new Tensor(new Input(new Shape(1, latents), "latent"))).Shape;
            return image is { Rank: 4, Channels: 3 }
                ? decoder
                : throw new ModelFormatException($"Model '{path}' makes {image} of its latents; a decoder makes images [N, 3, H, W].", ModelFault.Unsupported);
        }
        catch
        {
            onnx.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file, or an embedded model, takes what a decoder takes: one input [N, latents].</summary>
    /// <exception cref="ModelFormatException">The file cannot be read; the message says why.</exception>
    public static bool IsDecoder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using OnnxModel onnx = EmbeddedModels.IsName(path) ? EmbeddedModels.Open(path) : OnnxModel.Open(path);
        return LatentInput.Of(new OnnxImporter(onnx)) is not null;
    }

    /// <summary>The file, or the name of the embedded model.</summary>
    public string Path => _onnx.Path;

    /// <summary>The SHA-256 of the file, in lower-case hexadecimal; computed anew each time.</summary>
    public string ComputeSha256() => _onnx.ComputeSha256();

    /// <summary>The numbers that an image is made of.</summary>
    public int Latents { get; }

    /// <summary>Where its latents lie; standard normal if the file does not say.</summary>
    public LatentPrior Prior { get; }

    /// <summary>The images [N, 3, H, W] of latents [N, Latents].</summary>
    public Tensor Decode(Tensor latents) => Layers(latents)[_importer.Outputs[0].Name];

    /// <summary>The shape of its images for a batch: [N, 3, H, W].</summary>
    public Shape ImageShape(int batch) => Decode(new Tensor(new Input(new Shape(batch, Latents), "latents"))).Shape;

    /// <summary>All layers by name, for latents [N, Latents].</summary>
    public ImportedGraph Layers(Tensor latents) => _importer.Bind(latents);

    /// <summary>The names of its layers, in order.</summary>
    public IEnumerable<string> LayerNames => _importer.Layers.Select(layer => layer.Name);

    /// <summary>Unmaps the file.</summary>
    public void Dispose() => _onnx.Dispose();
}
