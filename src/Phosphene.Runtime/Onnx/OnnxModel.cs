using System.Collections.Immutable;
using System.Security.Cryptography;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx;

/// <summary>
/// A model file, mapped into memory. Weights are not copied: tensors made of them read the mapping, so the model must outlive every plan that
/// uses it, and the file must not be changed meanwhile.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    /// <summary>The most bytes that a metadata property may have in UTF-8.</summary>
    public const int LongestText = Limits.TextBytes;

    private readonly MappedFile _file;

    internal OnnxModel(
        MappedFile file, long irVersion, string producer,
        ImmutableDictionary<string, long> opsets, ImmutableDictionary<string, string> metadata, OnnxGraph graph)
    {
        _file = file;
        IrVersion = irVersion;
        Producer = producer;
        Opsets = opsets;
        Metadata = metadata;
        Graph = graph;
    }

    /// <summary>The path the model was opened with.</summary>
    public string Path => _file.Path;

    /// <summary>The version of the file format.</summary>
    public long IrVersion { get; }

    /// <summary>The tool that wrote the file, and its version; empty if not stated.</summary>
    public string Producer { get; }

    /// <summary>The operator set version of each domain; ONNX's own domain is the empty text.</summary>
    public ImmutableDictionary<string, long> Opsets { get; }

    /// <summary>The metadata properties.</summary>
    public ImmutableDictionary<string, string> Metadata { get; }

    /// <summary>The model.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>Opens and checks a model file. Only its structure is read; weights stay on disk until used.</summary>
    /// <exception cref="ModelFormatException">The file is missing, not ONNX, damaged, or beyond a limit.</exception>
    public static OnnxModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(MappedFile.Open(path));
    }

    /// <summary>Reads a model from a resource of an assembly, where it lies.</summary>
    /// <param name="name">What messages call it, and its <see cref="Path"/>.</param>
    /// <param name="resource">As <see cref="System.Reflection.Assembly.GetManifestResourceStream(string)"/> gives it; may be disposed afterwards.</param>
    /// <exception cref="ModelFormatException">It is not ONNX, damaged, or beyond a limit.</exception>
    public static OnnxModel Read(string name, UnmanagedMemoryStream resource)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(resource);
        return Read(MappedFile.Over(name, resource));
    }

    /// <summary>Whether weights lie in other files, beside this one.</summary>
    public bool HasExternalData => _file.HasExternal;

    /// <summary>The bytes of the whole model file, without those of files beside it.</summary>
    public Stream OpenBytes() => _file.OpenBytes();

    /// <summary>The SHA-256 of the file, in lower-case hexadecimal; computed anew each time.</summary>
    public string ComputeSha256()
    {
        using Stream bytes = OpenBytes();
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static OnnxModel Read(MappedFile file)
    {
        try
        {
            return ModelReader.Read(file);
        }
        catch (ModelFormatException) when (FileSignature.Recognize(file) is { } other)
        {
            file.Dispose();
            throw new ModelFormatException($"{Printable.Quote(file.Path)} is {other}; expected an ONNX model (.onnx).");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Releases the mapping. Tensors over its weights can no longer be read.</summary>
    public void Dispose() => _file.Dispose();
}
