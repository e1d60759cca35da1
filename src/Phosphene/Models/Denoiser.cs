using System.Globalization;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// A model that takes noise away: of an image with normal noise of a known standard deviation σ it makes r(x), the mean of the images that may have been there before. What it changes tells which images
/// are likely: the gradient of their log-density in x is (r(x) − x) / σ². It reads its weights from the file, so it must outlive what is computed with it.
/// Source: Alain and Bengio, What regularized auto-encoders learn from the data-generating distribution, 2014.
/// </summary>
public sealed class Denoiser : IDisposable
{
    /// <summary>The key in the metadata of an ONNX file under which σ stands.</summary>
    public const string MetadataKey = "phosphene.noise";

    /// <summary>What errors call its file.</summary>
    internal const string Kind = "Denoiser";

    // The least image that a denoiser is tried on: not square, and of no round number of pixels.
    private const int TryHeight = 19, TryWidth = 22;

    private readonly OnnxModel _onnx;
    private readonly OnnxImporter _importer;

    private Denoiser(OnnxModel onnx, OnnxImporter importer, int channels, float deviation) => (_onnx, _importer, Channels, Deviation) = (onnx, importer, channels, deviation);

    /// <summary>Opens an ONNX file with one input and one output [N, C, H, W], of images of any size in [0, 1], which says in its metadata what noise it was trained for: one that 'phosphene denoiser' wrote.</summary>
    /// <exception cref="ModelFormatException">The file cannot be read or is no denoiser; the message says why.</exception>
    public static Denoiser Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxModel onnx = OnnxModel.Open(path);
        try
        {
            var importer = new OnnxImporter(onnx);
            if (importer.Inputs is not [{ Dimensions: [_, { Extent: { } channels }, _, _] }] || importer.Outputs.Length != 1)
                throw new ModelFormatException($"Model '{path}' has the inputs {string.Join(", ", importer.Inputs.Take(8))}; a denoiser has one, [N, channels, height, width], and one output of the same shape.", ModelFault.Unsupported);
            if (!onnx.Metadata.TryGetValue(MetadataKey, out string? text) || !float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float deviation) || !(deviation > 0 && float.IsFinite(deviation)))
                throw new ModelFormatException($"Model '{path}' has {(text is null ? "no" : $"'{text}' as its")} metadata {MetadataKey}, where the standard deviation of the noise is expected that it was trained for; give a file that 'phosphene denoiser' wrote.", ModelFault.Unsupported);
            var denoiser = new Denoiser(onnx, importer, channels, deviation);
            Tensor image = new(new Input(new Shape(1, channels, TryHeight, TryWidth), "image"));
            return denoiser.Made(image).Shape is var made && made == image.Shape
                ? denoiser
                : throw new ModelFormatException($"Model '{path}' makes {made} of {image.Shape}; a denoiser keeps the shape of any image.", ModelFault.Unsupported);
        }
        catch
        {
            onnx.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path => _onnx.Path;

    /// <summary>The channels of its images: 3 for colours, 1 for grey.</summary>
    public int Channels { get; }

    /// <summary>σ, the standard deviation of the noise that it was trained for; images go from 0 to 1.</summary>
    public float Deviation { get; }

    /// <summary>
    /// r(x), images without their noise, of images [N, C, H, W]. A denoiser of grey images takes each channel of others for itself, however many they are.
    /// </summary>
    /// <exception cref="UsageException">The images have other channels than the denoiser, which is none of grey images.</exception>
    public Tensor Denoise(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Made(Channelwise.Taken(images, Channels, $"Denoiser '{Path}'")).Reshape(images.Shape);
    }

    private Tensor Made(Tensor images) => _importer.Bind(images)[_importer.Outputs[0].Name];

    /// <summary>Unmaps the file.</summary>
    public void Dispose() => _onnx.Dispose();
}
