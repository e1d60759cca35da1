using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Images;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Evidence.Tests.Diagnoses;

public sealed class LayerSumsTests
{
    private const int Height = 19, Width = 23;

    // Three channels with the same weights, which give the image, the image as far as 0.7, where it always is, and less the image.
    private static LayerSums Sums()
    {
        var image = new Tensor(new Input(new Shape(1, 1, Height, Width), "image"));
        Tensor conv = image.Conv2D(Tensor.Constant(new Shape(3, 1, 1, 1), 1, 1, 1), null, new Window(1, 1));
        Tensor layer = new Tensor(new Minimum(), conv, Tensor.Constant(new Shape(1, 3, 1, 1), 1e6f, 0.7f, 1e6f)) * Tensor.Constant(new Shape(1, 3, 1, 1), 1, 1, -1);
        using var backend = new Backend(1);
        using Plan plan = backend.Compile([layer]);
        for (int i = 0; i < Height * Width; i++) plan.Input(image)[i] = 100 + MathF.Sin(i);
        plan.Run();
        var sums = new LayerSums(layer, threads: 1);
        var picture = new Picture(Height, Width, 1, new byte[Height * Width]);
        sums.Add(new ComputedBatch(new ImageBatch([new DatasetImage(0, "image", picture, new ImageSize(Height, Width))], []), plan, [layer]), 0);
        return sums;
    }

    [Fact]
    public void A_constant_channel_correlates_with_none()
    {
        Assert.Equal(double.NaN, Sums().DuplicateOf(1)!.Correlation);
        Assert.Equal((0.7f, 0.7f), (Sums().RangeOf(1, 1).Minimum, Sums().RangeOf(1, 1).Maximum));
    }

    [Fact]
    public void The_channel_that_is_most_like_another_is_named_with_a_correlation_from_minus_1_to_1()
    {
        NearDuplicate most = Sums().DuplicateOf(0)!, other = Sums().DuplicateOf(2)!;
        Assert.Equal((2, 0), (most.Channel, other.Channel));
        Assert.Equal((-1, -1), (most.Correlation, other.Correlation), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-5 && Math.Abs(a.Item2 - b.Item2) < 1e-5);
        Assert.InRange(most.Correlation, -1, 1);
    }
}
