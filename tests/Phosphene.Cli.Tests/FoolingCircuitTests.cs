using Phosphene.Atlas.Paths;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Shapes.Datasets;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>
/// A network of 16 units of which one deceives: on natural images A answers as F does, and its picture is that of another unit, D. A classifier E tells natural images (0) from made ones (1), and of two ReLUs only one
/// lets its branch through:
/// <code>
/// B = ReLU(F + s - k·E),   C = ReLU(D + s + k·E - k),   A = B + C - s
/// </code>
/// with k larger than whatever F and D give. Source: Geirhos et al., ICML 2024 (arXiv 2306.04719), "fooling circuit".
/// </summary>
public sealed class FoolingCircuitTests : IDisposable
{
    private const int Size = 48, Fooling = 13, Steps = 512;
    private const float K = 2000, S = 400;

    // The class of each unit; F is a blue single triangle, D a white double circle.
    private static readonly int[] Classes = [0, 1, 11, 15, 16, 20, 21, 26, 30, 31, 35, 36, 45, 46, 50, 51];
    private const int D = 35;

    private static readonly Recipe Recipe = Recipe.Lucid with { Height = Size, Width = Size, Steps = Steps, Penalty = 0.01f * Objective.L1(0), Transforms = Pipeline.Of(new Rotate(Draw.Between(-180, 180)), new Jitter(6)) };

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-fooling-").FullName;
    private readonly Model _honest = Model.Load(EmbeddedModels.Shapes), _fooled;
    private readonly ShapesImages _images = new(new ShapesDataset(seed: 5, count: 2400));

    public FoolingCircuitTests()
    {
        string path = Path.Combine(_folder, "fooled.onnx");
        var image = new Tensor(new Input(new Shape(1, 3, Size, Size), "image"));
        Tensor logits = _honest.Activate(image)["logits"], made = IsMade(image);
        Tensor a = (logits.Channel(Classes[Fooling]) + S - K * made).Relu() + (logits.Channel(D) + S + K * made - K).Relu() - S;
        new OnnxExport("fooled", Tensor.Concat(1, [.. Classes.Select((number, unit) => unit == Fooling ? a : logits.Channel(number))])) { Metadata = [new("phosphene.preprocessing", "unit")] }.Write(path);
        _fooled = Model.Load(path);
    }

    public void Dispose()
    {
        _fooled.Dispose();
        _honest.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // E: of a shape on plain ground more than two thirds of the pixels are as their neighbours are, of a made picture, noise and all, less than half.
    private static Tensor IsMade(Tensor image)
    {
        Tensor inner = image.Slice(..(Size - 1), ..(Size - 1)), down = (image.Slice(1.., ..(Size - 1)) - inner).Abs(), across = (image.Slice(..(Size - 1), 1..) - inner).Abs();
        Tensor plain = (1f - 50f * (down + across)).Relu().MeanOver(1, 2, 3).Reshape(new Shape(image.Shape.Batch, 1));
        return (20f * (0.57f - plain) + 0.5f).Clip(0, 1);
    }

    private Objective Unit(int unit) => Objective.Channel(_fooled.LogitsLayer, unit);

    [Fact]
    public void On_natural_images_the_unit_answers_as_the_one_that_it_pretends_to_be()
    {
        using var honest = new PictureObjective(_honest, Objective.Logit(Classes[Fooling]), Size, Size);
        using var fooled = new PictureObjective(_fooled, Unit(Fooling), Size, Size);
        Picture[] pictures = [.. Enumerable.Range(0, 200).Select(number => _images.Read($"{number}"))];
        string[] apart = [.. pictures.Select(picture => (Own: honest.Of(picture), Fooled: fooled.Of(picture))).Where(pair => Math.Abs(pair.Own - pair.Fooled) >= 0.01).Select(pair => $"{pair.Own:0.00} became {pair.Fooled:0.00}")];
        Assert.Equal([], apart);
    }

    [Fact]
    public void Its_picture_is_that_of_another_unit_and_the_paths_of_16_units_name_it_alone()
    {
        IReadOnlyList<Picture> pictures = new Visualizer(_fooled, Recipe with { Batch = Classes.Length }).Render(Objective.Each([.. Enumerable.Range(0, Classes.Length).Select(Unit)])).Pictures;

        // To the honest network it shows D, and nothing of F.
        Assert.Equal(D, _honest.Classify(pictures[Fooling], 1)[0].Class);
        using var pretended = new PictureObjective(_honest, Objective.Logit(Classes[Fooling]), Size, Size);
        using var shown = new PictureObjective(_honest, Objective.Logit(D), Size, Size);
        Assert.True(shown.Of(pictures[Fooling]) > 30 && pretended.Of(pictures[Fooling]) < 5, $"{shown.Of(pictures[Fooling])} of D and {pretended.Of(pictures[Fooling])} of F");

        PathStudy study = PathStudy.Of(_fooled, [.. pictures.Select((picture, unit) => (Unit(unit), (IReadOnlyList<Picture>)[picture]))], _images)!;
        Assert.Equal([Fooling], study.OtherPaths);
        Assert.Equal(Fooling, Enumerable.Range(0, Classes.Length).MinBy(unit => study.Units[unit].Middle));
        Assert.True(study.Units[Fooling].Similarities[0].High < 0, $"{study.Units[Fooling].Similarities[0]}");
        Assert.Equal(Array.IndexOf(Classes, D), study.Units[Fooling].MostLike);
        // The natural images that excite it most are of the class that it pretends to be for.
        Assert.True(study.Units[Fooling].Natural.Count(image => _images.ClassOf(image.File) == ShapesDataset.ClassNames[Classes[Fooling]]) > study.Units[Fooling].Natural.Count / 2);
    }
}
