using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>Every rule of the table against central differences of the reference.</summary>
public sealed class GradientRuleTests
{
    /// <summary>Tensors whose last operator is checked, in all inputs of the sample. Constants are not differentiated.</summary>
    private static readonly Dictionary<string, Func<Sample, Tensor>> Cases = new()
    {
        ["relu"] = g => g.Apart(2, 3, 4, 5).Relu(),
        ["leaky relu"] = g => g.Apart(3, 7).LeakyRelu(0.2f),
        ["clip"] = g => g.Apart(3, 7).Clip(-0.3f, 0.6f),
        ["gradient of a clip"] = g => new Tensor(new ClipGradient(-0.3f, 0.6f), g.Apart(3, 7), g.Input(3, 7)),
        ["sigmoid"] = g => g.Input(3, 7).Sigmoid(),
        ["gradient of a sigmoid"] = g => new Tensor(new SigmoidGradient(), g.Input(3, 7), g.Input(3, 7)),
        ["tanh"] = g => g.Input(3, 7).Tanh(),
        ["exponential"] = g => g.Input(3, 7).Exp(),
        ["logarithm"] = g => g.Input([3, 7], 0.5, 2).Log(),
        ["square root"] = g => g.Input([3, 7], 0.5, 2).Sqrt(),
        ["absolute"] = g => g.Apart(3, 7).Abs(),
        ["sign"] = g => g.Apart(3, 7).Sign(),
        ["sine"] = g => g.Input([3, 7], -3, 3).Sin(),
        ["cosine"] = g => g.Input([3, 7], -3, 3).Cos(),
        ["arctangent"] = g => g.Input([3, 17], -4, 4).Atan(),
        ["error function"] = g => g.Input([3, 17], -3, 3).Erf(),
        ["gelu"] = g => g.Input([3, 17], -4, 4).Gelu(),
        ["floor"] = g => g.Input([3, 17], -4, 4).Floor(),
        ["round"] = g => g.Input([3, 17], -4, 4).Round(),
        ["linear"] = g => new Tensor(new Linear(-3, 0.5f), g.Input(3, 7)),
        ["third power"] = g => g.Input(3, 7).Pow(3),
        ["power 1"] = g => g.Input(3, 7).Pow(1),
        ["power -1.5"] = g => g.Input([3, 7], 0.5, 2).Pow(-1.5f),
        ["softmax of the last axis"] = g => g.Input(3, 7).Softmax(1),
        ["softmax of a middle axis"] = g => g.Input(2, 5, 3).Softmax(1),
        ["log softmax of the last axis"] = g => g.Input(3, 7).LogSoftmax(1),
        ["log softmax of the first axis"] = g => g.Input(5, 3).LogSoftmax(0),

        ["add"] = g => g.Input(2, 3, 5) + g.Input(2, 3, 5),
        ["add, right repeated"] = g => g.Input(2, 3, 4, 5) + g.Input(1, 3, 1, 1),
        ["add, both repeated"] = g => g.Input(3, 1) + g.Input(2, 1, 5),
        ["subtract, right repeated"] = g => g.Input(2, 3, 5) - g.Input(5),
        ["subtract, left repeated"] = g => g.Input(3, 1) - g.Input(2, 3, 5),
        ["multiply, right repeated"] = g => g.Input(2, 3, 4, 5) * g.Input(3, 1, 1),
        ["multiply, both repeated"] = g => g.Input(3, 1) * g.Input(1, 7),
        ["multiply by a scalar"] = g => g.Input(2, 3) * g.Input(),
        ["divide, right repeated"] = g => g.Input(2, 3, 5) / g.Input([3, 1], 0.5, 2),
        ["divide, left repeated"] = g => g.Input(5) / g.Input([3, 5], -2, -0.5),
        ["maximum"] = g => g.Apart([3, 5], [3, 5]) is var (a, b) ? Tensor.Max(a, b) : null!,
        ["maximum, left repeated"] = g => g.Apart([5], [3, 5]) is var (a, b) ? Tensor.Max(a, b) : null!,
        ["minimum"] = g => g.Apart([3, 5], [3, 5]) is var (a, b) ? Tensor.Min(a, b) : null!,
        ["minimum, right repeated"] = g => g.Apart([3, 5], [3, 1]) is var (a, b) ? Tensor.Min(a, b) : null!,
        ["greater"] = g => g.Apart([3, 5], [3, 1]) is var (a, b) ? a.GreaterThan(b) : null!,

        ["equal"] = g => g.Apart([3, 5], [3, 1]) is var (a, b) ? a.EqualTo(b) : null!,
        ["keep, condition repeated"] = g => g.Input(3, 5).KeepWhere(g.Apart(5)),
        ["keep, value repeated"] = g => g.Input(3, 1).KeepWhere(g.Apart(2, 3, 5)),
        ["raise"] = g => g.Input([3, 5], 0.5, 2).Pow(g.Input([3, 5], -2, 2)),
        ["raise, exponent repeated"] = g => g.Input([3, 5], 0.5, 2).Pow(g.Input([3, 1], -2, 2)),

        ["reshape"] = g => g.Input(2, 3, 5).Reshape(new Shape(6, 5)),
        ["broadcast"] = g => g.Input(3, 1).BroadcastTo(new Shape(2, 3, 5)),
        ["transpose"] = g => g.Input(2, 3, 4, 5).Transpose(2, 0, 3, 1),
        ["slice"] = g => g.Input(2, 7, 3).Slice(1, 1, 3, 2),
        ["slice gradient"] = g => new Tensor(new SliceGradient(1, 1, 2, 7), g.Input(2, 3, 2)),
        ["pad with a constant"] = g => g.Input(1, 2, 3, 4).Pad(1, 2, 3, 0, 5),
        ["reflecting pad"] = g => new Tensor(new Pad([0, 0, 2, 1], [0, 0, 1, 3], PadMode.Reflect), g.Input(1, 2, 3, 4)),
        ["edge pad"] = g => new Tensor(new Pad([0, 1, 2, 1], [0, 0, 1, 5], PadMode.Edge), g.Input(1, 2, 3, 4)),
        ["sparse product along a middle axis"] = g => g.Input(2, 4, 19).Times(Matrix, 1),
        ["sparse product along the last axis"] = g => g.Input(3, 4).Times(Matrix, 1),
        ["sparse product, transposed"] = g => g.Input(2, 5, 3).Times(Matrix.Transposed(), 1),
        ["picks"] = g => g.Input(2, 4, 3).Pick(1, [3, -1, 0, 3]),
        ["concat"] = g => Tensor.Concat(1, g.Input(2, 3, 4), g.Input(2, 1, 4), g.Input(2, 2, 4)),

        ["channel of each image"] = g => g.Input(3, 5, 2, 3).Channel(Tensor.Constant(new Shape(3), 4, 0, 4)),
        ["gradient of a channel of each image"] = g => new Tensor(new ChannelPickGradient(18), g.Input(2, 1, 3, 2), Tensor.Constant(new Shape(2), 17, 3)),

        ["taken elements"] = g => g.Input(2, 3, 5, 2).Take(Tensor.Constant(new Shape(2, 4), 4, 0, -1, 4, 1, 1, 5, 3)),
        ["taken elements, alike for the batch"] = g => g.Input(2, 3, 5, 2).Take(Tensor.Constant(new Shape(1, 3), 4, 0, 4)),
        ["gradient of taken elements"] = g => new Tensor(new TakeGradient(6), g.Input(2, 2, 4, 3), Tensor.Constant(new Shape(2, 4), 4, 0, -1, 4, 1, 1, 6, 3)),

        ["ranks"] = g => g.Apart(2, 3, 7).Ranks(),
        ["sorted"] = g => g.Apart(2, 3, 7).Sorted(),

        ["sum of the first axis"] = g => g.Input(2, 3, 5).SumOver(0),
        ["sum of two axes"] = g => g.Input(2, 3, 4, 5).SumOver(1, 3),
        ["max of the last axis"] = g => g.Apart(3, 7).MaxOver(1),
        ["max of two axes"] = g => g.Apart(2, 3, 4, 5).MaxOver(0, 2),
        ["place of the largest of a middle axis"] = g => g.Apart(3, 5, 4).ArgMaxOver(1),
        ["standardize the last axis"] = g => g.Input(3, 19).Standardize(1, 0.1f),
        ["standardize two axes"] = g => g.Input(2, 3, 4, 5).Standardize(2, 1e-5f),
        ["matrix product"] = g => g.Input(3, 5).MatMul(g.Input(5, 4)),
        ["matrix product, left transposed"] = g => g.Input(5, 3).MatMul(g.Input(5, 4), true),
        ["matrix product, right transposed"] = g => g.Input(3, 5).MatMul(g.Input(4, 5), false, true),
        ["matrix product, both transposed"] = g => g.Input(5, 3).MatMul(g.Input(4, 5), true, true),
        ["matrix product, left repeated"] = g => g.Input(3, 5).MatMul(g.Input(2, 5, 4)),
        ["matrix product, right repeated, transposed"] = g => g.Input(2, 3, 5, 2).MatMul(g.Input(3, 4, 5), true, true),

        ["convolution with bias"] = g => g.Input(2, 3, 6, 8).Conv2D(g.Input(4, 3, 3, 2), g.Input(4), new Window(3, 2, 2, 1, 1, 0, 0, 1)),
        ["convolution in groups"] = g => g.Input(2, 4, 5, 7).Conv2D(g.Input(6, 2, 2, 3), null, new Window(2, 3, 1, 2, 1, 2, 0, 1, 2, 1), groups: 2),
        ["depthwise convolution"] = g => g.Input(1, 5, 6, 4).Conv2D(g.Input(5, 1, 3, 3), g.Input(5), new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 5),
        ["transposed convolution"] = g => new Tensor(new Conv2DInputGradient(new Window(3, 2, 2, 3, 1, 0, 0, 1), 2, new Shape(1, 4, 5, 7)), g.Input(1, 6, 2, 3), g.Input(6, 2, 3, 2)),
        ["max pool"] = g => g.Apart(2, 3, 5, 8).MaxPool(new Window(3, 2, 2, 1, 1, 0, 0, 1)),
        ["max pool of the whole image"] = g => g.Apart(1, 2, 4, 3).MaxPool(new Window(4, 3)),
        ["average pool"] = g => g.Input(2, 3, 5, 8).AveragePool(new Window(3, 2, 2, 1, 1, 0, 0, 1)),
        ["average pool, padding counts"] = g => new Tensor(new AveragePool2D(new Window(3, 3, 2, 2, 1, 1, 2, 2), true, 1, 1), g.Input(1, 3, 4, 6)),
        ["average pool, windows side by side"] = g => g.Input(2, 3, 5, 8).AveragePool(new Window(2, 3, 2, 3)),
        ["upsampling"] = g => new Tensor(new Upsample2D(2, 3), g.Input(2, 3, 4, 5)),
        ["sum of cells"] = g => new Tensor(new Upsample2DGradient(3, 2), g.Input(2, 3, 6, 8)),
        ["lrn"] = g => new Tensor(new Lrn(5, 3, 0.75f, 1), g.Input(2, 7, 2, 3)),
        ["lrn of even size"] = g => new Tensor(new Lrn(4, 2, 0.6f, 1.5f), g.Input(1, 18, 1, 2)),
    };

    /// <summary>Operators without a rule: an objective cannot be differentiated through them twice.</summary>
    private static readonly Dictionary<Type, Func<Sample, Tensor>> WithoutRule = new()
    {
        [typeof(AdamStep)] = g => new Tensor(new AdamStep(), g.Input(3), g.Input(3), g.Input(3), g.Input(3), g.Input(1), g.Input(1)),
        [typeof(ReluGradient)] = g => new Tensor(new ReluGradient(), g.Input(3), g.Input(3)),
        [typeof(PadGradient)] = g => new Tensor(new PadGradient(new Pad([1], [2], PadMode.Edge), new Shape(4)), g.Input(7)),
        [typeof(Conv2DWeightGradient)] = g => new Tensor(new Conv2DWeightGradient(new Window(1, 1), 1, new Shape(2, 3, 1, 1)), g.Input(1, 3, 4, 5), g.Input(1, 2, 4, 5)),
        [typeof(MaxPool2DGradient)] = g => new Tensor(new MaxPool2DGradient(new Window(2, 2)), g.Input(1, 3, 4, 5), g.Input(1, 3, 3, 4)),
        [typeof(AveragePool2DGradient)] = g => new Tensor(new AveragePool2DGradient(new(new Window(2, 2), false), new Shape(1, 3, 4, 5)), g.Input(1, 3, 3, 4)),
        [typeof(GeluGradient)] = g => new Tensor(new GeluGradient(), g.Input(3), g.Input(3)),
        [typeof(StandardizeGradient)] = g => new Tensor(new StandardizeGradient(new Standardize(1, 0.1f)), g.Input(2, 3), g.Input(2, 3)),
        [typeof(LrnGradient)] = g => new Tensor(new LrnGradient(new Lrn(5, 1, 0.75f, 1)), g.Input(1, 3, 4, 5), g.Input(1, 3, 4, 5)),
        [typeof(WarpGradient)] = g => new Tensor(new WarpGradient(new Shape(1, 3, 4, 5)), g.Input(1, 3, 6, 7), g.Input(2, 3)),
    };

    // Their tests stand with their kernels: FourierTests and WarpTests. StopGradient is not the derivative of what it computes: GradientTests.
    private static readonly Type[] Elsewhere = [typeof(InverseRealFourier), typeof(InverseRealFourierGradient), typeof(Warp), typeof(StopGradient)];

    // Rows of none, one and several entries; one entry of weight 1.
    private static SparseMatrix Matrix => SparseMatrix.Of(4, [[(0, 0.5f), (2, -2)], [], [(3, 1)], [(1, 2)], [(0, 1), (1, 1), (3, 0.25f)]]);

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Fact]
    public void Every_operator_has_a_case_or_is_known_to_have_no_rule()
    {
        IEnumerable<Type> covered = Cases.Values.Select(make => make(new Sample()).Operator.GetType()).Concat(WithoutRule.Keys).Concat(Elsewhere);
        IEnumerable<Type> operators = typeof(Operator).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Operator)) && !type.IsAbstract && type.IsPublic && !type.IsSubclassOf(typeof(Leaf)));
        Assert.Equal(operators.Select(type => type.Name).Order(), covered.Distinct().Select(type => type.Name).Order());
    }

    [Theory, MemberData(nameof(CaseNames))]
    public void Rule_agrees_with_central_differences(string name)
    {
        var given = new Sample();
        Tensor y = Cases[name](given);
        // Every element of y counts with a weight of its own, so that a gradient in the wrong place shows.
        CompareWithDifferences(given, (y * given.Constant([.. y.Shape])).Sum());
    }

    [Fact]
    public void Operators_without_a_rule_say_so()
    {
        foreach ((Type type, Func<Sample, Tensor> make) in WithoutRule)
        {
            var given = new Sample();
            Tensor y = make(given);
            string message = Assert.Throws<NotSupportedException>(() => Gradients.Of(y.Sum(), [.. given.Values.Keys])).Message;
            Assert.StartsWith($"{type.Name} {y.Shape} has no gradient rule", message, StringComparison.Ordinal);
        }
    }

    /// <summary>Checks the gradients of a scalar in all inputs of the sample: by the reference, and by the kernels.</summary>
    internal static void CompareWithDifferences(Sample given, Tensor scalar)
    {
        Tensor[] inputs = [.. given.Values.Keys];
        Tensor[] gradients = Gradients.Of(scalar, inputs);
        double[][] exact = Reference.Evaluate(gradients, given.Doubles);
        float[][] computed = Compare.Run(given, gradients);
        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.Equal(inputs[i].Shape, gradients[i].Shape);
            double[] expected = Differences(scalar, given.Doubles, inputs[i]);
            // Differences with steps of 1e-5 in double precision are right to about 1e-9. Rules hold single precision factors such as 0.2f.
            Compare.Close(expected, [.. exact[i].Select(x => (float)x)], $"gradient rule of {scalar.Inputs[0]} in input {i}", 1e-6);
            Compare.Close(expected, computed[i], $"gradient kernels of {scalar.Inputs[0]} in input {i}", 5e-5);
        }
    }

    // (f(x + h) - f(x - h)) / 2h for each element of one input.
    private static double[] Differences(Tensor scalar, Dictionary<Tensor, double[]> values, Tensor input)
    {
        const double Step = 1e-5;
        double[] x = values[input], result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double center = x[i];
            x[i] = center + Step;
            double above = Reference.Evaluate(scalar, values)[0];
            x[i] = center - Step;
            double below = Reference.Evaluate(scalar, values)[0];
            x[i] = center;
            result[i] = (above - below) / (2 * Step);
        }
        return result;
    }
}
