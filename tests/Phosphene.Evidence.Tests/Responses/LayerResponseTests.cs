using Phosphene.Evidence.Responses;
using Xunit;

namespace Phosphene.Evidence.Tests.Responses;

public sealed class LayerResponseTests
{
    // Two rows, three columns: a channel that is on everywhere, one that is on in a corner, one that is hardly ever on.
    private static readonly LayerResponse Response = new("relu", 3, 2, 3,
    [
        6, 6, 6, 6, 6, 6,
        0, 0, 0, 0, 5, 0,
        0.1f, 0, 0, 0, 0, 0,
    ]);

    [Fact]
    public void What_is_usual_is_half_the_channel_and_half_the_layer()
    {
        double layer = (36 + 25 / 6.0 + 0.01 / 6) / 3;
        Assert.Equal(Math.Sqrt((36 + layer) / 2), Response.UsualOf(0), 1e-5);
        Assert.Equal(Math.Sqrt((25 / 6.0 + layer) / 2), Response.UsualOf(1), 1e-5);
        Assert.Equal(Math.Sqrt((0.01 / 6 + layer) / 2), Response.UsualOf(2), 1e-5);
    }

    [Fact]
    public void What_is_on_everywhere_does_not_win_though_it_gives_most()
    {
        UnitResponse[] top = [.. Response.Top(3)];
        Assert.Equal([1, 0, 2], top.Select(unit => unit.Channel));
        Assert.Equal((5f, 1, 1), (top[0].Value, top[0].Row, top[0].Column));
        Assert.Equal((0.1f, 0, 0), (top[2].Value, top[2].Row, top[2].Column));
    }

    [Fact]
    public void At_a_position_the_values_there_count()
    {
        Assert.Equal([1, 0], Response.TopAt(1, 1, 2).Select(unit => unit.Channel));
        UnitResponse[] corner = [.. Response.TopAt(0, 0, 2)];
        Assert.Equal([0, 2], corner.Select(unit => unit.Channel));
        Assert.Equal(0.1f, corner[1].Value);
    }

    [Fact]
    public void A_map_has_its_rows_one_after_the_other() => Assert.Equal([0f, 0, 0, 0, 5, 0], Response.Map(1).ToArray());

    [Fact]
    public void What_is_no_number_stands_out_nowhere()
    {
        var response = new LayerResponse("relu", 2, 1, 2, [float.NaN, 1, 1, 2]);
        Assert.Equal([1], response.Top(5).Select(unit => unit.Channel));
        Assert.Equal([1], response.TopAt(0, 1, 5).Select(unit => unit.Channel));
    }

    [Fact]
    public void A_number_of_values_that_does_not_fit_is_refused() => Assert.Throws<ArgumentException>(() => new LayerResponse("relu", 2, 2, 3, new float[11]));

    [Fact]
    public void A_position_outside_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Response.TopAt(2, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Response.TopAt(0, 3, 1));
    }
}
