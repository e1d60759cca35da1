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

    /// <summary>The layers it reads, by name.</summary>
    public virtual IEnumerable<string> Layers => [];

    /// <summary>The classes it asks for, as they were given: labels or numbers.</summary>
    public virtual IEnumerable<string> Classes => [];

    /// <summary>The mean of one channel of a layer over all positions; for a layer [N, C] the channel itself.</summary>
    public static Objective Channel(string layer, int channel) => new ChannelObjective(layer, channel);

    /// <summary>One channel at one position, the middle by default: L = z[c, y, x].</summary>
    /// <exception cref="UsageException">Only one of the two coordinates is given.</exception>
    public static Objective Neuron(string layer, int channel, int? y = null, int? x = null) => y is null == x is null
        ? new NeuronObjective(layer, channel, y, x)
        : throw new UsageException($"A neuron has a y and an x, or neither for the middle; got y {y?.ToString() ?? "null"} and x {x?.ToString() ?? "null"}.");

    /// <summary>How much a layer finds in the image at all, DeepDream: the mean of the squared activations.</summary>
    public static Objective DeepDream(string layer) => new DeepDreamObjective(layer);

    /// <summary>A direction in the activation space of a layer: the mean over positions of Σ_c z[c]·d[c].</summary>
    public static Objective Direction(string layer, params ReadOnlySpan<float> direction) => new DirectionObjective(layer, [.. direction]);

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

    /// <summary>Σ |differences of neighbouring pixels| of the image: high where it is noisy, so to be subtracted.</summary>
    public static Objective TotalVariation() => new TotalVariationObjective();

    /// <summary>Σ |x - centre| over the image, to be subtracted.</summary>
    public static Objective L1(float centre = 0.5f) => new L1Objective(centre);

    /// <summary>√(1e-6 + Σ (x - centre)²) over the image, to be subtracted.</summary>
    public static Objective L2(float centre = 0.5f) => new L2Objective(centre);

    /// <summary>(1 - t)·a + t·b.</summary>
    public static Objective Lerp(Objective a, Objective b, float t) => new LerpObjective(a, b, t);

    /// <summary>Every image of the batch has its own objective: image n takes objective n modulo their number.</summary>
    /// <exception cref="ArgumentException">There is no objective.</exception>
    public static Objective Each(params ReadOnlySpan<Objective> objectives) => objectives.IsEmpty
        ? throw new UsageException("Objective.Each needs at least one objective, for the images to share.")
        : new EachObjective([.. objectives]);

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
