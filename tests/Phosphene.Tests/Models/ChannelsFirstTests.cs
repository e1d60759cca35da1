using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class ChannelsFirstTests
{
    private static Tensor Constant(params int[] extents) => Tensor.Constant(new Shape(extents), [.. Enumerable.Range(0, new Shape(extents).Count).Select(i => i % 7 - 3f)]);

    // Patches of 8 pixels: 4 x 6 of them, of 5 channels.
    private static Tensor Patches() => Evaluate.Input(2, 3, 32, 48).Conv2D(Constant(5, 3, 8, 8), null, new Window(8, 8, 8, 8));

    private static Tensor Tokens() => Patches().Reshape(new Shape(2, 5, 24)).Transpose(0, 2, 1);

    private static Tensor WithClassToken() => Tensor.Concat(1, Constant(2, 1, 5), Tokens());

    public static TheoryData<string, int[]> Layers => new()
    {
        { "patches", [2, 5, 4, 6] },
        { "patches in a row", [2, 5, 4, 6] },
        { "tokens", [2, 5, 4, 6] },
        { "with a class token", [2, 5, 4, 6] },
        { "with two tokens more", [2, 5, 4, 6] },
        { "with five tokens more", [2, 5, 4, 6] },
        { "tokens first", [2, 9, 4, 6] },
        { "a dense layer on tokens", [2, 7, 4, 6] },
        { "added to tokens", [2, 5, 4, 6] },
        { "channels last", [2, 5, 4, 6] },
        { "a dense layer on channels that come last", [2, 7, 4, 6] },
        { "windows", [2, 5, 4, 6] },
        { "tokens that are no grid", [2, 5, 23, 1] },
        { "one vector for each image", [2, 5] },
    };

    private static Tensor Layer(string name) => name switch
    {
        "patches" => Patches(),
        "patches in a row" => Patches().Reshape(new Shape(2, 5, 24)),
        "tokens" => Tokens(),
        "with a class token" => WithClassToken().Relu(),
        "with two tokens more" => Tensor.Concat(1, Constant(2, 1, 5), WithClassToken()),
        "with five tokens more" => Tensor.Concat(1, Constant(2, 4, 5), WithClassToken()),
        "tokens first" => WithClassToken().Transpose(1, 0, 2).MatMul(Constant(5, 9)),
        "a dense layer on tokens" => WithClassToken().MatMul(Constant(5, 7)) + Constant(1, 1, 7),
        "added to tokens" => Constant(1, 24, 1) + Tokens(),
        "channels last" => Patches().Transpose(0, 2, 3, 1).Sigmoid(),
        "a dense layer on channels that come last" => Patches().Transpose(0, 2, 3, 1).MatMul(Constant(5, 7)),
        "windows" => Patches().Transpose(0, 2, 3, 1).Reshape(new Shape(8, 6, 5)),
        "tokens that are no grid" => Tokens().Slice(1, 0, 23),
        "one vector for each image" => Tokens().Slice(1, 0, 1).Reshape(new Shape(2, 5)),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Channels_stand_first_and_tokens_as_the_image_lies(string name, int[] expected) =>
        Assert.Equal(new Shape(expected), new ChannelsFirst(Evaluate.Input(2, 3, 32, 48)).Of(Layer(name)).Shape);

    // Where a layer is one of the patches in another order, it is they again: channels and places are the same.
    [Theory]
    [InlineData("patches in a row")]
    [InlineData("tokens")]
    [InlineData("with two tokens more")]
    [InlineData("windows")]
    public void Every_number_is_where_the_patches_have_it(string name)
    {
        // One graph holds both, so that both see the same image.
        Tensor x = Evaluate.Input(2, 3, 32, 48), patches = x.Conv2D(Constant(5, 3, 8, 8), null, new Window(8, 8, 8, 8)), tokens = patches.Reshape(new Shape(2, 5, 24)).Transpose(0, 2, 1);
        Tensor layer = name switch
        {
            "patches in a row" => patches.Reshape(new Shape(2, 5, 24)),
            "tokens" => tokens,
            "with two tokens more" => Tensor.Concat(1, Constant(2, 2, 5), tokens),
            _ => patches.Transpose(0, 2, 3, 1).Reshape(new Shape(8, 6, 5)),
        };
        float[][] values = Evaluate.All([patches, new ChannelsFirst(Evaluate.Input(2, 3, 32, 48)).Of(layer)], (x, [.. Enumerable.Range(0, x.Shape.Count).Select(i => i * 37 % 101 / 101f)]));
        Assert.Equal(values[0], values[1]);
    }

    [Fact]
    public void The_layers_of_a_decoder_are_no_grid()
    {
        Tensor latents = Evaluate.Input(2, 100);
        Assert.Equal(new Shape(2, 100, 1, 1), new ChannelsFirst(latents).Of(latents.Reshape(new Shape(2, 100, 1))).Shape);
    }

    [Fact]
    public void Many_uses_of_one_tensor_are_looked_at_once()
    {
        Tensor layer = Tokens();
        for (int i = 0; i < 6; i++) layer = Tensor.Concat(1, [.. Enumerable.Repeat(layer, 10)]).Slice(1, 0, 24);
        Assert.Equal(new Shape(2, 5, 4, 6), new ChannelsFirst(Evaluate.Input(2, 3, 32, 48)).Of(layer).Shape);
    }

    [Fact]
    public void A_long_chain_is_followed_without_recursion()
    {
        Tensor layer = Patches().Transpose(0, 2, 3, 1), constant = Constant(1, 1, 1, 5);
        for (int i = 0; i < 100_000; i++) (layer, constant) = (layer.Relu(), constant.Relu());
        Assert.Equal(new Shape(2, 5, 4, 6), new ChannelsFirst(Evaluate.Input(2, 3, 32, 48)).Of(constant + layer).Shape);
    }

    // In a model as PyTorch exports it: before attention a token knows its own patch alone.
    [Theory]
    [InlineData("vit", "encoder.add", 48, 8)]
    [InlineData("swin", "features.0.2", 64, 4)]
    public void A_neuron_of_a_transformer_sees_its_patch(string name, string layer, int side, int patch)
    {
        using Model model = Model.Load(Path.Combine(AppContext.BaseDirectory, "Zoo", $"{name}.onnx"), new ModelOptions { Threads = 1 });
        const int y = 1, x = 4;
        var image = new Tensor(new Input(new Shape(1, 3, side, side), "image"));
        Tensor neuron = Objective.Neuron(layer, 3, y, x).Build(model.Activate(image)).Sum();
        float[] gradient = Evaluate.Of(Gradients.Of(neuron, [image])[0], (image, [.. Enumerable.Range(0, 3 * side * side).Select(i => i * 61 % 257 / 257f)]));
        for (int c = 0; c < 3; c++)
            for (int row = 0; row < side; row++)
                for (int column = 0; column < side; column++)
                    Assert.Equal((row / patch, column / patch) == (y, x), gradient[(c * side + row) * side + column] != 0);
    }
}
