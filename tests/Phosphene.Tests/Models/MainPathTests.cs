using Phosphene.Models;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class MainPathTests
{
    [Fact]
    public void In_a_chain_it_is_every_layer()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Equal(["conv1", "relu1", "conv2", "relu2", "pool", "flat", "logits", "prob"], model.MainPath.Select(layer => layer.Name));
    }

    [SharedFact]
    public void Of_GoogLeNet_it_is_what_its_blocks_give_and_none_of_their_branches()
    {
        using Model model = Model.Load(SharedData.Path("models/bvlc_googlenet.onnx"));
        string[] path = [.. model.MainPath.Select(layer => model.Aliases[layer.Name] ?? layer.Name)];
        Assert.Equal(["inception_3a/output", "inception_3b/output", "inception_4a/output", "inception_4b/output", "inception_4c/output", "inception_4d/output", "inception_4e/output", "inception_5a/output", "inception_5b/output"],
            path.Where(name => name.StartsWith("inception", StringComparison.Ordinal)));
        Assert.DoesNotContain(path, name => name.Contains("relu_1x1", StringComparison.Ordinal));
    }
}
