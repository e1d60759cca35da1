using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>The bits that convolutions with a ReLU leave for the way back: that they are right whatever kernel leaves and whatever kernel reads them, and that activations are not kept beside them.</summary>
public sealed class MaskPackingTests
{
    private static readonly Window One = new(1, 1), Three = new(3, 3, 1, 1, 1, 1, 1, 1);

    private static readonly Dictionary<string, Func<Sample, Tensor, Tensor>> Convolutions = new()
    {
        ["pointwise"] = (given, x) => x.Conv2D(given.Constant(50, 34, 1, 1), given.Constant(50), One),
        ["pointwise, narrow"] = (given, x) => x.Conv2D(given.Constant(7, 34, 1, 1), given.Constant(7), One),
        ["depthwise"] = (given, x) => x.Conv2D(given.Constant(34, 1, 3, 3), given.Constant(34), Three, 34),
        ["depthwise, strides"] = (given, x) => x.Conv2D(given.Constant(34, 1, 5, 5), given.Constant(34), new Window(5, 5, 2, 1, 2, 2, 2, 2), 34),
        ["grouped"] = (given, x) => x.Conv2D(given.Constant(34, 17, 3, 3), given.Constant(34), Three, 2),
        ["narrow groups"] = (given, x) => x.Conv2D(given.Constant(32, 34, 1, 1), null, One).Conv2D(given.Constant(32, 4, 3, 3), given.Constant(32), Three, 8),
        ["direct"] = (given, x) => x.Conv2D(given.Constant(37, 34, 3, 3), given.Constant(37), new Window(3, 3, 2, 2, 1, 1, 1, 1)),
        ["direct, narrow"] = (given, x) => x.Conv2D(given.Constant(5, 34, 3, 3), given.Constant(5), new Window(3, 3, 2, 2, 1, 1, 1, 1)),
        ["Winograd's"] = (given, x) => x.Conv2D(given.Constant(32, 34, 3, 3), given.Constant(32), Three),
    };

    public static TheoryData<string, string, float> Pairs
    {
        get
        {
            var data = new TheoryData<string, string, float>();
            foreach (string leaves in Convolutions.Keys)
                foreach (string reads in Convolutions.Keys) data.Add(leaves, reads, (leaves.Length + reads.Length) % 2 == 0 ? 0 : 0.05f);
            return data;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void What_one_convolution_leaves_the_gradient_of_the_next_reads(string leaves, string reads, float ceiling)
    {
        var given = new Sample(seed: 7);
        Tensor image = given.Input([3, 34, 13, 15], -0.1, 0.1);
        Tensor hidden = Activated(Convolutions[leaves](given, image)), wide = Activated(hidden.Conv2D(given.Constant(34, hidden.Shape.Channels, 1, 1), null, One));
        Tensor y = Convolutions[reads](given, wide);
        Compare.WithReference(given, 4 * Compare.Tolerance, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [image])[0]);

        Tensor Activated(Tensor x) => ceiling > 0 ? x.Clip(0, ceiling) : x.Relu();
    }

    [Fact]
    public void A_residual_before_the_relu_and_a_pooling_after_it_agree_too()
    {
        var given = new Sample(seed: 2);
        Tensor image = given.Input(2, 32, 9, 14), hidden = (image.Conv2D(given.Constant(32, 32, 3, 3), null, Three) + image).Relu();
        Tensor y = (hidden.MaxPool(new Window(2, 2, 2, 2)).Conv2D(given.Constant(20, 32, 1, 1), null, One).Relu() * 2).Conv2D(given.Constant(20, 20, 1, 1), null, One);
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum() + (hidden.Conv2D(given.Constant(8, 32, 1, 1), null, One) * given.Input(2, 8, 9, 14)).Sum(), [image])[0];
        Compare.WithReference(given, y, hidden, gradient);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Gradients_of_poolings_normalizations_and_upsampling_read_them_too(int batch)
    {
        var given = new Sample(seed: 4);
        Tensor image = given.Input(batch, 24, 8, 12);
        Tensor[] hidden = [.. Enumerable.Range(0, 5).Select(_ => image.Conv2D(given.Constant(40, 24, 3, 3), given.Constant(40), Three).Relu())];
        Tensor[] outputs = [hidden[0].AveragePool(new Window(2, 2, 2, 2)), hidden[1].AveragePool(Three), hidden[2].MaxPool(Three), new Tensor(new Lrn(5, 1, 0.75f, 1), hidden[3]), new Tensor(new Upsample2D(2, 2), hidden[4])];
        Tensor sum = outputs.Select(output => (output * given.Input([.. output.Shape])).Sum()).Aggregate((a, b) => a + b);
        Compare.WithReference(given, 4 * Compare.Tolerance, Gradients.Of(sum, [image]));
    }

    [Fact]
    public void Several_chunks_of_channels_and_a_residual_leave_and_read_them_once()
    {
        var given = new Sample(seed: 3);
        Tensor image = given.Input(2, 430, 5, 7), hidden = (image.Conv2D(given.Constant(430, 430, 1, 1), null, One) + image).Relu(), y = (hidden.Conv2D(given.Constant(430, 430, 1, 1), null, One) + hidden).Relu();
        Compare.WithReference(given, 4 * Compare.Tolerance, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [image])[0]);
    }

    [Fact]
    public void Parts_of_a_concatenation_leave_them_where_they_belong()
    {
        var given = new Sample(seed: 6);
        Tensor image = given.Input(2, 24, 7, 9), a = image.Conv2D(given.Constant(16, 24, 1, 1), null, One).Relu(), b = image.Conv2D(given.Constant(32, 24, 3, 3), null, Three).Relu();
        Tensor joined = Tensor.Concat(1, a, b).Conv2D(given.Constant(20, 48, 1, 1), null, One), beside = b.Conv2D(given.Constant(20, 32, 1, 1), null, One);
        Compare.WithReference(given, Gradients.Of(((joined + beside) * given.Input(2, 20, 7, 9)).Sum() + (a * given.Input(2, 16, 7, 9)).Sum(), [image]));
    }

    [Fact]
    public void Activations_are_not_kept_for_the_way_back()
    {
        var given = new Sample();
        Tensor image = given.Input(1, 64, 28, 28), x = image;
        for (int layer = 0; layer < 24; layer++) x = x.Conv2D(given.Constant(64, 64, 1, 1), null, One).Relu();
        Tensor gradient = Gradients.Of(x.Sum(), [image])[0];
        Assert.InRange(Memory(InstructionSet.Vector256), 1, Memory(InstructionSet.Vector128) / 3);

        long Memory(InstructionSet set)
        {
            using var backend = new Backend(threads: 1, set);
            using Plan plan = backend.Compile(gradient);
            return plan.ArenaBytes;
        }
    }
}
