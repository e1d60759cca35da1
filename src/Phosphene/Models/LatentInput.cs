using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Models;

/// <summary>The input of a decoder: a few numbers, of which it makes an image.</summary>
internal static class LatentInput
{
    /// <summary>How many latents a model makes images of; null if it takes or makes something else.</summary>
    public static int? Of(OnnxImporter importer) =>
        importer.Inputs is [{ Dimensions: [_, { Extent: { } latents }] }] && importer.Outputs is [{ Dimensions: null or { Length: 4 } }] ? latents : null;
}
