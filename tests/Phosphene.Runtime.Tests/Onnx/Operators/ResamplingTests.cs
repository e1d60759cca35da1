using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

public sealed class ResamplingTests : ModelFiles
{
    private static readonly Shape X = new(2, 4, 9, 14);
    private static readonly byte[] Empty = [];

    private static byte[] Scales(params float[] scales) => Tensor("", [scales.Length], scales);

    [Theory]
    [InlineData("asymmetric", "floor")]
    [InlineData("half_pixel", "round_prefer_floor")]                  // the defaults; at whole factors the same pixels
    [InlineData("pytorch_half_pixel", "round_prefer_ceil")]
    public void Resizing_by_whole_scales_repeats_pixels(string place, string nearest)
    {
        Tensor y = Apply("Resize", X, 13, [Empty, Scales(1, 1, 2, 3)], Attribute("mode", "nearest"), Attribute("coordinate_transformation_mode", place), Attribute("nearest_mode", nearest));
        Assert.Equal(new Upsample2D(2, 3), y.Operator);
        Assert.Equal(new Shape(2, 4, 18, 42), y.Shape);
    }

    [Fact]
    public void Resizing_to_sizes_that_are_multiples_repeats_pixels() =>
        Assert.Equal(new Upsample2D(3, 1), Apply("Resize", X, 13, [Empty, Empty, Integers("", 2, 4, 27, 14)]).Operator);

    [Fact]
    public void Older_operator_sets_have_scales_elsewhere()
    {
        Assert.Equal(new Upsample2D(2, 2), Apply("Resize", X, 10, [Scales(1, 1, 2, 2)]).Operator);
        Assert.Equal(new Upsample2D(2, 2), Apply("Upsample", X, 9, [Scales(1, 1, 2, 2)]).Operator);
        Assert.Equal(new Upsample2D(2, 4), Apply("Upsample", X, 7, [], Attribute("scales", (float[])[1, 1, 2, 4])).Operator);
    }

    [Fact]
    public void A_scale_of_one_is_the_image_itself() =>
        Assert.IsType<Input>(Apply("Resize", X, 13, [Empty, Scales(1, 1, 1, 1)]).Operator);

    [Fact]
    public void Wrong_resizing_is_refused()
    {
        void Says(string expected, byte[][] constants, params byte[][] attributes) =>
            Assert.Contains(expected, Refused("Resize", X, 13, constants, attributes).Message, StringComparison.Ordinal);

        Says("scales by [1, 1, -2, 2], where numbers above 0", [Empty, Scales(1, 1, -2, 2)]);
        Says("makes an empty axis 2 of [2, 4, 9, 14]", [Empty, Scales(1, 1, 0.1f, 2)]);
        Says("has 2 scales [2, 2]", [Empty, Scales(2, 2)]);
        Says("has mode 'nearest', coordinate_transformation_mode 'askew' and nearest_mode 'round_prefer_floor', of which one is not known", [Empty, Scales(1, 1, 2, 2)],
            Attribute("coordinate_transformation_mode", "askew"));
        Says("has neither scales nor sizes", [Empty]);
    }
}
