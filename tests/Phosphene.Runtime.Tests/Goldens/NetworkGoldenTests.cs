using System.Text.Json;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;

namespace Phosphene.Runtime.Tests.Goldens;

/// <summary>Two trained networks against PyTorch in float64: every activation, and the gradients of several objectives in the input.</summary>
public sealed class NetworkGoldenTests
{
    private static readonly Lazy<JsonElement> Goldens = new(() => JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("goldens/networks.json"))).RootElement);

    public static TheoryData<string, InstructionSet> NetworksOnEveryPath()
    {
        var data = new TheoryData<string, InstructionSet>();
        foreach (string network in new[] { "bvlc_googlenet", "squeezenet1.1" })
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
                data.Add(network, set);
        return data;
    }

    [SharedTheory]
    [MemberData(nameof(NetworksOnEveryPath))]
    public void Every_activation_agrees(string network, InstructionSet instructionSet)
    {
        using var run = new Network(network, instructionSet);
        JsonProperty[] layers = [.. Goldens.Value.GetProperty(network).GetProperty("activations").EnumerateObject()];
        Tensor[] tensors = [.. layers.Select(layer => run.Graph[layer.Name])];
        using Plan plan = run.Run(tensors);
        for (int i = 0; i < layers.Length; i++)
        {
            JsonElement golden = layers[i].Value;
            ReadOnlySpan<float> values = plan.Output(tensors[i]);
            Assert.Equal(golden.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()), tensors[i].Shape);

            double squares = 0, sum = 0, largest = double.NegativeInfinity;
            foreach (float value in values)
            {
                squares += (double)value * value;
                sum += value;
                largest = Math.Max(largest, value);
            }
            // A single value may be the small difference of large ones, so it is held against the layer's root mean square.
            double norm = golden.GetProperty("l2").GetDouble(), typical = norm / Math.Sqrt(values.Length);
            AssertClose(norm, Math.Sqrt(squares), norm, $"{layers[i].Name}: norm");
            AssertClose(golden.GetProperty("mean").GetDouble(), sum / values.Length, typical, $"{layers[i].Name}: mean");
            AssertClose(golden.GetProperty("max").GetDouble(), largest, largest, $"{layers[i].Name}: maximum");
            foreach ((JsonElement at, JsonElement value) in golden.GetProperty("at").EnumerateArray().Zip(golden.GetProperty("values").EnumerateArray()))
                AssertClose(value.GetDouble(), values[at.GetInt32()], Math.Max(typical, Math.Abs(value.GetDouble())), $"{layers[i].Name}[{at}]");
        }
    }

    [SharedTheory]
    [MemberData(nameof(NetworksOnEveryPath))]
    public void Every_input_gradient_agrees(string network, InstructionSet instructionSet)
    {
        using var run = new Network(network, instructionSet);
        JsonElement[] cases = [.. Goldens.Value.GetProperty(network).GetProperty("gradients").EnumerateArray()];
        Assert.True(cases.Length >= 2);
        foreach (JsonElement golden in cases)
        {
            Tensor objective = ObjectiveOf(run.Graph[golden.GetProperty("layer").GetString()!], golden);
            Tensor gradient = Gradients.Of(objective, [run.Input])[0];
            using Plan plan = run.Run(objective, gradient);
            string file = golden.GetProperty("gradient").GetString()!;
            AssertClose(golden.GetProperty("value").GetDouble(), plan.Output(objective)[0], golden.GetProperty("value").GetDouble(), file);
            double[] expected = NpyFile.ReadDouble(SharedData.Path($"goldens/{file}")).Values;
            ReadOnlySpan<float> actual = plan.Output(gradient);
            double error = 0, norm = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                error += Math.Pow(actual[i] - expected[i], 2);
                norm += Math.Pow(expected[i], 2);
            }
            Assert.True(Math.Sqrt(error) <= 1e-3 * Math.Sqrt(norm), $"{file}: relative error {Math.Sqrt(error / norm):E2}.");
        }
    }

    private static Tensor ObjectiveOf(Tensor layer, JsonElement golden) => golden.GetProperty("objective").GetString() switch
    {
        "deepdream" => layer.Square().Mean(),
        "neuron" => layer.Channel(golden.GetProperty("index").GetInt32()).Slice(2, layer.Shape.Height / 2, 1).Slice(3, layer.Shape.Width / 2, 1).Mean(),
        "channel" or "logit" or "probability" => layer.Channel(golden.GetProperty("index").GetInt32()).Mean(),
        var other => throw new InvalidOperationException(other),
    };

    private static void AssertClose(double expected, double actual, double scale, string what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-4 * Math.Abs(scale), $"{what}: expected {expected:G8}, got {actual:G8}.");

    private sealed class Network : IDisposable
    {
        private readonly OnnxModel _model;
        private readonly Backend _backend;
        private readonly float[] _image;

        public Network(string name, InstructionSet instructionSet)
        {
            _model = OnnxModel.Open(SharedData.Path($"models/{name}.onnx"));
            _backend = new Backend(threads: 2, instructionSet);
            (Shape shape, _image) = NpyFile.Read(SharedData.Path($"goldens/{name}.input.npy"));
            Input = new Tensor(new Input(shape, "data"));
            Graph = new OnnxImporter(_model).Bind(Input);
        }

        public Tensor Input { get; }

        public ImportedGraph Graph { get; }

        public Plan Run(params Tensor[] outputs)
        {
            Plan plan = _backend.Compile(outputs);
            _image.CopyTo(plan.Input(Input));
            plan.Run();
            return plan;
        }

        public void Dispose()
        {
            _backend.Dispose();
            _model.Dispose();
        }
    }
}
