using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Models;

/// <summary>Features and codes of dictionaries on conv1 (5 channels, with positions) and logits (4, without) of a small model.</summary>
public sealed class DictionaryLayerTests : IDisposable
{
    private const int Units = 7, C = TinyModel.Conv1Channels;

    private static readonly Shape Image = new(2, 3, 4, 6);
    private static readonly float[] Pixels = Evaluate.Numbers(Image.Count, 9, 0, 1);
    private static readonly float[] Decoder = Evaluate.Numbers(Units * C, 1), Encoder = Evaluate.Numbers(Units * C, 2), EncoderBias = Evaluate.Numbers(Units, 3), DecoderBias = Evaluate.Numbers(C, 4);

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-dictionaries-").FullName;
    private readonly TinyModel _tiny = new();
    private readonly Model _model;
    private readonly Tensor _image = new(new Input(Image, "image"));

    public DictionaryLayerTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Npy(string name, Shape shape, float[] values)
    {
        string path = Path.Combine(_folder, name);
        NpyFile.Write(path, shape, values);
        return path;
    }

    private string Safetensors(string name, params (string Name, Shape Shape, float[] Values)[] arrays)
    {
        string path = Path.Combine(_folder, name);
        SafetensorsFile.Write(path, [.. arrays.Select(array => (array.Name, array.Shape, (ReadOnlyMemory<float>)array.Values))]);
        return path;
    }

    private static float[] Transposed(float[] matrix, int rows) => [.. from c in Enumerable.Range(0, matrix.Length / rows) from k in Enumerable.Range(0, rows) select matrix[k * (matrix.Length / rows) + c]];

    private float[] ValueOf(Tensor tensor) => Evaluate.Of(tensor, (_image, Pixels));

    private float[] ValueOf(Layer layer) => ValueOf(_model.Activate(_image)[layer]);

    private float[] ValueOf(Objective objective) => ValueOf(objective.Build(_model.Activate(_image)));

    // max(0, W·(x - b_dec) + b_enc) at each position in double precision, or without the maximum.
    private float[] Expected(float[] weights, float[]? encoderBias, float[]? decoderBias, bool rectified)
    {
        float[] x = ValueOf((Layer)"conv1");
        int positions = x.Length / (2 * C);
        var units = new float[2 * Units * positions];
        for (int n = 0; n < 2; n++)
            for (int k = 0; k < Units; k++)
                for (int p = 0; p < positions; p++)
                {
                    double sum = encoderBias?[k] ?? 0;
                    for (int c = 0; c < C; c++) sum += weights[k * C + c] * (x[(n * C + c) * positions + p] - (double)(decoderBias?[c] ?? 0));
                    units[(n * Units + k) * positions + p] = (float)(rectified ? Math.Max(0, sum) : sum);
                }
        return units;
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }

    [Fact]
    public void A_feature_is_the_product_with_a_row_of_the_decoder()
    {
        string npy = Npy("sae.npy", new Shape(Units, C), Decoder), safetensors = Safetensors("sae.safetensors", ("W_dec", new Shape(Units, C), Decoder));
        float[] expected = Expected(Decoder, null, null, rectified: false);
        Assert.Contains(expected, value => value < 0);
        AssertClose(expected, ValueOf(Layer.Feature("conv1", npy)));
        AssertClose(expected, ValueOf(Layer.Feature("conv1", safetensors)));
        Assert.Equal(new Shape(1, Units, 4, 6), _model.LayerShape(Layer.Feature("conv1", npy), 4, 6));
    }

    [Fact]
    public void A_code_is_what_the_encoder_gives_before_and_after_its_relu()
    {
        string path = Safetensors("sae.safetensors",
            ("b_dec", new Shape(C), DecoderBias), ("W_enc", new Shape(C, Units), Transposed(Encoder, Units)), ("W_dec", new Shape(Units, C), Decoder), ("b_enc", new Shape(Units), EncoderBias));
        float[] before = Expected(Encoder, EncoderBias, DecoderBias, rectified: false), after = Expected(Encoder, EncoderBias, DecoderBias, rectified: true);
        Assert.Contains(before, value => value < 0);
        Assert.Contains(before, value => value > 0);
        AssertClose(after, ValueOf(Layer.Code("conv1", path)));
        AssertClose(before, ValueOf(Layer.Pre(Layer.Code("conv1", path))));
        AssertClose(Expected(Decoder, null, null, rectified: false), ValueOf(Layer.Feature("conv1", path)));
    }

    [Fact]
    public void The_names_and_layouts_of_the_usual_libraries_are_known()
    {
        var (across, along) = (new Shape(Units, C), new Shape(C, Units));
        float[] code = Expected(Encoder, EncoderBias, DecoderBias, rectified: true);
        AssertClose(code, ValueOf(Layer.Code("conv1", Safetensors("torch.safetensors",
            ("encoder.weight", across, Encoder), ("encoder.bias", new Shape(Units), EncoderBias), ("decoder.weight", along, Transposed(Decoder, Units)), ("bias", new Shape(C), DecoderBias)))));
        AssertClose(code, ValueOf(Layer.Code("conv1", Safetensors("openai.safetensors",
            ("encoder.weight", across, Encoder), ("latent_bias", new Shape(Units), EncoderBias), ("pre_bias", new Shape(C), DecoderBias), ("decoder.weight", along, Transposed(Decoder, Units))))));
        AssertClose(code, ValueOf(Layer.Code("conv1", Safetensors("prefix.safetensors",
            ("sae.w_enc", along, Transposed(Encoder, Units)), ("sae.b_enc", new Shape(Units), EncoderBias), ("sae.b_dec", new Shape(1, C), DecoderBias)))));
        // Without biases and without an encoder.
        AssertClose(Expected(Encoder, null, null, rectified: true), ValueOf(Layer.Code("conv1", Safetensors("plain.safetensors", ("encoder.weight", across, Encoder)))));
        AssertClose(Expected(Decoder, EncoderBias, null, rectified: true), ValueOf(Layer.Code("conv1", Safetensors("tied.safetensors", ("W_dec", across, Decoder), ("b_enc", new Shape(Units), EncoderBias)))));
        AssertClose(Expected(Decoder, null, null, rectified: true), ValueOf(Layer.Code("conv1", Npy("sae.npy", across, Decoder))));
    }

    [Fact]
    public void A_square_matrix_lies_as_its_name_has_it()
    {
        float[] square = Evaluate.Numbers(C * C, 6), features = ValueOf(Layer.Feature("conv1", Npy("square.npy", new Shape(C, C), square)));
        AssertClose(features, ValueOf(Layer.Feature("conv1", Safetensors("a.safetensors", ("W_dec", new Shape(C, C), square)))));
        AssertClose(features, ValueOf(Layer.Feature("conv1", Safetensors("b.safetensors", ("decoder.weight", new Shape(C, C), Transposed(square, C))))));
        float[] codes = [.. features.Select(value => Math.Max(0, value))];
        AssertClose(codes, ValueOf(Layer.Code("conv1", Safetensors("c.safetensors", ("W_enc", new Shape(C, C), Transposed(square, C))))));
        AssertClose(codes, ValueOf(Layer.Code("conv1", Safetensors("d.safetensors", ("encoder.weight", new Shape(C, C), square)))));
    }

    [Fact]
    public void They_go_wherever_a_channel_goes()
    {
        string path = Safetensors("sae.safetensors", ("W_enc", new Shape(C, Units), Transposed(Encoder, Units)), ("b_enc", new Shape(Units), EncoderBias), ("b_dec", new Shape(C), DecoderBias));
        Layer code = Layer.Code("conv1", path), before = Layer.Pre(code);
        foreach ((Layer layer, float[] all) in new[] { (code, ValueOf(code)), (before, ValueOf(before)) })
        {
            float[] Of(int image, int unit) => all[((image * Units + unit) * 24)..((image * Units + unit + 1) * 24)];
            AssertClose([Of(0, 3).Average(), Of(1, 3).Average()], ValueOf(Objective.Channel(layer, 3)));
            AssertClose([Of(0, 6)[2 * 6 + 5], Of(1, 6)[2 * 6 + 5]], ValueOf(Objective.Neuron(layer, 6, 2, 5)));
            AssertClose([Of(0, 6).Average(), Of(1, 0).Average()], ValueOf(Objective.Each(Objective.Channel(layer, 6), Objective.Channel(layer, 0))));
            AssertClose([Of(0, 6).Average(), Of(1, 0)[9]], ValueOf(Objective.Each(Objective.Channel(layer, 6), Objective.Neuron(layer, 0, 1, 3))));
            AssertClose([Of(0, 2)[..6].Average(), Of(1, 2)[..6].Average()], ValueOf(Objective.Mask(Objective.Channel(layer, 2), 0, 0.25f, 0, 1)));
            Assert.Contains("has channels 0 to 6; there is no channel 7", Assert.Throws<UsageException>(() => ValueOf(Objective.Channel(layer, Units))).Message, StringComparison.Ordinal);
        }
        AssertClose([.. ValueOf(Layer.Feature("logits", Npy("l.npy", new Shape(3, 4), Evaluate.Numbers(12, 5)))).Chunk(3).Select(units => units[1])],
            ValueOf(Objective.Channel(Layer.Feature("logits", Path.Combine(_folder, "l.npy")), 1)));
    }

    [Fact]
    public void Only_the_channels_that_are_asked_for_are_computed()
    {
        const int Many = 4000;
        Layer feature = Layer.Feature("conv1", Npy("large.npy", new Shape(Many, C), Evaluate.Numbers(Many * C, 1)));
        Tensor each = Objective.Each(Objective.Channel(feature, 3999), Objective.Channel(feature, 17)).Build(_model.Activate(_image));
        Assert.DoesNotContain(Tensor.InOrder([each]), tensor => tensor.Shape.Rank == 4 && tensor.Shape.Channels == Many);
        Assert.Contains(Tensor.InOrder([Objective.DeepDream(feature).Build(_model.Activate(_image))]), tensor => tensor.Shape.Rank == 4 && tensor.Shape.Channels == Many);
    }

    [Fact]
    public void The_next_units_need_no_new_plan()
    {
        string path = Safetensors("sae.safetensors", ("W_enc", new Shape(C, Units), Transposed(Encoder, Units)), ("b_enc", new Shape(Units), EncoderBias));
        var recipe = new Recipe { Height = 8, Width = 12, Steps = 3, Batch = 2, RedirectSteps = 0, Seed = 1 };
        foreach (Func<Layer, Layer> make in new Func<Layer, Layer>[] { layer => layer, Layer.Pre })
        {
            Objective Of(int a, int b) => Objective.Each(Objective.Channel(make(Layer.Code("relu1", path)), a), Objective.Channel(make(Layer.Code("relu1", path)), b));
            using var ascent = new Ascent(_model, recipe, Of(0, 1)) { KeepsPlans = true };
            for (int i = 0; i < 3; i++) ascent.Advance();
            long before = _model.Backend.Compilations;
            ascent.Restart(Of(5, 2));
            for (int i = 0; i < 3; i++) ascent.Advance();
            Assert.Equal(0, _model.Backend.Compilations - before);
            using var fresh = new Ascent(_model, recipe, Of(5, 2));
            for (int i = 0; i < 3; i++) fresh.Advance();
            Assert.Equal(fresh.Values.ToArray(), ascent.Values.ToArray());
        }
    }

    [Fact]
    public void Bad_dictionaries_are_named_with_what_was_found()
    {
        string Message(Layer layer) => Assert.Throws<InputFileException>(() => _model.Activate(_image)[layer]).Message;
        string turned = Npy("turned.npy", new Shape(C, Units), Decoder), flat = Npy("flat.npy", new Shape(C), DecoderBias), none = Path.Combine(_folder, "none.npy"), text = Path.Combine(_folder, "text.safetensors");
        File.WriteAllText(text, "no arrays, but some words");
        Assert.Equal($"Dictionary '{turned}' is [5, 7], where [features, 5] is expected, one row for each feature and a number for each of the 5 channels of the layer; save its transpose.", Message(Layer.Feature("conv1", turned)));
        Assert.StartsWith($"Dictionary '{flat}' is [5], where [features, 5] is expected", Message(Layer.Feature("conv1", flat)), StringComparison.Ordinal);
        Assert.Equal($"Dictionary '{none}' does not exist; check its path.", Message(Layer.Code("conv1", none)));
        Assert.StartsWith($"Cannot read '{text}': its header claims", Message(Layer.Code("conv1", text)), StringComparison.Ordinal);
        string other = Safetensors("other.safetensors", ("layer.weight", new Shape(2, 3), new float[6])), wide = Safetensors("wide.safetensors", ("W_dec", new Shape(Units, 6), new float[Units * 6]));
        Assert.Equal($"Dictionary '{other}' has no encoder (W_enc, encoder.weight, enc.weight, encoder) and no decoder (W_dec, decoder.weight, dec.weight, decoder); it has 'layer.weight' [2, 3].", Message(Layer.Code("conv1", other)));
        Assert.Contains("'W_dec' is [7, 6], where [features, 5] or [5, features] is expected for the 5 channels of the layer", Message(Layer.Feature("conv1", wide)), StringComparison.Ordinal);
        string encoder = Safetensors("encoder.safetensors", ("W_enc", new Shape(C, Units), Encoder)), unequal = Safetensors("unequal.safetensors", ("W_enc", new Shape(C, Units), Encoder), ("W_dec", new Shape(6, C), new float[30]));
        Assert.Contains("has no decoder", Message(Layer.Feature("conv1", encoder)), StringComparison.Ordinal);
        Assert.Contains("has 7 units in 'W_enc' and 6 in 'W_dec'", Message(Layer.Code("conv1", unequal)), StringComparison.Ordinal);
        string bias = Safetensors("bias.safetensors", ("W_enc", new Shape(C, Units), Encoder), ("b_enc", new Shape(C), DecoderBias)), jump = Safetensors("jump.safetensors", ("W_dec", new Shape(Units, C), Decoder), ("threshold", new Shape(Units), EncoderBias));
        Assert.Contains("'b_enc' is [5], where 7 numbers are expected", Message(Layer.Code("conv1", bias)), StringComparison.Ordinal);
        Assert.Contains("has 'threshold', so its codes are not ReLU", Message(Layer.Code("conv1", jump)), StringComparison.Ordinal);
        Assert.Equal(Units, _model.Activate(_image)[Layer.Feature("conv1", jump)].Shape.Channels);
        string notNumbers = Npy("nan.npy", new Shape(1, C), [1, 2, float.NaN, 4, 5]);
        Assert.Contains("has NaN as its number 2", Message(Layer.Feature("conv1", notNumbers)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_carries_the_hash_of_the_dictionary_and_another_one_is_refused()
    {
        string path = Npy("sae.npy", new Shape(Units, C), Decoder);
        Objective objective = Objective.Channel(Layer.Feature("conv1", path), 2), pinned = objective.Pinned();
        Assert.Equal(pinned, Objective.Parse(pinned.ToString()));
        Assert.Matches("^feature\\(conv1, file\\('.*sae.npy', '[0-9a-f]{64}'\\)\\):2$", pinned.ToString());
        float[] before = ValueOf(pinned);
        Npy("sae.npy", new Shape(Units, C), Encoder);
        using Model again = _tiny.Load();
        Assert.Contains($"Dictionary '{path}' has the SHA-256", Assert.Throws<InputFileException>(() => pinned.Build(again.Activate(_image))).Message, StringComparison.Ordinal);
        Assert.NotEqual(before, ValueOf(objective));
        Assert.Equal(before, ValueOf(pinned));                       // what was read stays with the model
    }
}
