using Phosphene.Atlas.Diagnoses;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Diagnosis of the embedded classifier, which comes with images of its own.</summary>
public sealed class DiagnoseTests : CommandTests
{
    private const int Images = 300;

    private static readonly Layer[] s_layers = ["conv1/relu", "conv2/relu", "conv3/relu", "conv4/relu", "conv5/relu"];

    private static Dictionary<(string Layer, int Channel), ConcernKind[]> Concerns(Model model)
    {
        var diagnosis = new ModelDiagnosis(model, s_layers, ModelDiagnosis.Quick(model));
        Assert.True(diagnosis.Measure(new ShapesImages(new ShapesDataset(count: Images))));
        Assert.True(diagnosis.Render());
        Assert.All(diagnosis.Layers.SelectMany(layer => layer.Channels), channel => Assert.Equal(Images, channel.OnImages!.Images));
        return diagnosis.Layers.SelectMany(layer => layer.Channels.Select(channel => ((layer.Layer.Name, channel.Channel), Kinds: channel.Concerns.Select(concern => concern.Kind).ToArray())))
            .Where(entry => entry.Kinds.Length > 0).ToDictionary(entry => entry.Item1, entry => entry.Kinds);
    }

    [Fact]
    public void Channels_that_were_killed_opened_or_copied_are_found_and_no_others()
    {
        using Model sound = Model.Load(EmbeddedModels.Shapes);
        Dictionary<(string, int), ConcernKind[]> before = Concerns(sound);
        // Of a sound network nothing is dead, always on or double; some of its channels are excited by flat colours.
        Assert.DoesNotContain(before, entry => entry.Value.Any(kind => kind is not (ConcernKind.FlatLight or ConcernKind.StaticLike)));

        using Model edited = Edited(sound, ("conv4", EditConv4), ("conv5", EditConv5));
        Dictionary<(string Layer, int Channel), ConcernKind[]> after = Concerns(edited);
        ConcernKind[] dead = [ConcernKind.DeadOnData, ConcernKind.DeadToOptimization];
        Assert.Equal(dead, after[("conv4/relu", 3)]);
        Assert.Equal(dead, after[("conv5/relu", 10)]);
        Assert.Equal(dead, after[("conv5/relu", 40)]);
        Assert.Contains(ConcernKind.AlwaysOn, after[("conv4/relu", 20)]);
        Assert.Contains(ConcernKind.AlwaysOn, after[("conv5/relu", 25)]);
        foreach (int channel in new[] { 30, 33, 7, 50 }) Assert.Contains(ConcernKind.NearDuplicate, after[("conv5/relu", channel)]);
        (string, int)[] mended = [("conv4/relu", 3), ("conv4/relu", 20), .. new[] { 10, 40, 25, 30, 33, 7, 50 }.Select(channel => ("conv5/relu", channel))];
        Assert.DoesNotContain(after, entry => !mended.Contains(entry.Key) && entry.Value.Any(kind => kind is not (ConcernKind.FlatLight or ConcernKind.StaticLike)));
    }

    private static void EditConv4(Span<float> weights, Span<float> biases)
    {
        Kill(weights, biases, 3);
        Open(weights, biases, 20);
    }

    private static void EditConv5(Span<float> weights, Span<float> biases)
    {
        Kill(weights, biases, 10);
        Kill(weights, biases, 40);
        Open(weights, biases, 25);
        Copy(weights, biases, from: 30, to: 33);
        Copy(weights, biases, from: 7, to: 50);
    }

    private static void Kill(Span<float> weights, Span<float> biases, int channel)
    {
        Row(weights, biases, channel).Clear();
        biases[channel] = -1;
    }

    // Far above 0, with a little left of what it sees.
    private static void Open(Span<float> weights, Span<float> biases, int channel)
    {
        foreach (ref float weight in Row(weights, biases, channel)) weight *= 0.05f;
        biases[channel] = 2;
    }

    // Not to the last digit, as training leaves duplicates.
    private static void Copy(Span<float> weights, Span<float> biases, int from, int to)
    {
        Span<float> source = Row(weights, biases, from), copy = Row(weights, biases, to);
        for (int i = 0; i < copy.Length; i++) copy[i] = source[i] * (1 + 0.02f * (i % 3 - 1));
        biases[to] = biases[from];
    }

    private static Span<float> Row(Span<float> weights, Span<float> biases, int channel) => weights.Slice(channel * (weights.Length / biases.Length), weights.Length / biases.Length);

    private delegate void Edit(Span<float> weights, Span<float> biases);

    // The same network with other weights in some convolutions, written as ONNX and read again.
    private Model Edited(Model model, params (string Layer, Edit Edit)[] edits)
    {
        var image = new Tensor(new Input(new Shape(1, 3, 48, 48), "image"));
        Activations activations = model.Activate(image);
        var made = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach ((string layer, Edit edit) in edits)
        {
            Tensor[] inputs = [.. activations[layer].Inputs];
            float[] weights = ((Constant)inputs[1].Operator).Values.ToArray(), biases = ((Constant)inputs[2].Operator).Values.ToArray();
            edit(weights, biases);
            (made[inputs[1]], made[inputs[2]]) = (Tensor.Constant(inputs[1].Shape, weights), Tensor.Constant(inputs[2].Shape, biases));
        }
        var names = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        foreach (Layer layer in s_layers) names.Add(activations[layer], layer.Name);
        Tensor logits = activations[model.LogitsLayer];
        foreach (Tensor tensor in Tensor.InOrder([logits]))
            made.TryAdd(tensor, tensor.Inputs.IsEmpty ? tensor : new Tensor(tensor.Operator, [.. tensor.Inputs.Select(input => made[input])]) { Name = names.GetValueOrDefault(tensor) });
        string path = At("edited.onnx");
        new OnnxExport("edited", made[logits]).Write(path);
        return Model.Load(path, new ModelOptions { Preprocessing = Preprocessing.Parse("unit") });
    }

    [Fact]
    public void The_command_lists_writes_a_page_and_says_what_is_missing()
    {
        Result result = Run("diagnose", EmbeddedModels.Shapes, "conv1/relu", "--images", At("d"), "-o", At("d.html"), "--steps", "2");
        Assert.Equal(4, result.Code);
        result = Run("diagnose", At("tiny.onnx"), "relu1", "relu2", "-o", At("d.html"), "--steps", "2", "--size", "24x32");
        Assert.Equal(0, result.Code);
        Assert.Contains("of 36 channels of 2 layers have something to be careful with", result.Output, StringComparison.Ordinal);
        Assert.Contains("Without --images nothing is said", result.Output, StringComparison.Ordinal);
        Assert.Contains("Not all was looked at: without images", File.ReadAllText(At("d.html")), StringComparison.Ordinal);
        Assert.Contains("--no-pictures makes no pictures", Run("diagnose", At("tiny.onnx"), "--no-pictures", "--steps", "3").Error, StringComparison.Ordinal);
    }
}
