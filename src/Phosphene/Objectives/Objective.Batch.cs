using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

// Objectives that compare the images of a batch: one number for all of them.
public abstract partial record Objective
{
    /// <summary>
    /// How much the images of a batch differ in a layer, so that several of one unit show several of its facets:
    /// <c>Objective.Channel(layer, 300) + 20 * Objective.Diversity(layer)</c>; <see cref="Varied"/> finds the weight. One number for a batch of N images: by Gram matrices and by cosines from -(N - 1),
    /// all alike, to 0; by style from 0, all alike, to N - 1. Source: the article, "Diversity".
    /// </summary>
    /// <param name="layer">A layer [N, C, H, W] or [N, C].</param>
    /// <param name="by">What is compared.</param>
    public static Objective Diversity(Layer layer, DiversityMeasure by = DiversityMeasure.Gram) => Enum.IsDefined(by)
        ? new DiversityObjective(layer, by)
        : throw new UsageException($"There is no diversity measure {by}; there are {string.Join(", ", Enum.GetNames<DiversityMeasure>())}.");

    /// <summary>
    /// An objective whose images of a batch differ: the objective, and <see cref="Diversity"/> with a weight that follows what the weakest image reaches, so that one number
    /// does for units and networks of any strength.
    /// </summary>
    /// <param name="objective">What each image maximizes.</param>
    /// <param name="layer">The layer [N, C, H, W] or [N, C] in which they are to differ, that of the objective or one before it.</param>
    /// <param name="weight">What the diversity weighs, as a share of what the weakest image of the batch reaches.</param>
    /// <param name="by">What is compared.</param>
    public static Objective Varied(Objective objective, Layer layer, float weight = VariedObjective.UsualWeight, DiversityMeasure by = DiversityMeasure.Gram) =>
        new VariedObjective(objective, layer, weight, ((DiversityObjective)Diversity(layer, by)).By);

    /// <summary>
    /// How alike the images of a batch are to their neighbours in a layer, so that the frames of an interpolation line up: 0 if they are the same, otherwise
    /// -Σ_d Σ_n mean((a[n] - a[n + d])²) / ratio^d over the distances d from 1 to <paramref name="reach"/>. Source: the article, "Interaction between neurons".
    /// </summary>
    /// <param name="layer">A layer [N, C, ...]; an early one, so that what is alike are places and edges rather than what the frames are to differ in.</param>
    /// <param name="ratio">How much weaker each further neighbour counts, at least 1.</param>
    /// <param name="reach">The farthest neighbours that count, at least 1.</param>
    /// <param name="columns">The images in a row, if the batch is a grid, whose rows and columns are each aligned; null for one line.</param>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public static Objective Alignment(Layer layer, float ratio = 2, int reach = 4, int? columns = null) => ratio >= 1 && reach >= 1 && columns is null or >= 1
        ? new AlignmentObjective(layer, ratio, reach, columns)
        : throw new UsageException($"An alignment needs a ratio, a reach and columns of at least 1; got {Printed.Number(ratio)}, {reach} and {columns?.ToString() ?? "none"}.");

    /// <summary>
    /// An objective whose images of a batch line up: the objective, and <see cref="Alignment"/> in a layer with a weight that follows what the objective reaches and how strong
    /// the layer is, so that one number does for units and networks of any strength.
    /// </summary>
    /// <param name="objective">What each image maximizes.</param>
    /// <param name="layer">The layer in which neighbours are to be alike; an early one.</param>
    /// <param name="weight">What a difference as large as the activations weighs, as a share of the objective's value.</param>
    /// <param name="columns">The images in a row, if the batch is a grid; null for one line.</param>
    /// <exception cref="UsageException">The number of columns is not at least 1.</exception>
    public static Objective Aligned(Objective objective, Layer layer, float weight = AlignedObjective.UsualWeight, int? columns = null) =>
        new AlignedObjective(objective, layer, weight, ((AlignmentObjective)Alignment(layer, columns: columns)).Columns);

    /// <summary>
    /// From one objective to another, image by image of a batch, both ends included: two corners are a line of <paramref name="frames"/> images, three a line
    /// through the second with so many from each corner to the next, four a square of frames × frames images, row by row, with the corners top left, top right,
    /// bottom left and bottom right. Source: the article, "Interaction between neurons".
    /// </summary>
    /// <param name="frames">The images from one corner to the next, at least 2.</param>
    /// <param name="corners">Two to four objectives.</param>
    /// <exception cref="UsageException">There are fewer or more, or too few frames.</exception>
    public static Objective Interpolation(int frames, params ReadOnlySpan<Objective> corners)
    {
        if (frames < 2 || corners.Length is < 2 or > 4) throw new UsageException($"An interpolation has at least 2 frames and goes between 2 to 4 objectives; got {frames} and {corners.Length}.");
        var images = new List<Objective>();
        for (int y = 0; y < (corners.Length == 4 ? frames : 1); y++)
            for (int x = 0; x < frames; x++)
                images.Add(corners.Length < 4
                    ? Between(corners[0], corners[1], Share(x))
                    : Between(Between(corners[0], corners[1], Share(x)), Between(corners[2], corners[3], Share(x)), Share(y)));
        if (corners.Length == 3)
            for (int x = 1; x < frames; x++) images.Add(Between(corners[1], corners[2], Share(x)));
        return new EachObjective([.. images]);

        float Share(int frame) => frame / (frames - 1f);
        Objective Between(Objective a, Objective b, float t) => t == 0 ? a : t == 1 ? b : Lerp(a, b, t);
    }

    /// <summary>
    /// What an image of a batch is made for by itself: its own objective of <see cref="Each"/>, without what <see cref="Varied"/> and <see cref="Aligned"/> add for how it compares with the others; otherwise this one.
    /// </summary>
    /// <param name="image">The place of the image in the batch, from 0.</param>
    public Objective OfImage(int image)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        return this switch
        {
            EachObjective each => each.Objectives[image % each.Objectives.Length].OfImage(image),
            VariedObjective varied => varied.A.OfImage(image),
            AlignedObjective aligned => aligned.A.OfImage(image),
            _ => this,
        };
    }

    /// <summary>
    /// The sum of each objective of one list with each of another, image by image of a batch, row by row: one row for each of the first. How two neurons act
    /// together. Source: the article, "Interaction between neurons", joint optimization.
    /// </summary>
    /// <exception cref="UsageException">A list is empty.</exception>
    public static Objective Pairs(IReadOnlyList<Objective> rows, IReadOnlyList<Objective> columns)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        return Each([.. rows.SelectMany(row => columns.Select(column => row + column))]);
    }

    /// <summary>Reads objectives with semicolons between them: <c>"inception_4a/output:97; logit(goldfish)"</c>.</summary>
    /// <exception cref="TextFormatException">The text is no such list; the message says what was expected, the exception where.</exception>
    public static IReadOnlyList<Objective> ParseSeveral(string text) => ObjectiveTexts.ParseSeveral(text);

    /// <summary>A layer of at least two images.</summary>
    /// <exception cref="UsageException">There is one image, or the layer has no channels.</exception>
    private protected static Tensor BatchOf(Activations activations, Layer layer, Objective objective)
    {
        Tensor tensor = activations[layer];
        if (tensor.Shape.Rank < 2) throw new UsageException($"'{objective}' needs a layer [N, C, ...]; layer '{layer.Name}' is {tensor.Shape}.");
        return tensor.Shape[0] > 1
            ? tensor
            : throw new UsageException($"'{objective}' compares the images of a batch, and sees one; give a batch of 2 or more (--batch 4), and add it to each(...) rather than write it inside.");
    }
}
