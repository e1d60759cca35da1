using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class DirectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-directions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Npy(string name, Shape shape, params float[] values)
    {
        string path = Path.Combine(_folder, name);
        NpyFile.Write(path, shape, values);
        return path;
    }

    private static float[] Value(Direction direction, Shape layer, float[] activations, float power = 0, string? whiten = null) =>
        Known.Value(Objective.Direction("a", direction, power, whiten), layer, activations);

    // One position with the activations (3, 4), and one with (1, -2), whose lengths are 5 and √5.
    private static readonly Shape Two = new(1, 2, 1, 2);
    private static readonly float[] TwoPositions = [3, 1, 4, -2];

    [Fact]
    public void With_a_power_it_counts_where_the_activations_point()
    {
        // Along (0, 2), of length 2: the products are 8 and -4, the cosines 0.8 and, below the least, 0.1.
        double cosine = 8 / (5.0001 * 2.0001);
        Assert.Equal((8 - 4) / 2f, Value(Direction.Of(0, 2), Two, TwoPositions)[0], 1e-6f);
        Assert.Equal((8 * cosine - 4 * 0.1) / 2, Value(Direction.Of(0, 2), Two, TwoPositions, power: 1)[0], 1e-5f);
        Assert.Equal((8 * cosine * cosine - 4 * 0.01) / 2, Value(Direction.Of(0, 2), Two, TwoPositions, power: 2)[0], 1e-5f);
        Assert.Equal((8 * Math.Sqrt(cosine) - 4 * Math.Sqrt(0.1)) / 2, Value(Direction.Of(0, 2), Two, TwoPositions, power: 0.5f)[0], 1e-5f);
        Assert.Equal(2 * Value(Direction.Of(0, 2), Two, TwoPositions, power: 2)[0], Known.Value(2f * Objective.Direction("a", Direction.Of(0, 2), 2), Two, TwoPositions)[0], 1e-6f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2.5f)]
    public void The_gradient_is_that_of_central_differences(float power)
    {
        var shape = new Shape(2, 3, 2, 5);
        float[] x = Evaluate.Numbers(shape.Count, 3);
        string field = Npy("field.npy", new Shape(3, 1, 3), Evaluate.Numbers(9, 4)), matrix = Npy("matrix.npy", new Shape(3, 3), Evaluate.Numbers(9, 5));
        foreach (Objective objective in new[] { Objective.Direction("a", Direction.Of(0.5f, -1, 2), power), Objective.Direction("a", Direction.File(field), power, matrix) })
        {
            float[] gradient = Known.Gradient(objective, shape, x);
            Assert.Contains(gradient, value => value != 0);
            for (int i = 0; i < x.Length; i++)
            {
                const float H = 2e-3f;
                float Mean(float change)
                {
                    float[] changed = [.. x];
                    changed[i] += change;
                    return Known.Value(objective, shape, changed).Average();
                }
                Assert.Equal((Mean(H) - Mean(-H)) / (2 * H), gradient[i], 2e-3f);
            }
        }
    }

    [Fact]
    public void Where_nothing_is_active_the_gradient_is_finite() =>
        Assert.All(Known.Gradient(Objective.Direction("a", Direction.Of(1, 2), 2), Two, [0, 1, 0, 1]), value => Assert.True(float.IsFinite(value)));

    [Fact]
    public void A_random_direction_is_a_function_of_the_seed_and_the_number_of_channels()
    {
        // The image is the unit vectors: the values are the numbers of the direction.
        static float[] Numbers(int seed, int channels) =>
            Value(Direction.Random(seed), new Shape(channels, channels), [.. Enumerable.Range(0, channels * channels).Select(i => i / channels == i % channels ? 1f : 0f)]);

        Assert.Equal(Numbers(5, 7), Numbers(5, 7));
        Assert.NotEqual(Numbers(5, 7), Numbers(6, 7));
        foreach (int channels in new[] { 1, 7, 64 }) Assert.Equal(1, Numbers(5, channels).Sum(number => (double)number * number), 1e-5);
        Assert.Contains(Numbers(5, 64), number => number < 0);
        // The longer one goes on where the shorter ends, but for the length.
        Assert.Equal(Numbers(5, 7)[1] / Numbers(5, 7)[0], Numbers(5, 64)[1] / Numbers(5, 64)[0], 1e-4f);
        Assert.Throws<UsageException>(() => Direction.Random(-1));
    }

    [Fact]
    public void Channels_with_weights_are_neuron_arithmetic()
    {
        Direction difference = Direction.Channels(new Dictionary<int, float> { [1] = -0.5f, [0] = 2 });
        Assert.Equal("{0: 2, 1: -0.5}", difference.ToString());
        Assert.Equal(Known.Value(2f * Objective.Channel("a", 0) - 0.5f * Objective.Channel("a", 1), Two, TwoPositions)[0], Value(difference, Two, TwoPositions)[0], 1e-6f);
        Assert.Equal("Layer 'a' has channels 0 to 1; there is no channel 2.",
            Assert.Throws<UsageException>(() => Value(Direction.Channels(new Dictionary<int, float> { [2] = 1 }), Two, TwoPositions)).Message);
    }

    [Fact]
    public void A_file_has_one_vector_or_rows_of_which_one_is_chosen()
    {
        string one = Npy("one.npy", new Shape(2), 0, 2), rows = Npy("rows.npy", new Shape(3, 2), 1, 0, 0, 1, 0, 2), single = Npy("single.npy", new Shape(1, 2), 0, 2);
        foreach (Direction direction in new[] { Direction.File(one), Direction.File(rows, 2), Direction.File(single), Direction.File(single, 0) })
            Assert.Equal(2, Value(direction, Two, TwoPositions)[0], 1e-6f);
        Assert.Equal(1, Value(Direction.File(rows, 1), Two, TwoPositions)[0], 1e-6f);
        Assert.Equal($"Direction '{rows}' has 3 rows; say which, as in row: 0.", Assert.Throws<UsageException>(() => Value(Direction.File(rows), Two, TwoPositions)).Message);
        Assert.Equal($"Direction '{rows}' has the rows 0 to 2; there is no row 3.", Assert.Throws<UsageException>(() => Value(Direction.File(rows, 3), Two, TwoPositions)).Message);
        Assert.Equal($"Direction '{one}' is [2], where [3], [rows, 3] or [3, height, width] is expected for layer 'a' [1, 3, 1, 1].",
            Assert.Throws<InputFileException>(() => Value(Direction.File(one), new Shape(1, 3, 1, 1), new float[3])).Message);
        Assert.Equal($"Direction '{one}' is [2], where [rows, 2] is expected for layer 'a' [1, 2, 1, 2].", Assert.Throws<InputFileException>(() => Value(Direction.File(one, 0), Two, TwoPositions)).Message);
    }

    [Fact]
    public void A_field_of_vectors_is_held_against_the_middle_of_the_layer()
    {
        // Layer [1, 2, 3, 4], 0 to 23; a field of 1 x 2: row 1, columns 1 and 2 are 5, 6 in channel 0 and 17, 18 in channel 1.
        float[] count = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        string field = Npy("field.npy", new Shape(2, 1, 2), 1, 10, 100, 1000), large = Npy("large.npy", new Shape(2, 4, 1), new float[8]);
        Assert.Equal((5 + 60 + 1700 + 18000) / 2f, Value(Direction.File(field), new Shape(1, 2, 3, 4), count)[0], 1e-2f);
        Assert.Contains("has 4 x 1 positions of its own, which have no room in layer 'a' [1, 2, 3, 4]", Assert.Throws<UsageException>(() => Value(Direction.File(large), new Shape(1, 2, 3, 4), count)).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => Value(Direction.File(field), new Shape(3, 2), new float[6]));
    }

    [Fact]
    public void A_matrix_multiplies_the_vector()
    {
        string matrix = Npy("matrix.npy", new Shape(2, 2), 1, 2, 3, 4), other = Npy("other.npy", new Shape(2, 3), new float[6]);
        // (1, 2; 3, 4)·(1, -1) = (-1, -1): against (3, 4) it is -7, against (1, -2) it is 1.
        Assert.Equal(-3, Value(Direction.Of(1, -1), Two, TwoPositions, whiten: matrix)[0], 1e-6f);
        Assert.Equal($"Matrix '{other}' is [2, 3], where [2, 2] is expected for the 2 channels of the layer.", Assert.Throws<InputFileException>(() => Value(Direction.Of(1, -1), Two, TwoPositions, whiten: other)).Message);
    }

    [Fact]
    public void Bad_files_are_named()
    {
        string none = Path.Combine(_folder, "none.npy"), text = Path.Combine(_folder, "text.npy"), infinite = Npy("infinite.npy", new Shape(2), 1, float.PositiveInfinity);
        File.WriteAllText(text, "not numbers");
        Assert.Equal($"Direction '{none}' does not exist; check its path.", Assert.Throws<InputFileException>(() => Value(Direction.File(none), Two, TwoPositions)).Message);
        Assert.StartsWith($"Cannot read '{text}': it is no .npy file", Assert.Throws<InputFileException>(() => Value(Direction.File(text), Two, TwoPositions)).Message, StringComparison.Ordinal);
        Assert.Equal($"Direction '{infinite}' has {float.PositiveInfinity} as its number 1, where finite ones are expected.", Assert.Throws<InputFileException>(() => Value(Direction.File(infinite), Two, TwoPositions)).Message);
        // Changed after it was pinned.
        string path = Npy("changed.npy", new Shape(2), 0, 2);
        Objective pinned = Objective.Direction("a", Direction.File(path), whiten: path).Pinned();
        Assert.Equal(pinned, Objective.Parse(pinned.ToString()));
        Assert.Contains("file('", pinned.ToString(), StringComparison.Ordinal);
        Npy("changed.npy", new Shape(2), 0, 3);
        Assert.Contains($"Direction '{path}' has the SHA-256", Assert.Throws<InputFileException>(() => pinned.Build(Known.Of(Two))).Message, StringComparison.Ordinal);
        Assert.Throws<InputFileException>(() => Objective.Direction("a", Direction.File(none)).Pinned());
        Assert.Throws<InputFileException>(() => Objective.Direction("a", Direction.Of(1, 2), whiten: none).Pinned());
    }

    [Fact]
    public void An_image_is_the_mean_of_its_activations()
    {
        using var tiny = new TinyModel { FixedSize = (6, 9) };
        using Model model = tiny.Load();
        var photo = new Picture(12, 21, 3, [.. Evaluate.Numbers(12 * 21 * 3, 2, 0, 255).Select(value => (byte)value)]);
        string path = Path.Combine(_folder, "photo.png");
        photo.Save(path);
        var image = new Tensor(new Input(new Shape(1, 3, 6, 9), "image"));
        float[] pixels = photo.Cover(6, 9).ToPlanar();
        Activations activations = model.Activate(image);
        float[] mean = Evaluate.Of(activations["conv1"].MeanOver(2, 3), (image, pixels));
        float[] value = Evaluate.Of(Objective.Direction("conv1", Direction.MeanOf(new ImageReference(path))).Build(activations), (image, pixels));
        // The photo against its own mean: the square of the mean's length.
        Assert.Equal(Evaluate.Dot(mean, mean), value[0], 1e-5);
        float[] logits = Evaluate.Of(activations["logits"], (image, pixels));
        Assert.Equal(Evaluate.Dot(logits, logits), Evaluate.Of(Objective.Direction("logits", Direction.MeanOf(new ImageReference(path))).Build(activations), (image, pixels))[0], 1e-5);
        Assert.Throws<InputFileException>(() => Objective.Direction("conv1", Direction.MeanOf(new ImageReference(path + "x"))).Pinned());
    }

    [Fact]
    public void One_direction_for_each_image_is_one_product()
    {
        var shape = new Shape(3, 2, 2, 3);
        float[] x = Evaluate.Numbers(shape.Count, 8);
        Objective[] directions = [Objective.Direction("a", Direction.Of(1, 2), 2), Objective.Direction("a", Direction.Random(3), 2), Objective.Direction("a", Direction.Of(-3, 0.5f), 2)];
        float[] each = Known.Value(Objective.Each(directions), shape, x), two = Known.Value(Objective.Each(directions[0], directions[1]), shape, x);
        for (int n = 0; n < 3; n++)
        {
            float alone = Known.Value(directions[n], new Shape(1, 2, 2, 3), x[(12 * n)..(12 * n + 12)])[0];
            Assert.Equal(alone, each[n], 1e-6f);
            Assert.Equal(Known.Value(directions[n % 2], new Shape(1, 2, 2, 3), x[(12 * n)..(12 * n + 12)])[0], two[n], 1e-6f);
        }
        IReadOnlyList<Tensor> graph = Tensor.InOrder([Objective.Each(directions).Build(Known.Of(shape))]);
        Assert.Single(graph, tensor => tensor.Operator is Sum { Axes: [1] } && tensor.Inputs[0].Operator is Multiply && tensor.Inputs[0].Inputs[0].Operator is Input && tensor.Inputs[0].Inputs[1].Operator is not Input);
        Assert.DoesNotContain(graph, tensor => tensor.Operator is Slice);
        // Another power is another product.
        Assert.Contains(Tensor.InOrder([Objective.Each(directions[0], Objective.Direction("a", 1, 2)).Build(Known.Of(shape))]), tensor => tensor.Operator is Slice);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_power_is_a_number_of_at_least_0(float power) => Assert.Throws<UsageException>(() => Objective.Direction("a", Direction.Of(1), power));
}
