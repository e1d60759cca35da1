using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class AlgebraTests
{
    private static readonly Shape Layer = new(2, 3, 2, 3);
    private static readonly float[] Numbers = Evaluate.Numbers(36, seed: 6);

    public static TheoryData<string> Kinds =>
        ["a:1", "a:1@1,2", "deepdream(a)", "direction(a, 1, -2, 0.5)", "tv()", "l1(0.2)", "l2(0.2)", "a:0 + a:2", "lerp(a:0, a:1, 0.25)", "custom"];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_objective_holds_inside_a_sum_with_a_weight(string text)
    {
        Objective a = Of(text), b = Objective.Channel("a", 2);
        float[] alone = Known.Value(a, Layer, Numbers), other = Known.Value(b, Layer, Numbers), both = Known.Value(2f * (a + b), Layer, Numbers);
        Assert.Equal(2, both.Length);
        for (int n = 0; n < 2; n++) Assert.Equal(2 * (alone[n] + other[n]), both[n], 1e-5f);
        Assert.NotEqual(alone[0], alone[1]);

        float[] gradient = Known.Gradient(a, Layer, Numbers), second = Known.Gradient(b, Layer, Numbers), sum = Known.Gradient(2f * (a + b), Layer, Numbers);
        for (int i = 0; i < 36; i++) Assert.Equal(2 * (gradient[i] + second[i]), sum[i], 1e-5f);
        Assert.Contains(gradient, g => g != 0);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_small_step_along_the_gradient_raises_every_objective(string text)
    {
        Objective objective = Of(text);
        float[] gradient = Known.Gradient(objective, Layer, Numbers);
        float[] moved = [.. Numbers.Zip(gradient, (x, g) => x + 1e-2f * g)];
        Assert.True(Known.Value(objective, Layer, moved).Average() > Known.Value(objective, Layer, Numbers).Average());
    }

    [Fact]
    public void Signs_and_weights_do_what_they_say()
    {
        Objective a = Objective.Channel("x", 0), b = Objective.Channel("x", 1);     // 3 and 5
        float Of(Objective objective) => Known.Value(objective, new Shape(1, 2, 1, 2), [2, 4, 4, 6])[0];
        Assert.Equal(8, Of(a + b));
        Assert.Equal(-2, Of(a - b));
        Assert.Equal(-3, Of(-a));
        Assert.Equal(1.5f, Of(0.5f * a));
        Assert.Equal(1.5f, Of(a * 0.5f));
        Assert.Equal(3, Of(Objective.Lerp(a, b, 0)));
        Assert.Equal(5, Of(Objective.Lerp(a, b, 1)));
        Assert.Equal(3.5f, Of(Objective.Lerp(a, b, 0.25f)));
        Assert.Equal(-3, Of(a - (b + b) - 2f * (a - b)));
    }

    [Fact]
    public void A_number_for_the_whole_batch_joins_numbers_per_image()
    {
        Objective whole = Objective.From("whole", t => t["a"].Mean());
        Assert.Equal([1 + 3, 5 + 3], Known.Value(Objective.Channel("a", 0) + whole, new Shape(2, 1, 1, 2), [1, 1, 5, 5]));
    }

    private static Objective Of(string text) => text == "custom"
        ? Objective.From("spread", t => (t["a"].Square().MeanOver(1, 2, 3) - t["a"].MeanOver(1, 2, 3).Square()).Reshape(new Shape(2)))
        : Objective.Parse(text);
}
