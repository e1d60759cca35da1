using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

/// <summary>Small models in a temporary folder, which goes when the test is done.</summary>
public abstract class ModelFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-onnx-").FullName;
    private readonly List<OnnxModel> _open = [];

    /// <summary>Closes and deletes all.</summary>
    public void Dispose()
    {
        foreach (OnnxModel model in _open) model.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string Write(byte[] bytes, string name = "tiny.onnx")
    {
        string path = Path.Combine(_folder, name);
        if (File.Exists(path)) path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private protected OnnxModel Open(byte[] bytes)
    {
        OnnxModel model = OnnxModel.Open(Write(bytes));
        _open.Add(model);
        return model;
    }

    private protected ModelFormatException Refused(byte[] bytes) => Assert.Throws<ModelFormatException>(() => OnnxModel.Open(Write(bytes)).Dispose());

    /// <summary>A graph whose input x has a shape, bound.</summary>
    private protected ImportedGraph Bind(Shape x, byte[][] nodes, byte[][]? initializers = null, long opset = 13)
    {
        byte[] graph = Graph(nodes, initializers, [Value("x", [.. x.Select(extent => (long)extent)])]);
        return new OnnxImporter(Open(Model(graph, opset))).Bind(new Tensor(new Input(x, "x")) { Name = "x" });
    }

    /// <summary>What one node "x [constants] → y" becomes.</summary>
    private protected Tensor Apply(string @operator, Shape x, long opset, byte[][] constants, params byte[][] attributes)
    {
        string names = string.Concat(Enumerable.Range(0, constants.Length).Select(i => constants[i].Length == 0 ? " -" : $" c{i}"));
        byte[][] named = [.. constants.Select((tensor, i) => Join(tensor, Text(8, $"c{i}"))).Where((_, i) => constants[i].Length > 0)];
        return Bind(x, [Node(@operator, $"x{names}", "y", attributes)], named, opset)["y"];
    }

    /// <summary>What one node without constants becomes, at operator set 13.</summary>
    private protected Tensor Apply(string @operator, Shape x, params byte[][] attributes) => Apply(@operator, x, 13, [], attributes);

    /// <summary>Why one node is refused.</summary>
    private protected ModelFormatException Refused(string @operator, Shape x, long opset, byte[][] constants, params byte[][] attributes) =>
        Assert.Throws<ModelFormatException>(() => Apply(@operator, x, opset, constants, attributes));
}
