using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Differential.Tests;

/// <summary>
/// Random graphs against ONNX Runtime. PHOSPHENE_GRAPHS sets how many (2,000), PHOSPHENE_GRAPHS_SEED where they begin (1): the same seed makes the same
/// graphs. A failure prints the smallest graph that still fails.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    // What SplitMix64 adds from one number to the next; with 1, seeds that follow each other would make the same graphs. Source: Steele, Lea and Flood 2014.
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    [Fact]
    public void Random_graphs_agree_with_ONNX_Runtime()
    {
        var tally = new Tally();
        int graphs = Variable("PHOSPHENE_GRAPHS", 2000);
        Gen<SmallGraph> some = Gen.Choose(0, int.MaxValue).Select(seed => Growth.Grow(seed, tally)).Where(graph => graph is not null).Select(graph => graph!);
        Prop.ForAll(Arb.From(some, Shrinking.Of), graph => Check(graph, tally)).Check(From(Variable("PHOSPHENE_GRAPHS_SEED", 1), graphs));

        output.WriteLine(tally.ToString());
        // What is left out must stay little, or nothing would be tested.
        Assert.InRange(tally.Discarded, 0, graphs / 50);
        Assert.InRange(tally.RefusedShare, 0, 0.03);
        Assert.Equal(graphs, tally.Agreed + tally.Discarded);
        // Branches and loops have sub-graphs, and optional values a type, that nothing here draws.
        string[] undrawn = ["If", "Loop", "Scan", "OptionalGetElement", "OptionalHasElement"];
        if (graphs >= 2000) Assert.Empty(OperatorTable.All.Where(entry => entry.Since <= Growth.NewestOpset).Select(entry => entry.Name).Except([.. tally.Operators, .. undrawn]));
    }

    private static Config From(int seed, int graphs) => Config.QuickThrowOnFailure.WithMaxTest(graphs).WithQuietOnSuccess(true).WithReplay((ulong)seed, Gamma);

    private static void Check(SmallGraph graph, Tally tally)
    {
        (Outcome outcome, string reason) = Agreement.Of(graph);
        if (outcome == Outcome.Differ) Assert.Fail(reason);
        if (outcome == Outcome.Agree) tally.Add(graph);
        else tally.Discarded++;
    }

    [Fact]
    public void The_same_seed_makes_the_same_graph()
    {
        string[] Texts() => [.. Enumerable.Range(0, 20).Select(seed => $"{Growth.Grow(seed, new Tally())}")];
        Assert.Equal(Texts(), Texts());
        Assert.Equal(20, Texts().Distinct().Count());
    }

    [Fact]
    public void Seeds_that_follow_each_other_begin_elsewhere()
    {
        static List<int> Drawn(int seed)
        {
            List<int> drawn = [];
            Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), drawn.Add).Check(From(seed, 100));
            return drawn;
        }

        int[] all = [.. Enumerable.Range(1, 4).SelectMany(Drawn)];
        Assert.Equal(400, all.Length);
        Assert.Equal(400, all.Distinct().Count());
    }

    [Fact]
    public void A_failure_shrinks_to_the_node_that_fails()
    {
        // "Has a Relu" stands for a failure.
        static bool Fails(SmallGraph graph) => graph.Nodes.Any(node => node.Operator == "Relu");
        SmallGraph graph = Enumerable.Range(0, 1000).Select(seed => Growth.Grow(seed, new Tally())).First(graph => graph is { Nodes.Length: > 4 } && Fails(graph))!;
        while (Shrinking.Of(graph).FirstOrDefault(Fails) is { } smaller) graph = smaller;
        Assert.Equal("Relu", Assert.Single(graph.Nodes).Operator);
        Assert.Single(graph.Givens);
    }

    [Fact]
    public void What_ONNX_Runtime_refuses_is_discarded_and_what_Phosphene_refuses_is_a_find()
    {
        SmallGraph wrong = SmallGraph.Of(13).Input("x", Numbers.Of([2], 1, 2)).Input("y", Numbers.Of([3], 1, 2, 3)).Node("Add", "x y", "z");
        Assert.Equal(Outcome.Discarded, Agreement.Of(wrong).Outcome);
        SmallGraph unknown = SmallGraph.Of(18).Input("x", Numbers.Of([2, 2], 1, 2, 3, 4)).Weight("news", Numbers.Of([2, 1], 5, 1))
            .Node("ArgMax", "x", "at", ("axis", 1L)).Node("ScatterElements", "x at news", "y", ("axis", 1L), ("reduction", "max"));
        Assert.Equal(Outcome.Differ, Agreement.Of(unknown).Outcome);
        SmallGraph computed = SmallGraph.Of(13).Input("x", Numbers.Of([2], 1, 2)).Input("shape", Numbers.Integers(1, 2)).Node("Reshape", "x shape", "y");
        Assert.Equal(Outcome.Refused, Agreement.Of(computed).Outcome);
    }

    // -30·sigmoid(-30) is -2.8e-12, whose floor is -1; ONNX Runtime says -0, as its sigmoid is 0 there.
    [Fact]
    public void The_floor_of_what_is_left_of_a_sigmoid_far_below_zero_is_not_determined()
    {
        static SmallGraph Swish(double x) => SmallGraph.Of(13).Input("x", Numbers.Of([2], x, 3)).Node("Sigmoid", "x", "s").Node("Mul", "x s", "y");
        Assert.Equal(Outcome.Agree, Agreement.Of(Swish(-30)).Outcome);
        Assert.Equal(Outcome.Discarded, Agreement.Of(Swish(-30).Node("Floor", "y", "z")).Outcome);
        Assert.Equal(Outcome.Agree, Agreement.Of(Swish(-4).Node("Floor", "y", "z")).Outcome);
    }

    // 2,500 numbers whose sums on the way reach some fifty.
    [Theory]
    [InlineData("ReduceSum", 1e-4, 1e-3)]
    [InlineData("ReduceMean", 1.1e-6, 1.5e-6)]
    public void A_sum_that_cancels_may_be_off_by_roundings_of_the_sums_on_the_way(string name, double least, double most)
    {
        double[] half = [.. Enumerable.Range(0, 1250).Select(i => (i * 37 % 101 - 50) / 30.0)];
        SmallGraph graph = SmallGraph.Of(13).Input("x", Numbers.Of([2, 1250], [.. half, .. half.Select(x => -x)])).Node(name, "x", "y");
        Assert.InRange(Rounding.Tolerance(Agreement.Values(graph)["y"])(0), least, most);
    }

    private static int Variable(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
