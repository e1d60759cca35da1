using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Peers;

/// <summary>The network in ONNX Runtime with all its optimizations: the whole file, with the layer as one more output.</summary>
internal sealed class OnnxRuntimePeer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtValue _image;
    private readonly RunOptions _options = new();
    private readonly string[] _inputs, _outputs;

    public OnnxRuntimePeer(Work work)
    {
        using OnnxModel onnx = OnnxModel.Open(work.Model);
        bool isOutput = onnx.Graph.Outputs.Any(output => output.Name == work.Layer);
        byte[] file = File.ReadAllBytes(work.Model);
        using var options = new SessionOptions { IntraOpNumThreads = work.Threads, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(isOutput ? file : [.. file, .. Output(work.Layer)], options);
        (_inputs, _outputs) = ([Work.InputOf(onnx.Graph)], [work.Layer]);
        _image = OrtValue.CreateTensorValueFromMemory(work.Image(), work.ImageShape);
    }

    public void Forward() => _session.Run(_options, _inputs, [_image], _outputs).Dispose();

    public float[] Layer()
    {
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, _inputs, [_image], _outputs);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _image.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    // In Protocol Buffers a message that follows another is merged into it. This one is ModelProto.graph (7) { output (12) { name (1) } }.
    private static byte[] Output(string layer) => Message(7, Message(12, Message(1, ByteString.CopyFromUtf8(layer).ToByteArray())));

    private static byte[] Message(int field, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }
        return stream.ToArray();
    }
}
