using Google.Protobuf;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Conformance.Tests;

/// <summary>
/// A file that holds one TensorProto, read with Google's library, so that Phosphene's own reader is not its own judge. Field numbers are those of onnx.proto.
/// </summary>
internal static class ProtoFile
{
    /// <summary>The tensor, in memory of its own.</summary>
    /// <exception cref="InvalidDataException">Its elements are not in raw_data, where all cases that work on tensors of numbers have them.</exception>
    public static OnnxTensor Read(string path)
    {
        using var input = new CodedInputStream(File.OpenRead(path));
        string name = "";
        List<int> extents = [];
        OnnxDataType type = OnnxDataType.Undefined;
        ByteString raw = ByteString.Empty;
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.Varint): extents.Add(checked((int)input.ReadInt64())); break;
                case (2, WireFormat.WireType.Varint): type = (OnnxDataType)input.ReadInt32(); break;
                case (8, WireFormat.WireType.LengthDelimited): name = input.ReadString(); break;
                case (9, WireFormat.WireType.LengthDelimited): raw = input.ReadBytes(); break;
                default: throw new InvalidDataException($"'{path}' has the field {WireFormat.GetTagFieldNumber(tag)}, where a tensor with raw_data has none but 1, 2, 8 and 9.");
            }
        }
        var tensor = new OnnxTensor(name, new Shape([.. extents]), type, raw.ToByteArray());
        return raw.Length == tensor.PayloadBytes ? tensor
            : throw new InvalidDataException($"'{path}' has {raw.Length} bytes of raw_data, where {type} {tensor.Shape} needs {tensor.PayloadBytes}.");
    }
}
