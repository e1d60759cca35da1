using Phosphene.Models;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Shapes.Tests.Latents;

public sealed class LatentSearchTests
{
    [Fact]
    public void The_search_of_the_embedded_models_runs_on_cells()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        using var decoder = Decoder.Load(EmbeddedModels.ShapesPlainDecoder);
        var latents = new Tensor(new Input(new Shape(3, decoder.Latents), "latents"));
        Tensor logits = model.Activate(decoder.Decode(latents).Clip(0, 1))[model.LogitsLayer], cells = Assert.Single(CellForm.Of([logits]));
        Assert.DoesNotContain(Tensor.InOrder([cells]), tensor => tensor.Shape is { Rank: 4, Height: 48 });
        float[][] values = Evaluate.All([logits, cells], (latents, Evaluate.Numbers(3 * decoder.Latents, low: -3, high: 3)));
        for (int i = 0; i < values[0].Length; i++) Assert.Equal(values[0][i], values[1][i], 1e-3 + 1e-4 * Math.Abs(values[0][i]));
    }
}
