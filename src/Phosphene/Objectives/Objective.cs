using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// What an image is made to maximize: activations → one number per image. Immutable; objectives add, subtract and scale
/// (<c>a - 0.25f * Objective.TotalVariation()</c>). Always <b>maximized</b>: a penalty is subtracted. As text, it is what
/// <see cref="Parse"/> reads.
/// </summary>
public abstract partial record Objective
{
    /// <summary>
    /// The objective in the graph: [N], one number for each image of the batch, or a scalar for the whole batch. The ascent maximizes the mean.
    /// </summary>
    public abstract Tensor Build(Activations activations);

    /// <summary>The layers it reads.</summary>
    public virtual IEnumerable<Layer> Layers => [];

    /// <summary>The classes it asks for, as they were given: labels or numbers.</summary>
    public virtual IEnumerable<string> Classes => [];

    /// <summary>The same with the SHA-256 of each file that it refers to, so that no other takes its place.</summary>
    /// <exception cref="InputFileException">A file is missing or cannot be read.</exception>
    public Objective Pinned() => WithFiles(file => file.Pinned());

    /// <summary>The same with each file that it refers to where it can be found now: at its path, otherwise under its name in a folder.</summary>
    public Objective FoundFrom(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return WithFiles(file => file.FoundFrom(folder));
    }

    /// <summary>The same with other references to the files that it refers to, those of its layers among them.</summary>
    internal virtual Objective WithFiles(Func<FileReference, FileReference> change) => this;

    /// <summary>The mean of one channel of a layer over all positions; for a layer [N, C] the channel itself.</summary>
    public static Objective Channel(Layer layer, int channel) => new ChannelObjective(layer, channel);

    /// <summary>One channel at one position, the middle by default: L = z[c, y, x].</summary>
    /// <exception cref="UsageException">Only one of the two coordinates is given.</exception>
    public static Objective Neuron(Layer layer, int channel, int? y = null, int? x = null) => y is null == x is null
        ? new NeuronObjective(layer, channel, y, x)
        : throw new UsageException($"A neuron has a y and an x, or neither for the middle; got y {y?.ToString() ?? "null"} and x {x?.ToString() ?? "null"}.");

    /// <summary>How much a layer finds in the image at all, DeepDream: the mean of the squared activations.</summary>
    public static Objective DeepDream(Layer layer) => new DeepDreamObjective(layer);

    /// <summary>A direction in the activation space of a layer: the mean over positions of Σ_c z[c]·d[c].</summary>
    public static Objective Direction(Layer layer, params ReadOnlySpan<float> direction) => new DirectionObjective(layer, Objectives.Direction.Of(direction));

    /// <summary>
    /// A direction in the activation space of a layer: the mean over positions of z·d · max(0.1, cos(z, d))^power, z being the activations at a position; with
    /// power 0 of z·d alone. A direction that has positions of its own, [C, h, w], is held against the middle of the layer. Source: Lucid's direction and
    /// tensor_direction; cos(z, d) is z·d / ((1e-4 + |z|)(1e-4 + |d|)).
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="power">At least 0: how much only the direction of the activations counts, and not their length.</param>
    /// <param name="whiten">A .npy file with a matrix [C, C], that multiplies the direction first; null for none. 'phosphene directions --method whiten' makes one.</param>
    /// <exception cref="UsageException">The power is negative or no number.</exception>
    public static Objective Direction(Layer layer, Direction direction, float power = 0, string? whiten = null)
    {
        ArgumentNullException.ThrowIfNull(direction);
        return new DirectionObjective(layer, direction, power, whiten is null ? null : DirectionObjective.Reference(whiten));
    }

    /// <summary>
    /// How near a layer is to what a photo gives in it: −Σ(z − z₀)² / Σz₀², 0 where they are equal. From noise it shows what the layer keeps of the photo; from the photo, beside another
    /// objective and with a weight, it holds the picture near the photo. In style transfer it is the content. Source: Mahendran and Vedaldi, Understanding deep image representations
    /// by inverting them, 2015; as a penalty in a chosen layer, Hamblin et al., Feature accentuation, 2024.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="photo">The photo, brought to the size that the model sees.</param>
    public static Objective Invert(Layer layer, ImageReference photo) => new InvertObjective(layer, photo);

    /// <summary>
    /// What a layer finds in a photo, and more of it: the mean over positions of Σ_c z·z₀, times max(0.1, cosine of z and z₀) to a power. Higher powers keep more of the photo.
    /// Source: Lucid's caricature; its cosine divides by the norm of z alone, ours is a cosine.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="photo">The photo, brought to the size that the model sees.</param>
    /// <param name="power">The power of the cosine, at least 0.</param>
    public static Objective Caricature(Layer layer, ImageReference photo, float power = 0) => new CaricatureObjective(layer, photo, power);

    /// <summary>
    /// How near the style of an image is to that of a photo: −Σ(G − G₀)² / ΣG₀², where G is the mean over positions of z[c]·z[d] for each two channels of the layer. Source: Gatys, Ecker
    /// and Bethge, A neural algorithm of artistic style, 2015.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="photo">The photo, brought to the size that the model sees.</param>
    public static Objective Style(Layer layer, ImageReference photo) => new StyleObjective(layer, photo);

    /// <summary>
    /// DeepDream by a guide: the mean over positions of the most that Σ_c z·g is for any position g of a photo, so that everywhere the image grows what it is nearest to in the photo. Source:
    /// DeepDream, Mordvintsev et al. 2015, "Controlling dreams".
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="photo">The guide, brought to the size that the model sees.</param>
    public static Objective Guide(Layer layer, ImageReference photo) => new GuideObjective(layer, photo);

    /// <summary>
    /// What a layer finds at each position of a photo: image n of the batch takes the direction that the activations have at position n, row by row. A batch as large as the layer has positions,
    /// in as many columns, is a picture of them all. Source: Olah et al., The building blocks of interpretability, 2018.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="photo">The photo, brought to the usual size of the model.</param>
    /// <param name="power">The power of the cosine, as in <see cref="Direction(Layer, Direction, float, string?)"/>.</param>
    public static Objective Grid(Layer layer, ImageReference photo, float power = 2) => new GridObjective(layer, photo, power);

    /// <summary>
    /// How near the activations of several layers are to those of photos of a kind: minus the mean over the layers of Σ r·(s - q)² / Σ r·q², over the channels and places of a layer, 0 where they are equal. s are the activations
    /// of a channel in ascending order, q the same of the photos, averaged (<see cref="Models.Prototypes"/>), and r how much the channel counts. The same values as often, wherever they are: what a picture has of each pattern, and
    /// not where. Source: Görgün, Schiele and Fischer, VITAL, 2025 (arXiv 2503.22399), with each layer divided by its energy, so that all count alike.
    /// </summary>
    /// <param name="path">The file, which 'phosphene prototypes' wrote from the same model.</param>
    public static Objective Prototypes(string path) => new PrototypeObjective(new FileReference(Models.Prototypes.Kind, path, null));

    /// <summary>The evidence for a class, by label or index, before the softmax.</summary>
    public static Objective Logit(string label) => new LogitObjective(label);

    /// <summary>The evidence for a class before the softmax.</summary>
    public static Objective Logit(int index) => new LogitObjective(Printed.Whole(index));

    /// <summary>The probability of a class, by label or index, after the softmax.</summary>
    public static Objective Probability(string label) => new ProbabilityObjective(label);

    /// <summary>The probability of a class after the softmax.</summary>
    public static Objective Probability(int index) => new ProbabilityObjective(Printed.Whole(index));

    /// <summary>
    /// The logarithm of the probability of a class, by label or index, after the softmax. Its gradient is strong where the class is unlikely, where that of
    /// the probability is flat; and unlike the logit it cannot grow with those of other classes.
    /// </summary>
    public static Objective LogProbability(string label) => new LogProbabilityObjective(label);

    /// <summary>The logarithm of the probability of a class after the softmax.</summary>
    public static Objective LogProbability(int index) => new LogProbabilityObjective(Printed.Whole(index));

    /// <summary>(1 - t)·a + t·b.</summary>
    public static Objective Lerp(Objective a, Objective b, float t) => new LerpObjective(a, b, t);

    /// <summary>
    /// An objective on a part of the picture: of each layer with positions that it reads, and of the image, it sees those from y0 to y1 and from x0 to x1, shares of
    /// the height and the width from 0 to 1. A class has no positions, so a mask does not change it.
    /// </summary>
    /// <exception cref="UsageException">A share is outside, or the part is empty.</exception>
    public static Objective Mask(Objective objective, float y0, float y1, float x0, float x1) => new MaskObjective(objective, new Share(y0, y1), new Share(x0, x1));

    /// <summary>Every image of the batch has its own objective: image n takes objective n modulo their number.</summary>
    /// <exception cref="ArgumentException">There is no objective.</exception>
    public static Objective Each(params ReadOnlySpan<Objective> objectives) => objectives.IsEmpty
        ? throw new UsageException("Objective.Each needs at least one objective, for the images to share.")
        : new EachObjective([.. objectives]);

    /// <summary>
    /// An objective over training: each image of the batch is seen by a model of its own, image n by model n modulo their number. The models have the layers that the objective reads, and the
    /// preprocessing of the one that is visualized.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="models">Model files, such as states of one training.</param>
    /// <exception cref="UsageException">There is no model.</exception>
    public static Objective Across(Objective objective, params ReadOnlySpan<string> models) => models.IsEmpty
        ? throw new UsageException("Objective.Across needs at least one model, for the images to be seen by.")
        : new AcrossObjective(objective, [.. models.ToArray().Select(path => new FileReference(AcrossObjective.Kind, path, null))]);

    /// <summary>
    /// An objective of one's own: any composition of the activations, with no gradient to write. A result that is not one number per image is
    /// averaged. The text form cannot be parsed back, since the code is not in it.
    /// </summary>
    public static Objective From(string name, Func<Activations, Tensor> build) => new CustomObjective(name, build);

    /// <summary>Both at once.</summary>
    public static Objective operator +(Objective a, Objective b) => new SumObjective(a, b);

    /// <summary>The first without the second.</summary>
    public static Objective operator -(Objective a, Objective b) => new DifferenceObjective(a, b);

    /// <summary>The opposite: what the objective wants least.</summary>
    public static Objective operator -(Objective a) => new ScaledObjective(-1, a);

    /// <summary>With a weight.</summary>
    public static Objective operator *(float weight, Objective a) => new ScaledObjective(weight, a);

    /// <summary>With a weight.</summary>
    public static Objective operator *(Objective a, float weight) => weight * a;

    /// <summary>The mean over everything but the batch: [N, ...] to [N].</summary>
    private protected static Tensor PerImage(Tensor tensor)
    {
        Shape shape = tensor.Shape;
        return shape.Rank == 1 ? tensor : tensor.MeanOver([.. Enumerable.Range(1, shape.Rank - 1)]).Reshape(new Shape(shape.Batch));
    }
}
