using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

public sealed class CellFormTests
{
    [Fact]
    public void The_values_are_the_same_up_to_the_borders()
    {
        // 5 x 7 cells, so that a confusion of height and width, or of a border, shows.
        var model = new TrainableModel("cells", seed: 4);
        TrainableLayer source = model.Input("source", 2, 3, 5, 7);
        TrainableLayer image = source.Upsample(2).Conv("image", 3, kernel: 3).Relu();
        Tensor seen = image.Tensor.Clip(0, 1);
        TrainableLayer pooled = model.On(seen).Conv("conv1", 4, kernel: 5).Relu().MaxPool(2).Conv("conv2", 6, kernel: 3);
        for (int i = 0; i < 3; i++) model.Values("image/bias")[i] = 0.1f * (i + 1);
        for (int i = 0; i < 4; i++) model.Values("conv1/bias")[i] = 0.2f * (i - 1);
        Tensor output = Constants(pooled), cells = Assert.Single(CellForm.Of([output]));
        Assert.DoesNotContain(Tensor.InOrder([cells]), tensor => tensor.Operator is Upsample2D or MaxPool2D || tensor.Shape is { Rank: 4, Height: 10 });

        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(output, cells);
        var random = new Random(1);
        foreach (ref float number in plan.Input(source)) number = 2 * random.NextSingle() - 1;
        plan.Run();
        float[][] values = [plan.Output(output).ToArray(), plan.Output(cells).ToArray()];
        Assert.True(values[0].Distinct().Count() > 100);
        for (int i = 0; i < values[0].Length; i++) Assert.Equal(values[0][i], values[1][i], 1e-5 + 1e-5 * Math.Abs(values[0][i]));
    }

    [Fact]
    public void Where_nothing_is_gained_the_graph_stays_as_it_is()
    {
        var image = new Tensor(new Input(new Shape(1, 3, 8, 8), "image"));
        Tensor pooled = image.Conv2D(Tensor.Constant(new Shape(2, 3, 3, 3), new float[54]), null, new Window(3, 3, 1, 1, 1, 1, 1, 1)).MaxPool(new Window(2, 2, 2, 2));
        Assert.Same(pooled, Assert.Single(CellForm.Of([pooled])));
    }

    // The same graph with its parameters as constants, as an imported model has them.
    private static Tensor Constants(Tensor output)
    {
        var made = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in Tensor.InOrder([output]))
            made[tensor] = tensor.Operator is Parameter parameter
                ? new Tensor(new Constant(parameter.Shape, parameter.Values))
                : tensor.Inputs.Length == 0 ? tensor : new Tensor(tensor.Operator, [.. tensor.Inputs.Select(input => made[input])]);
        Assert.DoesNotContain(Tensor.InOrder([made[output]]), tensor => tensor.Operator is Parameter);
        return made[output];
    }
}
