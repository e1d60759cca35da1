using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Direction(Layer, Direction, float, string?)"/>.</summary>
internal sealed record DirectionObjective(Layer Layer, Direction Vector, float Power = 0, FileReference? Whitening = null) : LayerObjective(Layer)
{
    /// <summary>What errors call a file with a matrix.</summary>
    public const string Matrix = "Matrix";

    private const float LeastCosine = 0.1f, Floor = 1e-4f;           // Lucid's

    /// <summary>The power of the cosine.</summary>
    public float Power { get; init; } = Power >= 0 && float.IsFinite(Power) ? Power : throw new UsageException($"The power of a direction is at least 0; got {Printed.Number(Power)}.");

    /// <summary>A reference to a file with a matrix.</summary>
    public static FileReference Reference(string path) => new(Matrix, path, null);

    /// <summary>A direction as texts have it, where the row of a file stands apart.</summary>
    /// <exception cref="UsageException">There is a row, and no file.</exception>
    public static DirectionObjective Of(Layer layer, Direction vector, float power, int? row, FileReference? whitening)
    {
        if (row is not null) vector = vector is FileDirection file ? file with { Row = row } : throw new UsageException($"A row is one of a file with vectors, as in direction({layer}, 'a.npy', row: {row}); got {vector}.");
        return new DirectionObjective(layer, vector, power, whitening);
    }

    public override Tensor Build(Activations activations) => Along(activations[Layer], VectorIn(activations), Power);

    internal override bool IsOfOneKindWith(Objective other) => other is DirectionObjective direction && (direction.Layer, direction.Power) == (Layer, Power);

    // One product with a vector for each image; unless some have a vector for all positions, and some one for each.
    internal override Tensor? BuildTogether(IReadOnlyList<Objective> all, Activations activations)
    {
        int images = activations.Image.Shape.Batch;
        Tensor[] vectors = [.. all.Take(images).Select(direction => ((DirectionObjective)direction).VectorIn(activations))];
        return vectors.All(vector => vector.Shape == vectors[0].Shape)
            ? Along(activations[Layer], Tensor.Concat(0, [.. Enumerable.Range(0, images).Select(image => vectors[image % vectors.Length])]), Power)
            : null;
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) =>
        this with { Layer = Layer.WithFiles(change), Vector = Vector.WithFiles(change), Whitening = Whitening is null ? null : change(Whitening) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);

    // [1, C, 1, 1] for a layer with positions, [1, C, h, w] if the direction has its own, [1, C] for a layer without.
    private Tensor VectorIn(Activations activations)
    {
        Tensor layer = activations[Layer];
        if (layer.Shape.Rank < 2) throw new UsageException($"A direction in layer '{Layer.Name}' {layer.Shape} needs channels; choose a layer [N, C, ...].");
        Tensor vector = Vector.Build(Layer, layer.Shape, activations.Model);
        return Whitening is null ? vector : Whitened(vector, Whitening, layer.Shape.Channels);
    }

    private static Tensor Whitened(Tensor vector, FileReference file, int channels)
    {
        (Shape shape, float[] values) = Objectives.Direction.Read(file);
        return shape == new Shape(channels, channels)
            ? Tensor.Constant(shape, values).MatMul(vector.Reshape(new Shape(channels, vector.Shape.Count / channels))).Reshape(vector.Shape)
            : throw new InputFileException($"Matrix '{file.Path}' is {shape}, where [{channels}, {channels}] is expected for the {channels} channels of the layer.");
    }

    // Layer [N, C, ...] and vectors [1, C, ...] or [N, C, ...].
    internal static Tensor Along(Tensor layer, Tensor vectors, float power)
    {
        for (int axis = 2; axis < layer.Shape.Rank; axis++)
            if (vectors.Shape[axis] > 1) layer = layer.Slice(axis, (layer.Shape[axis] - vectors.Shape[axis]) / 2, vectors.Shape[axis]);
        Tensor product = (layer * vectors).SumOver(1);
        if (power == 0) return PerImage(product);
        Tensor cosine = product / ((Floor + Length(layer)) * (Floor + Length(vectors)));
        return PerImage(product * Tensor.Max(cosine, Tensor.Constant(LeastCosine)).Pow(power));
    }

    // A position at which nothing is active has no slope, where that of a root of 0 would be infinite.
    private static Tensor Length(Tensor x) => (x.Square().SumOver(1) + 1e-12f).Sqrt();
}
