using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class ElementwiseKernelTests
{
    private static readonly Dictionary<string, (Elementwise Operator, double Low, double High)> Functions = new()
    {
        ["relu"] = (new Relu(), -1, 1),
        ["leaky relu"] = (new LeakyRelu(0.2f), -1, 1),
        ["clip"] = (new Clip(-0.25f, 0.5f), -1, 1),
        ["clip above zero"] = (new Clip(0.25f, 0.5f), -1, 1),
        ["sigmoid"] = (new Sigmoid(), -12, 12),
        ["tanh"] = (new Tanh(), -6, 6),
        ["tanh near zero"] = (new Tanh(), -0.3, 0.3),
        ["exponential"] = (new Exponential(), -10, 10),
        ["logarithm"] = (new Logarithm(), 0.01, 9),
        ["square root"] = (new SquareRoot(), 0, 9),
        ["absolute"] = (new Absolute(), -1, 1),
        ["sign"] = (new Sign(), -1, 1),
        ["sine"] = (new Sine(), -7, 7),
        ["cosine"] = (new Cosine(), -7, 7),
        ["linear"] = (new Linear(-3, 0.5f), -1, 1),
        ["third power"] = (new Power(3), -1, 1),
        ["power 0"] = (new Power(0), -1, 1),
        ["power -2"] = (new Power(-2), 0.5, 2),
        ["power 0.5"] = (new Power(0.5f), 0, 4),
        ["power -0.5"] = (new Power(-0.5f), 0.5, 4),
        ["power 1.7"] = (new Power(1.7f), 0.01, 4),
        ["stop gradient"] = (new StopGradient(), -1, 1),
    };

    public static TheoryData<string> FunctionNames => [.. Functions.Keys];

    [Theory, MemberData(nameof(FunctionNames))]
    public void Function_agrees_with_the_reference(string name)
    {
        (Elementwise op, double low, double high) = Functions[name];
        var given = new Sample();
        Tensor x = given.Input([2, 17, 5, 7], low, high);            // 1190: a tail of 6 at 16 lanes
        Compare.WithReference(given, new Tensor(op, x));
    }

    // Large enough that each thread has some of the rows, which are no multiple of the threads.
    [Fact]
    public void Pairs_of_large_images_in_blocks_agree_with_the_reference()
    {
        var given = new Sample();
        Tensor a = Blocks(given.Input(2, 40, 31, 17)), b = Blocks(given.Input(2, 40, 31, 17));
        Compare.WithReference(given, a + b, a * b);

        static Tensor Blocks(Tensor image) => image.MaxPool(new Window(3, 3, 1, 1, 1, 1, 1, 1));
    }

    // Each number by itself, not against the tensor's typical one: an exponential of -20 must be right too. Single precision rounds to 6e-8;
    // vectors and the plain float may differ by a few such steps.
    [Theory]
    [InlineData("exponential", -20, 20)]
    [InlineData("sigmoid", -20, 20)]
    [InlineData("tanh near zero", -0.5, 0.5)]
    [InlineData("logarithm", 2, 1000)]
    [InlineData("power 1.7", 0.001, 30)]
    public void Small_results_are_right_to_their_own_size(string name, double low, double high)
    {
        var given = new Sample();
        var y = new Tensor(Functions[name].Operator, given.Input([1001], low, high));
        double[] expected = Reference.Evaluate(y, given.Doubles);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[] actual = Compare.Run(given, [y], set)[0];
            for (int i = 0; i < actual.Length; i++)
                Assert.True(Math.Abs(actual[i] / expected[i] - 1) < 5e-6, $"{name} on {set}: {actual[i]} should be {expected[i]}.");
        }
    }

    private static readonly Dictionary<string, Pairwise> Pairs = new()
    {
        ["add"] = new Add(),
        ["subtract"] = new Subtract(),
        ["multiply"] = new Multiply(),
        ["divide"] = new Divide(),
        ["maximum"] = new Maximum(),
        ["minimum"] = new Minimum(),
        ["greater"] = new Greater(),
        ["relu gradient"] = new ReluGradient(),
        ["clip gradient"] = new ClipGradient(-0.3f, 0.6f),
    };

    private static readonly (int[] A, int[] B)[] Shapes =
    [
        ([2, 17, 5, 7], [2, 17, 5, 7]), ([2, 17, 5, 7], []), ([], [2, 17, 5, 7]), ([2, 17, 5, 7], [1, 17, 1, 1]), ([1, 17, 1, 1], [2, 17, 5, 7]),
        ([2, 17, 5, 7], [2, 1, 5, 7]), ([2, 17, 5, 7], [7]), ([2, 17, 5, 7], [5, 1]), ([2, 1, 5, 1], [3, 1, 7]), ([17, 1], [1, 19]),
        ([2, 3, 1, 5, 1, 2], [3, 4, 1, 7, 1]), ([1, 1, 1, 1], [1]), ([], []),
    ];

    public static TheoryData<string, int> PairCases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string name in Pairs.Keys)
                for (int i = 0; i < Shapes.Length; i++) data.Add(name, i);
            return data;
        }
    }

    [Theory, MemberData(nameof(PairCases))]
    public void Pair_agrees_with_the_reference_under_broadcasting(string name, int shapes)
    {
        var given = new Sample();
        (int[] a, int[] b) = Shapes[shapes];
        Tensor left = given.Input(a), right = name == "divide" ? given.Input(b, 0.5, 2) : given.Input(b);
        Compare.WithReference(given, new Tensor(Pairs[name], left, right));
    }

    [Fact]
    public void Long_rows_are_cut_into_pieces_and_short_rows_joined()
    {
        var given = new Sample();
        Tensor row = given.Input(20011), column = given.Input(3, 1), many = given.Input(9001, 3);
        Compare.WithReference(given, row * column, row.Sigmoid(), many * given.Input(9001, 1), many - given.Input(3));
    }

    [Fact]
    public void Powers_of_e_agree_from_end_to_end()
    {
        var given = new Sample();
        Tensor x = given.Input([4003], -87, 88.7);
        double[] exact = [.. given.Values[x].Select(value => Math.Exp(value))];
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[] computed = Compare.Run(given, [x.Exp()], set)[0];
            // The rounding of r weighs 0.35·2^-24, and the polynomial's sums about as much as the last rounding.
            for (int i = 0; i < exact.Length; i++) Assert.InRange(computed[i] / exact[i], 1 - 2e-7, 1 + 2e-7);
        }
    }

    [Fact]
    public void Powers_of_e_beyond_the_ends_are_infinite_zero_or_no_number()
    {
        var given = new Sample();
        float[] values = [.. Enumerable.Repeat(new[] { 88.8f, 1000, float.MaxValue, float.PositiveInfinity, -110, -1000, float.MinValue, float.NegativeInfinity, float.NaN, 0 }, 5).SelectMany(x => x)];
        Tensor x = given.InputOf(values, values.Length);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
            Assert.Equal(values.Select(MathF.Exp), Compare.Run(given, [x.Exp()], set)[0]);
    }
}
