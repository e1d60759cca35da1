using Phosphene.Runtime.Onnx;

namespace Phosphene.Conformance.Tests;

/// <summary>
/// One case of the ONNX project's backend tests: a folder with model.onnx and test_data_set_0 of input_k.pb and output_k.pb, each a TensorProto; or
/// a whole model of random weights with its expected output beside it.
/// </summary>
/// <param name="Name">For example "node/test_abs".</param>
internal sealed record ConformanceCase(string Name)
{
    /// <summary>The suite: node, pytorch-converted, pytorch-operator, simple, light, or newest.</summary>
    public string Suite => Name[..Name.IndexOf('/')];

    private string Folder => Suite == Suites.Newest ? Path.Combine(Suites.NewestFolder!, Name[(Suite.Length + 1)..]) : Path.Combine(Suites.TestData, Name);

    /// <summary>The path of the model.</summary>
    public string Model => Suite == Suites.Light ? Suites.LightPath($"{Name[(Suite.Length + 1)..]}.onnx") : Path.Combine(Folder, "model.onnx");

    /// <summary>Opens the model; where the data is no tensor (a sequence, a text) or the model cannot be read, that is the error.</summary>
    public LoadedCase Load()
    {
        OnnxModel model = OnnxModel.Open(Model);
        if (Suite == Suites.Light)
            return new LoadedCase(model, null, [ProtoFile.Read(Suites.LightPath($"{Name[(Suite.Length + 1)..]}_output_0.pb"))]);
        string data = Path.Combine(Folder, "test_data_set_0");
        return new LoadedCase(model, Numbered(data, "input"), Numbered(data, "output"));
    }

    /// <summary>The operators of the model, each once; one of another domain than ONNX's own as "domain:operator".</summary>
    public static IEnumerable<string> OperatorsOf(OnnxModel model) =>
        model.Graph.Nodes.Select(node => node.Domain.Length == 0 ? node.Operator : $"{node.Domain}:{node.Operator}").Distinct();

    private static OnnxTensor[] Numbered(string folder, string kind) =>
        [.. Enumerable.Range(0, 1000).Select(i => Path.Combine(folder, $"{kind}_{i}.pb")).TakeWhile(File.Exists).Select(ProtoFile.Read)];
}

/// <summary>A case in memory. Inputs are null where the case states none: a light model takes ramps, see <see cref="CaseRun"/>.</summary>
internal sealed record LoadedCase(OnnxModel Model, OnnxTensor[]? Inputs, OnnxTensor[] Outputs) : IDisposable
{
    public void Dispose() => Model.Dispose();
}
