using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Conformance.Tests;

/// <summary>A file that holds one TensorProto.</summary>
internal static class ProtoFile
{
    /// <summary>The tensor, in memory of its own.</summary>
    /// <exception cref="ModelFormatException">The file holds something else: a sequence, an optional value.</exception>
    public static OnnxTensor Read(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        OnnxTensor tensor = TensorReader.Read(file, new Region(0, file.Length), "tensor");
        return tensor with { Payload = tensor.Payload.ToArray() };
    }
}
