using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Operators;
using Phosphene.Syntax;
using static Phosphene.Models.LayerTexts;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Objectives;

/// <summary>The words of objectives.</summary>
internal static class ObjectiveTexts
{
    private const string ByLabel = "By label or by number.";

    /// <summary>One entry for each word.</summary>
    public static TextRegistry<Objective> Registry { get; } = new("objective",
        "What the image is to maximize. `layer:3` is channel 3 of a layer (the mean over its positions), `layer:3@4,5` its neuron at y 4 and x 5, `layer:3@centre` the one in the middle; "
        + "`a + b`, `a - b`, `-a`, `0.5*a` and `(a)` are objectives, too. A penalty is subtracted.",
        grammar: scanner => new ObjectiveParser(scanner).Parse(), summands: objective => ObjectiveTerms.Summands(objective))
    {
        { "logit", "The evidence for a class before the softmax.", "logit('golden retriever')", Class("class", ByLabel), label => new LogitObjective(label), objective => objective.Label },
        { "probability", "The probability of a class after the softmax.", "probability(207)", Class("class", ByLabel), label => new ProbabilityObjective(label), objective => objective.Label },
        { "logprob", "The logarithm of the probability of a class.", "logprob(207)", Class("class", ByLabel), label => new LogProbabilityObjective(label), objective => objective.Label },
        { "deepdream", "How much a layer finds in the image at all: the mean of the squared activations.", "deepdream(inception_4c/output)", OfLayer, layer => new DeepDreamObjective(layer), objective => objective.Layer },
        { "direction", "A direction in the activation space of a layer: the mean over positions of its product with the activations, or of that times their cosine to a power.", "direction(conv1, 1, -0.5, 0, 0.2)",
            OfLayer, DirectionTexts.Vector,
            Number("power", "The power of the cosine, which is at least 0.1: how much only the direction counts, and not the length of the activations.", 0).Or(0),
            WholeIfGiven("row", "Which row of a file of several vectors."), FileIfGiven(DirectionObjective.Matrix, "whiten", "A .npy file with a matrix [C, C] that multiplies the vector."),
            DirectionObjective.Of, objective => (objective.Layer, objective.Vector, objective.Power, (objective.Vector as FileDirection)?.Row, objective.Whitening) },
        { "invert", "How near a layer is to what a photo gives in it, 0 being there: for inversion from noise, for the content in style transfer, and to hold a picture near the photo that it starts from.", "invert(inception_3b/output, 'photo.jpg')",
            OfLayer, Photo,
            (layer, photo) => new InvertObjective(layer, ImageReference.Of(photo)), invert => (invert.Layer, invert.Photo.File) },
        { "caricature", "What a layer finds in a photo, and more of it: the mean over positions of its product with what the photo gives.", "caricature(inception_4b/output, 'photo.jpg', 1)",
            OfLayer, Photo, Number("power", "The power of the cosine between the two, which the product is multiplied by; more keeps more of the photo.", least: 0).Or(0),
            (layer, photo, power) => new CaricatureObjective(layer, ImageReference.Of(photo), power), caricature => (caricature.Layer, caricature.Photo.File, caricature.Power) },
        { "style", "How near the style in a layer is to that of a photo, 0 being there: which channels go together, wherever they are.", "style(conv2/3x3, 'painting.jpg')",
            OfLayer, Photo,
            (layer, photo) => new StyleObjective(layer, ImageReference.Of(photo)), style => (style.Layer, style.Photo.File) },
        { "guide", "DeepDream by a guide: each position grows what it is nearest to in a photo.", "guide(inception_4c/output, 'flowers.jpg')",
            OfLayer, Photo,
            (layer, photo) => new GuideObjective(layer, ImageReference.Of(photo)), guide => (guide.Layer, guide.Photo.File) },
        { "prototypes", "How near the activations of several layers are to those of photos of a kind, 0 being there: of each channel the same values as often, wherever they are.", "prototypes('dog.safetensors')",
            FileReference.Parameter(Prototypes.Kind, "file", "What the photos have, a file that 'phosphene prototypes' wrote."), file => new PrototypeObjective(file), objective => objective.File },
        { "grid", "What a layer finds at each position of a photo: image n of the batch takes the direction that the activations have at position n, row by row.", "grid(inception_4c/output, 'photo.jpg')",
            OfLayer, Photo, Number("power", "The power of the cosine.", least: 0).Or(2),
            (layer, photo, power) => new GridObjective(layer, ImageReference.Of(photo), power), grid => (grid.Layer, grid.Photo.File, grid.Power) },
        { "tv", "Total variation, to be subtracted: the sum of the differences of neighbouring pixels.", () => new TotalVariationObjective() },
        { "variation", "Total variation by both directions, to be subtracted: the sum of (down² + across²)^(β/2) of the differences of neighbouring pixels.", "variation(2)",
            Number("beta", "The power β; with 2 large steps cost more than many small ones."), beta => new VariationObjective(beta), objective => objective.Beta },
        { "l1", "To be subtracted: the sum of the distances of the pixels from a value.", "l1(0.5)", Centre, centre => new L1Objective(centre), objective => objective.Centre },
        { "l2", "To be subtracted: the root of the sum of the squared distances of the pixels from a value.", "l2(0.5)", Centre, centre => new L2Objective(centre), objective => objective.Centre },
        { "linf", "To be subtracted: the largest distance of a pixel from a value.", "linf(0.5)", Centre, centre => new LargestDistanceObjective(centre), objective => objective.Centre },
        { "pnorm", "To be subtracted: the norm of the distances of the pixels from a value, (Σ|x - centre|^p)^(1/p).", "pnorm(6)",
            Number("power", "The power p."), Number("centre", "The value.").Or(0.5f), (power, centre) => new NormObjective(power, centre), norm => (norm.Power, norm.Centre) },
        { "residual", "To be subtracted: what operators take from the image, ½Σ(x - y)² with what they make of it held fixed. With soften or blur it is a penalty of high frequencies, with bilateral one that keeps edges.", "residual(soften)",
            OperatorTexts.Several("operators", "Words of image operators, as in bilateral(3, 0.1)."), operators => new ResidualObjective(operators), residual => residual.Operators },
        { "boundary", "To be subtracted: how much there is at the border of the image.", "boundary(20)",
            Whole("width", "The width of the border.", unit: "px").Or(20, printed: true), Number("centre", "The value that the border is to have.").Or(0.5f),
            (width, centre) => new BoundaryObjective(width, centre), boundary => (boundary.Width, boundary.Centre) },
        { "colours", "To be subtracted: how far the colours of the pixels are from those of photos.", () => new ColourObjective() },
        { "denoiser", "To be subtracted: how unlikely the image is by a model that takes noise away, ½Σ(x - r(x))²/σ² with what it makes of the image held fixed.", "denoiser('denoiser.onnx')",
            FileReference.Parameter(Denoiser.Kind, "file", "The model, a file that 'phosphene denoiser' wrote."), file => new DenoiserObjective(file), objective => objective.File },
        { "patches", "To be subtracted: how far the patches of the image are from the nearest ones of photos, ½Σ(x - y)².", "patches('patches.safetensors')",
            FileReference.Parameter(ImagePatches.Kind, "file", "The patches of photos, a file that 'phosphene patches' wrote."), WholeIfGiven("step", "The pixels from one patch of the image to the next; half of a patch if it is not given.", least: 1),
            (file, step) => new PatchObjective(file, step), patches => (patches.File, patches.Step) },
        { "opacity", "To be subtracted: how opaque the image is, the mean of its alpha channel; of the parameterization alpha(...).", () => new OpacityObjective() },
        { "pervalue", "An objective divided by the number of values of the image, so that its weight does for any size.", "pervalue(pnorm(6))", One("objective", "The objective, a penalty."),
            objective => new PerValueObjective(objective), shared => shared.A },
        { "lerp", "Between two objectives.", "lerp(inception_4a/output:97, inception_4a/output:143, 0.3)",
            One("first", "The one at share 0."), One("second", "The one at share 1."), Number("share", "The weight of the second; that of the first is 1 minus it."),
            (first, second, share) => new LerpObjective(first, second, share), objective => (objective.A, objective.B, objective.T) },
        { "mask", "An objective on a part of the picture: of each layer with positions, and of the image, it sees those in the part alone.", "mask(inception_4a/output:97, 0..0.5, 0..1)",
            One("objective", "The objective."), Share.Parameter("y", "The part of the height, 0 being the top."), Share.Parameter("x", "The part of the width, 0 being on the left."),
            (objective, y, x) => new MaskObjective(objective, y, x), mask => (mask.A, mask.Y, mask.X) },
        { "each", "Every image of the batch has its own objective: image n takes objective n modulo their number.", "each(inception_4c/output:1; inception_4c/output:2)", Several("objectives", "With semicolons between them."), all => new EachObjective(all), objective => objective.Objectives },
        { "across", "Over training: each image of the batch is seen by a model of its own.", "across(conv3:5, 'step-500.onnx', 'step-1000.onnx')",
            One("objective", "The objective."), FileReference.Several(AcrossObjective.Kind, "models", "Model files with commas between them, such as states of one training."),
            (objective, models) => new AcrossObjective(objective, models), across => (across.A, across.Models) },
        { "diverse", "How much the images of a batch differ in a layer.", "diverse(inception_4c/output)",
            OfLayer, By, (layer, by) => new DiversityObjective(layer, by), objective => (objective.Layer, objective.By) },
        { "varied", "An objective whose images of a batch differ: diverse(...) is added with a weight that follows what the weakest image reaches.", "varied(inception_4c/output:300, inception_4c/output)",
            One("objective", "The objective."), Layer("layer", "The layer in which they are to differ, that of the objective or one before it."),
            Number("weight", "What the difference weighs, as a share of what the weakest image reaches.").Or(VariedObjective.UsualWeight), By,
            (objective, layer, weight, by) => new VariedObjective(objective, layer, weight, by), varied => (varied.A, varied.Layer, varied.Weight, varied.By) },
        { "align", "How alike the images of a batch are to their neighbours in a layer, so that the frames of an interpolation line up.", "align(inception_3b/output, 5)",
            OfLayer, Number("ratio", "How much weaker each further neighbour counts.", least: 1).Or(2),
            Whole("reach", "The farthest neighbours that count.", least: 1).Or(4), Columns,
            (layer, ratio, reach, columns) => new AlignmentObjective(layer, ratio, reach, columns), objective => (objective.Layer, objective.Ratio, objective.Reach, objective.Columns) },
        { "aligned", "An objective whose images of a batch line up: align(...) is added with a weight that follows what the objective reaches and how strong the layer is.", "aligned(each(inception_4c/output:1; inception_4c/output:2), inception_3b/output)",
            One("objective", "The objective."), Layer("layer", "The layer in which neighbours are to be alike, an early one."),
            Number("weight", "What a difference as large as the activations weighs, as a share of the objective's value.").Or(AlignedObjective.UsualWeight),
            Columns,
            (objective, layer, weight, columns) => new AlignedObjective(objective, layer, weight, columns), aligned => (aligned.A, aligned.Layer, aligned.Weight, aligned.Columns) },
    };

    /// <summary>What pixels are to be near to.</summary>
    private static TextParameter<float> Centre => Number("centre", "The value.").Or(0.5f, printed: true);

    private static TextParameter<FileReference> Photo => FileReference.Parameter(ImageReference.Kind, "photo", "The path of the photo.");

    private static TextParameter<int?> Columns => WholeIfGiven("columns", "The images in a row, if the batch is a grid; one line otherwise.", least: 1);

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
