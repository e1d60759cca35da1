using Phosphene.Atlas.Diagnoses;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Runtime.Tests.Onnx;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Atlas.Tests.Diagnoses;

public sealed class ModelDiagnosisTests
{
    private static readonly Recipe s_small = Recipe.Swift.WithSteps(6).For(20, 24);

    [Fact]
    public void Pictures_that_are_made_again_one_by_one_are_not_said_to_recur()
    {
        // The mean of channel 0 overflows, so that its batch is made again, each picture from the same noise.
        using var tiny = new TinyModel { Conv1Weight = 3e38f };
        using Model model = tiny.Load();
        var diagnosis = new ModelDiagnosis(model, ["conv1"], s_small, seeds: 2);
        Assert.True(diagnosis.Render());
        ChannelDiagnosis[] batch = [.. diagnosis.Layers[0].Channels.Take(2)];
        Assert.All(batch, channel => Assert.Equal((true, null), (channel.Picture is not null, channel.Recurrence)));
    }

    [Fact]
    public void Pictures_of_a_batch_are_compared()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        var diagnosis = new ModelDiagnosis(model, ["conv1"], s_small, seeds: 2);
        Assert.True(diagnosis.Render());
        Assert.Contains(diagnosis.Layers[0].Channels, channel => channel.Recurrence is { Same.Length: 1 });
    }

    [Fact]
    public void Comparing_ends_with_the_token()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        int steps = 0;
        Assert.True(new ModelDiagnosis(model, ["conv1"], s_small, seeds: 2).Render((_, _) => steps++));
        using var cancellation = new CancellationTokenSource();
        var diagnosis = new ModelDiagnosis(model, ["conv1"], s_small, seeds: 2);
        int left = steps;
        Assert.False(diagnosis.Render((_, _) =>
        {
            if (--left == 0) cancellation.Cancel();                  // all is rendered
        }, cancellation.Token));
        Assert.Equal(0, left);
        Assert.All(diagnosis.Layers[0].Channels, channel => Assert.Null(channel.Recurrence));
    }

    [Fact]
    public void What_has_no_positions_to_compare_pictures_in_is_said_before_anything_is_rendered()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.onnx");
        byte[] graph = OnnxBytes.Graph([OnnxBytes.Node("Flatten", "image", "flat"), OnnxBytes.Node("Gemm", "flat w b", "dense"), OnnxBytes.Node("Relu", "dense", "answers")],
            [OnnxBytes.Tensor("w", [60, 2], [.. Enumerable.Repeat(0.1f, 120)]), OnnxBytes.Tensor("b", [2], 0.1f, 0.2f)], [OnnxBytes.Value("image", -1, 3, 4, 5)], [OnnxBytes.Value("answers", -1, 2)]);
        File.WriteAllBytes(path, OnnxBytes.Model(graph));
        try
        {
            using Model model = Model.Load(path);
            Assert.Contains("depends on no layer with positions", Assert.Throws<UsageException>(() => new ModelDiagnosis(model, ["answers"], s_small, seeds: 2)).Message, StringComparison.Ordinal);
            Assert.Single(new ModelDiagnosis(model, ["answers"], s_small).Layers);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Steps_for_silent_channels_are_told_of_and_not_counted()
    {
        using var tiny = new TinyModel { Conv1Bias = -1000 };
        using Model model = tiny.Load();
        var diagnosis = new ModelDiagnosis(model, ["relu1"], s_small);
        var told = new List<long>();
        Assert.True(diagnosis.Render((done, _) => told.Add(done)));
        Assert.Equal(diagnosis.Steps, told.Max());
        Assert.True(told.Count > diagnosis.Steps);
    }
}
