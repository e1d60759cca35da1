using System.Collections.Immutable;
using Phosphene.Models;
using Phosphene.Syntax;
using static Phosphene.Models.LayerTexts;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Objectives;

/// <summary>The words of objectives.</summary>
internal static class ObjectiveTexts
{
    private const string ByLabel = "By label or by number.", ByName = "By its name or its alias, or a word with it.";

    /// <summary>One entry for each word.</summary>
    public static TextRegistry<Objective> Registry { get; } = new("objective",
        "What the image is to maximize. `layer:3` is channel 3 of a layer (the mean over its positions), `layer:3@4,5` its neuron at y 4 and x 5, `layer:3@centre` the one in the middle; "
        + "`a + b`, `a - b`, `-a`, `0.5*a` and `(a)` are objectives, too. A penalty is subtracted.",
        grammar: scanner => new ObjectiveParser(scanner).Parse())
    {
        { "logit", "The evidence for a class before the softmax.", "logit('golden retriever')", Class("class", ByLabel), label => new LogitObjective(label), objective => objective.Label },
        { "probability", "The probability of a class after the softmax.", "probability(207)", Class("class", ByLabel), label => new ProbabilityObjective(label), objective => objective.Label },
        { "logprob", "The logarithm of the probability of a class.", "logprob(207)", Class("class", ByLabel), label => new LogProbabilityObjective(label), objective => objective.Label },
        { "deepdream", "How much a layer finds in the image at all: the mean of the squared activations.", "deepdream(inception_4c/output)", Layer("layer", ByName), layer => new DeepDreamObjective(layer), objective => objective.Layer },
        { "direction", "A direction in the activation space of a layer: the mean over positions of its product with the activations.", "direction(conv1, 1, -0.5, 0, 0.2)",
            Layer("layer", ByName), Numbers("vector", "A number for each channel."),
            (layer, vector) => new DirectionObjective(layer, vector), objective => (objective.Layer, objective.Vector) },
        { "tv", "Total variation, to be subtracted: the sum of the differences of neighbouring pixels.", () => new TotalVariationObjective() },
        { "l1", "To be subtracted: the sum of the distances of the pixels from a value.", "l1(0.5)", Number("centre", "The value.").Or(0.5f, printed: true), centre => new L1Objective(centre), objective => objective.Centre },
        { "l2", "To be subtracted: the root of the sum of the squared distances of the pixels from a value.", "l2(0.5)", Number("centre", "The value.").Or(0.5f, printed: true), centre => new L2Objective(centre), objective => objective.Centre },
        { "lerp", "Between two objectives.", "lerp(inception_4a/output:97, inception_4a/output:143, 0.3)",
            One("first", "The one at share 0."), One("second", "The one at share 1."), Number("share", "The weight of the second; that of the first is 1 minus it."),
            (first, second, share) => new LerpObjective(first, second, share), objective => (objective.A, objective.B, objective.T) },
        { "mask", "An objective on a part of the picture: of each layer with positions, and of the image, it sees those in the part alone.", "mask(inception_4a/output:97, 0..0.5, 0..1)",
            One("objective", "The objective."), Share.Parameter("y", "The part of the height, 0 being the top."), Share.Parameter("x", "The part of the width, 0 being on the left."),
            (objective, y, x) => new MaskObjective(objective, y, x), mask => (mask.A, mask.Y, mask.X) },
        { "each", "Every image of the batch has its own objective: image n takes objective n modulo their number.", "each(inception_4c/output:1; inception_4c/output:2)", Several("objectives", "With semicolons between them."), all => new EachObjective(all), objective => objective.Objectives },
        { "diverse", "How much the images of a batch differ in a layer.", "diverse(inception_4c/output)",
            Layer("layer", ByName), By, (layer, by) => new DiversityObjective(layer, by), objective => (objective.Layer, objective.By) },
        { "varied", "An objective whose images of a batch differ: diverse(...) is added with a weight that follows what the weakest image reaches.", "varied(inception_4c/output:300, inception_4c/output)",
            One("objective", "The objective."), Layer("layer", "The layer in which they are to differ, that of the objective or one before it."),
            Number("weight", "What the difference weighs, as a share of what the weakest image reaches.").Or(VariedObjective.UsualWeight), By,
            (objective, layer, weight, by) => new VariedObjective(objective, layer, weight, by), varied => (varied.A, varied.Layer, varied.Weight, varied.By) },
        { "align", "How alike the images of a batch are to their neighbours in a layer, so that the frames of an interpolation line up.", "align(inception_3b/output, 5)",
            Layer("layer", ByName), Number("ratio", "How much weaker each further neighbour counts.", least: 1).Or(2),
            Whole("reach", "The farthest neighbours that count.", least: 1).Or(4), WholeIfGiven("columns", "The images in a row, if the batch is a grid; one line otherwise.", least: 1),
            (layer, ratio, reach, columns) => new AlignmentObjective(layer, ratio, reach, columns), objective => (objective.Layer, objective.Ratio, objective.Reach, objective.Columns) },
        { "aligned", "An objective whose images of a batch line up: align(...) is added with a weight that follows what the objective reaches and how strong the layer is.", "aligned(each(inception_4c/output:1; inception_4c/output:2), inception_3b/output)",
            One("objective", "The objective."), Layer("layer", "The layer in which neighbours are to be alike, an early one."),
            Number("weight", "What a difference as large as the activations weighs, as a share of the objective's value.").Or(AlignedObjective.UsualWeight),
            WholeIfGiven("columns", "The images in a row, if the batch is a grid; one line otherwise.", least: 1),
            (objective, layer, weight, columns) => new AlignedObjective(objective, layer, weight, columns), aligned => (aligned.A, aligned.Layer, aligned.Weight, aligned.Columns) },
    };

    /// <summary>What <see cref="DiversityObjective"/> compares.</summary>
    private static TextParameter<DiversityMeasure> By => Choice("by", "What is compared: the Gram matrices of the layer, its activations place by place, or Gram matrices with their strengths.",
        ("gram", DiversityMeasure.Gram), ("cosine", DiversityMeasure.Cosine), ("style", DiversityMeasure.Style)).Or(DiversityMeasure.Gram);

    /// <summary>An objective as a parameter.</summary>
    private static TextParameter<Objective> One(string name, string description) =>
        new(name, description, "objective", (scanner, _) => new ObjectiveParser(scanner).Sum(), objective => objective.ToString()) { Colon = Colon.Begins };

    /// <summary>Objectives as a parameter.</summary>
    private static TextParameter<ImmutableArray<Objective>> Several(string name, string description) =>
        new(name, description, "objectives", ReadSeveral, objectives => string.Join("; ", objectives)) { Colon = Colon.Begins, IsList = true };

    /// <summary>A text that is objectives with semicolons between them, to its end.</summary>
    public static ImmutableArray<Objective> ParseSeveral(string text)
    {
        var scanner = new Scanner(text, "list of objectives");
        ImmutableArray<Objective> objectives = ReadSeveral(scanner, "the objectives");
        scanner.ExpectEnd("';' and another objective, or the end,");
        return objectives;
    }

    private static ImmutableArray<Objective> ReadSeveral(Scanner scanner, string what)
    {
        var objectives = new List<Objective>();
        do objectives.Add(new ObjectiveParser(scanner).Sum());
        while (scanner.Take(';'));
        return scanner.Next == ',' ? throw scanner.Error($"';' is expected between {what}; found ','.") : [.. objectives];
    }
}
