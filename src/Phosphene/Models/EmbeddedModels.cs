using System.Collections.Immutable;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Models;

/// <summary>
/// The models that come with Phosphene, trained on its own shapes by <c>phosphene train</c>: wherever a model file is expected, their names do.
/// </summary>
public static class EmbeddedModels
{
    private const string Prefix = "embedded:";

    /// <summary>The classifier of shapes: 48 x 48 pixels, 60 classes.</summary>
    public const string Shapes = "embedded:shapes";

    /// <summary>The decoder of the variational autoencoder: [N, 10] to images [N, 3, 48, 48].</summary>
    public const string ShapesDecoder = "embedded:shapes-decoder";

    /// <summary>The decoder of the report's plain autoencoder: [N, 6] to images [N, 3, 48, 48].</summary>
    public const string ShapesPlainDecoder = "embedded:shapes-plain-decoder";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> Names { get; } = [Shapes, ShapesDecoder, ShapesPlainDecoder];

    internal static bool IsName(string path) => path.StartsWith(Prefix, StringComparison.Ordinal);

    internal static OnnxModel Open(string name)
    {
        if (!Names.Contains(name))
            throw new ModelFormatException($"There is no model '{name}'; those that come with Phosphene are {string.Join(", ", Names)}.");
        string resource = $"Phosphene.Models.{name[Prefix.Length..]}.onnx";
        using var stream = (UnmanagedMemoryStream)typeof(EmbeddedModels).Assembly.GetManifestResourceStream(resource)!;
        return OnnxModel.Read(name, stream);
    }
}
