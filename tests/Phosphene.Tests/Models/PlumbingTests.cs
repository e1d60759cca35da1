using Phosphene.Models;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class PlumbingTests
{
    private static string[] Seen(string zoo)
    {
        using Model model = Model.Load(Path.Combine(AppContext.BaseDirectory, "Zoo", zoo));
        return [.. model.LayerShapes().Where(entry => !model.IsPlumbing(entry.Layer, entry.Shape)).Select(entry => model.Aliases[entry.Layer.Name] ?? entry.Layer.Name)];
    }

    [Fact]
    public void Of_a_transformer_what_modules_and_blocks_give_is_left()
    {
        string[] seen = Seen("vit.onnx");
        string[] block = ["ln_1", "self_attention", "add", "ln_2", "mlp.0", "mlp.1", "mlp.3", "add_1"];
        Assert.Equal(block.Select(part => $"encoder.layers.encoder_layer_0.{part}"), seen.Where(name => name.StartsWith("encoder.layers.encoder_layer_0.", StringComparison.Ordinal)));
        Assert.Equal("conv_proj", seen[0]);
        Assert.Equal("heads.head", seen[^1]);
    }

    [Fact]
    public void Of_a_convolutional_model_nothing_but_the_flattening_is_hidden()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        Assert.Equal(["Flatten"], model.LayerShapes().Where(entry => model.IsPlumbing(entry.Layer, entry.Shape)).Select(entry => entry.Layer.Operator));
    }
}
