using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Models;

/// <summary>Layers that are made of others, on graphs as exporters write them.</summary>
public sealed class DerivedLayerTests
{
    // Two images of 4 channels and 3 x 5 positions.
    private static readonly Shape Image = new(2, 4, 3, 5);

    private static readonly float[] Numbers = Evaluate.Numbers(Image.Count);

    private static Tensor Input() => new(new Input(Image, "image"));

    private static Tensor Convolved(Tensor x, int channels, int seed) => x.Conv2D(Tensor.Constant(new Shape(channels, x.Shape.Channels, 1, 1), Evaluate.Numbers(channels * x.Shape.Channels, seed)), null, new Window(1, 1));

    private static Tensor PerChannel(int channels, int seed) => Tensor.Constant(new Shape(1, channels, 1, 1), Evaluate.Numbers(channels, seed, 0.5, 1.5));

    // A layer that is made of one that is given.
    private static Tensor Built(Func<Layer, Layer> make, Tensor image, Tensor given) => make(new Given(image, given)).Build(new LayerSource(null!, image, null!));

    private sealed record Given(Tensor Image, Tensor Tensor) : Layer
    {
        public override string Name => "given";

        internal override Tensor Build(LayerSource source) => new ChannelsFirst(Image).Of(Tensor);

        public override string ToString() => "given";
    }

    public static TheoryData<string> Activations => new()
    {
        "relu", "clip", "leaky relu", "silu", "gelu", "gelu spelled out", "hard swish", "tanh", "relu of a sum",
    };

    private static Tensor Activated(string name, Tensor x) => name switch
    {
        "relu" or "relu of a sum" => x.Relu(),
        "clip" => x.Clip(0, 6),
        "leaky relu" => new Tensor(new LeakyRelu(0.1f), x),
        "silu" => x * x.Sigmoid(),
        "gelu" => new Tensor(new Gelu(), x),
        "gelu spelled out" => 0.5f * x * (1f + new Tensor(new ErrorFunction(), x / 1.4142135f)),
        "hard swish" => x * ((x + 3f).Clip(0, 6) / 6f),
        "tanh" => x.Tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void Before_an_activation_is_what_it_reads_however_it_is_spelled(string name)
    {
        Tensor image = Input(), x = name == "relu of a sum" ? Convolved(image, 6, 1) + Convolved(image, 6, 2) : Convolved(image, 6, 1);
        Assert.Same(x, PreActivation.Before(Activated(name, x)));
    }

    [Fact]
    public void What_is_linear_behind_the_activation_is_kept()
    {
        Tensor image = Input(), x = Convolved(image, 6, 1), scale = PerChannel(6, 2), offset = PerChannel(6, 3);
        Tensor before = PreActivation.Before((2f * x.Relu() * scale - 2f * offset).MaxPool(new Window(2, 2)))!;
        float[] expected = Evaluate.Of((2f * x * scale - 2f * offset).MaxPool(new Window(2, 2)), (image, Numbers));
        Assert.Equal(expected, Evaluate.Of(before, (image, Numbers)));
        Assert.Contains(expected, value => value < 0);
    }

    [Fact]
    public void Each_branch_of_a_concatenation_is_before_its_own_activation()
    {
        Tensor image = Input(), a = Convolved(image, 2, 1), b = Convolved(image, 3, 2), c = Convolved(image, 1, 3);
        Tensor joined = Tensor.Concat(1, a.Relu(), b * b.Sigmoid(), c);
        float[] expected = Evaluate.Of(Tensor.Concat(1, a, b, c), (image, Numbers));
        Assert.Equal(expected, Evaluate.Of(PreActivation.Before(joined)!, (image, Numbers)));
        // Channels last, as Keras has them.
        Tensor last = Tensor.Concat(3, a.Relu().Transpose(0, 2, 3, 1), (b * b.Sigmoid()).Transpose(0, 2, 3, 1), c.Transpose(0, 2, 3, 1)).Transpose(0, 3, 1, 2);
        Assert.Equal(expected, Evaluate.Of(PreActivation.Before(last)!, (image, Numbers)));
    }

    [Fact]
    public void A_layer_without_an_activation_is_refused()
    {
        Tensor image = Input(), x = Convolved(image, 6, 1);
        foreach (Tensor layer in new[] { x, x + Convolved(image, 6, 2), x / x.MeanOver(1) })
            Assert.Equal("Layer 'given' does not end in an activation (ReLU, GELU, SiLU, clip), so there is nothing before one; write given itself, without pre.",
                Assert.Throws<UsageException>(() => Built(given => Layer.Pre(given), image, layer)).Message);
    }

    [Fact]
    public void A_branch_has_its_own_channels()
    {
        Tensor image = Input(), joined = Tensor.Concat(1, Convolved(image, 2, 1), Convolved(image, 3, 2), Convolved(image, 1, 3)).Relu();
        float[] all = Evaluate.Of(joined, (image, Numbers)), branch = Evaluate.Of(Built(given => Layer.Branch(given, 1), image, joined), (image, Numbers));
        Assert.Equal([.. all[30..75], .. all[120..165]], branch);
        // The first two as an importer joins them for another concatenation.
        Tensor two = Tensor.Concat(1, Convolved(image, 2, 1), Convolved(image, 3, 2));
        Tensor once = new Tensor(new Concat(1) { Joined = 2 }, two, Convolved(image, 1, 3)).Relu();
        Assert.Equal(branch, Evaluate.Of(Built(given => Layer.Branch(given, 1), image, once), (image, Numbers)));
        Assert.Equal("Layer 'given' joins the branches 0 (channels 0 to 1), 1 (channels 2 to 4), 2 (channels 5 to 5); there is no branch 3.",
            Assert.Throws<UsageException>(() => Built(given => Layer.Branch(given, 3), image, joined)).Message);
        Assert.Equal("Layer 'given' [2, 4, 3, 5] does not join branches: it is no concatenation of channels.",
            Assert.Throws<UsageException>(() => Built(given => Layer.Branch(given, 0), image, image)).Message);
    }

    [Fact]
    public void A_head_has_its_own_channels_and_their_number_is_found()
    {
        // 15 tokens, 2 heads of 2 channels: [N, heads, T, 2], joined to [N, T, 4].
        Tensor image = Input(), tokens = image.Reshape(new Shape(2, 2, 2, 15)), values = tokens.Transpose(0, 1, 3, 2);
        Tensor attention = values.MatMul(tokens).Softmax(3), joined = attention.MatMul(values).Transpose(0, 2, 1, 3).Reshape(new Shape(2, 15, 4));
        float[] all = Evaluate.Of(Built(given => given, image, joined), (image, Numbers)), head = Evaluate.Of(Built(given => Layer.Head(given, 1), image, joined), (image, Numbers));
        Assert.Equal([.. all[30..60], .. all[90..120]], head);
        Assert.Equal(head, Evaluate.Of(Built(given => Layer.Head(given, 1, heads: 2), image, joined), (image, Numbers)));
        Assert.Equal("Layer 'given' has the heads 0 to 1; there is no head 2.", Assert.Throws<UsageException>(() => Built(given => Layer.Head(given, 2), image, joined)).Message);
        Assert.Contains("their number is not known", Assert.Throws<UsageException>(() => Built(given => Layer.Head(given, 0), image, image)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be divided among 3 heads", Assert.Throws<UsageException>(() => Built(given => Layer.Head(given, 0, heads: 3), image, joined)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relu1", "relu1")]
    [InlineData("'conv-1'", "'conv-1'")]
    [InlineData("pre( relu1 )", "pre(relu1)")]
    [InlineData("pre('conv-1')", "pre('conv-1')")]
    [InlineData("branch(pre(4c), index: 2)", "branch(pre(4c), 2)")]
    [InlineData("head(blocks.3.attn, 2)", "head(blocks.3.attn, 2)")]
    [InlineData("head(blocks.3.attn, 2, 12)", "head(blocks.3.attn, 2, 12)")]
    [InlineData("token(blocks.3, 0)", "token(blocks.3, 0)")]
    [InlineData("feature(relu1, sae.npy)", "feature(relu1, 'sae.npy')")]
    [InlineData("pre(code(branch(4c, 1), 'my sae.safetensors'))", "pre(code(branch(4c, 1), 'my sae.safetensors'))")]
    [InlineData("'pre(x)'", "'pre(x)'")]
    public void A_layer_is_read_from_text_and_prints_it(string text, string printed)
    {
        Layer layer = Layer.Parse(text);
        Assert.Equal(printed, layer.ToString());
        Assert.Equal(layer, Layer.Parse(printed));
    }

    [Theory]
    [InlineData("pre(4c", 6, "')' is expected to close pre(; found the end of the text.")]
    [InlineData("prre(4c)", 0, "There is no layer 'prre'; did you mean 'pre'?")]
    [InlineData("branch(4c)", 9, "',' is expected after the layer of branch(, and then the index; found ')'.")]
    [InlineData("feature(4c, 'a.npy', 3)", 0, "The name of a layer is expected for the layer, without a channel; leave the 3 out.")]
    [InlineData("4c:3", 0, "The name of a layer is expected for the layer, without a channel. A name with other characters than letters, digits, _ . and / needs quotes.")]
    public void A_text_that_is_no_layer_is_refused_where_it_is_wrong(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Layer.Parse(text));
        Assert.Equal((position, message), (error.Position, error.Message.Split('\n')[0].TrimEnd('\r')));
    }

    [Fact]
    public void A_model_finds_a_layer_by_its_name_and_by_text()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Equal("relu1", model.LayerOf("relu1"));
        Assert.Equal(Layer.Pre("relu1"), model.LayerOf("pre(relu1)"));
        Assert.Throws<UnknownLayerException>(() => model.LayerOf("relu7"));
        Assert.Equal(model.LayerShape("conv1"), model.LayerShape(Layer.Pre("relu1")));
        Assert.Throws<UnknownLayerException>(() => model.LayerShape(Layer.Pre("relu7")));
    }
}
