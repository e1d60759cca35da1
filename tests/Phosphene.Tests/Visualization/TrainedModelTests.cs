using System.Text.Json;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>Trained models, end to end. What they compute is tested in the runtime, number by number.</summary>
public sealed class TrainedModelTests
{
    [SharedFact]
    public void A_photo_is_recognized()
    {
        const string name = "squeezenet1.1";
        using Model model = Model.Load(SharedData.Path($"models/{name}.onnx"), new ModelOptions { Threads = 2, Labels = Labels.Load(SharedData.Path("models/imagenet_synset_words.txt")) });
        Assert.Equal("caffe", model.Preprocessing.ToString());
        IReadOnlyList<(int Class, string Label, float Probability)> seen = model.Classify(Photo(name));
        JsonElement[] expected = [.. JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("goldens/networks.json"))).RootElement.GetProperty(name).GetProperty("top5").EnumerateArray()];
        Assert.Equal(expected.Select(entry => entry[0].GetInt32()), seen.Select(entry => entry.Class));
        // Float64 against single precision through some sixty layers.
        for (int i = 0; i < 5; i++) Assert.Equal(expected[i][1].GetDouble(), seen[i].Probability, 1e-4);
        Assert.Equal("golden retriever", seen[0].Label);
    }

    [SharedFact]
    public void A_dozen_steps_excite_a_channel_of_GoogLeNet()
    {
        using Model model = Model.Load(SharedData.Path("models/bvlc_googlenet.onnx"), new ModelOptions { Threads = 2 });
        Recipe recipe = Recipe.Distill with { Steps = 12, Height = 64, Width = 96 };
        Objective objective = Objective.Channel("inception_4c/output", 300);
        double start = new Visualizer(model, recipe with { Steps = 0 }).Render(objective).Value;
        Rendering rendering = new Visualizer(model, recipe).Render(objective);
        Assert.True(rendering.Value > start + 1, $"{start} to {rendering.Value}");
        Assert.Equal((64, 96), (rendering.Pictures[0].Height, rendering.Pictures[0].Width));
    }

    // The models' input is blue, green and red of a photo less 104, 117 and 123, so the photo itself can be had back.
    private static Picture Photo(string name)
    {
        (Phosphene.Runtime.Graphs.Shape shape, float[] input) = NpyFile.Read(SharedData.Path($"goldens/{name}.input.npy"));
        int pixels = shape.Height * shape.Width;
        byte[] bytes = new byte[3 * pixels];
        float[] mean = [104, 117, 123];
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < pixels; i++) bytes[3 * i + 2 - c] = (byte)(input[c * pixels + i] + mean[c]);
        return new Picture(shape.Height, shape.Width, 3, bytes);
    }
}
