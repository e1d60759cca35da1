using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// A vector in the activation space of a layer, a number for each channel, for <see cref="Objective.Direction(Layer, Direction, float, string?)"/>. As text it is
/// <c>1, -0.5, 0</c>, <c>{97: 1, 143: -1}</c>, <c>random(5)</c>, <c>'file.npy'</c> or <c>image('photo.jpg')</c>.
/// </summary>
public abstract record Direction
{
    /// <summary>The vector of these numbers, one for each channel.</summary>
    /// <exception cref="UsageException">There is none, or one is not finite.</exception>
    public static Direction Of(params ReadOnlySpan<float> numbers) => new NumbersDirection([.. numbers]);

    /// <summary>A vector of length 1, all directions being equally likely: a function of the seed and the number of channels.</summary>
    /// <exception cref="UsageException">The seed is negative.</exception>
    public static Direction Random(int seed) => new RandomDirection(seed);

    /// <summary>Some channels with their weights, the others being 0: neuron arithmetic.</summary>
    /// <exception cref="UsageException">There is none, a channel is negative, or a weight is not finite.</exception>
    public static Direction Channels(IReadOnlyDictionary<int, float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new ChannelsDirection([.. weights.Select(weight => (weight.Key, weight.Value)).OrderBy(weight => weight.Key)]);
    }

    /// <summary>The vector of a .npy file: [C], a row of [K, C], or [C, h, w] with a vector for each position.</summary>
    /// <param name="path">The file.</param>
    /// <param name="row">The row, if there are several.</param>
    /// <exception cref="UsageException">The path is empty, or the row is negative.</exception>
    public static Direction File(string path, int? row = null) => new FileDirection(FileDirection.Reference(path), row);

    /// <summary>What a photo has in the layer: the mean of its activations over all positions, the photo covering the model's usual size.</summary>
    public static Direction MeanOf(ImageReference photo)
    {
        ArgumentNullException.ThrowIfNull(photo);
        return new ImageDirection(photo);
    }

    /// <summary>Reads a direction from text.</summary>
    /// <exception cref="TextFormatException">The text is none; the message says what was expected, the exception where.</exception>
    public static Direction Parse(string text) => DirectionTexts.Registry.Parse(text);

    /// <summary>The vector in the graph: [1, C, 1, 1], [1, C, h, w] or, for a layer without positions, [1, C].</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="shape">Its shape, [N, C, ...].</param>
    /// <param name="model">The model.</param>
    internal abstract Tensor Build(Layer layer, Shape shape, Model model);

    /// <summary>The same with other references to the files that it reads.</summary>
    internal virtual Direction WithFiles(Func<FileReference, FileReference> change) => this;

    /// <summary>An array of finite numbers from a .npy file.</summary>
    internal static (Shape Shape, float[] Values) Read(FileReference file)
    {
        (Shape shape, float[] values) = file.Read(NpyFile.Read);
        int first = Array.FindIndex(values, value => !float.IsFinite(value));
        return first < 0 ? (shape, values) : throw new InputFileException($"{file.Kind} '{file.Path}' has {values[first]} as its number {first}, where finite ones are expected.");
    }

    /// <summary>A vector that is known, for a layer of a shape [N, C, ...].</summary>
    private protected static Tensor Constant(Shape shape, float[] vector) => Tensor.Constant(new Shape([1, shape.Channels, .. Enumerable.Repeat(1, shape.Rank - 2)]), vector);
}

/// <summary>See <see cref="Direction.Of"/>.</summary>
internal sealed record NumbersDirection : Direction
{
    public NumbersDirection(ImmutableArray<float> numbers)
    {
        if (numbers.IsEmpty) throw new UsageException("A direction has a number for each channel; got none.");
        foreach (float number in numbers)
            if (!float.IsFinite(number)) throw new UsageException($"A direction has finite numbers; got {Printed.Number(number)}.");
        Numbers = numbers;
    }

    public ImmutableArray<float> Numbers { get; }

    internal override Tensor Build(Layer layer, Shape shape, Model model) => Numbers.Length == shape.Channels
        ? Constant(shape, [.. Numbers])
        : throw new UsageException($"A direction in layer '{layer.Name}' {shape} needs {shape.Channels} numbers; got {Numbers.Length}.");

    public bool Equals(NumbersDirection? other) => other is not null && Numbers.SequenceEqual(other.Numbers);

    public override int GetHashCode() => Numbers.Length;

    public override string ToString() => string.Join(", ", Numbers.Select(Printed.Number));
}

/// <summary>See <see cref="Direction.Random"/>.</summary>
internal sealed record RandomDirection : Direction
{
    public RandomDirection(int seed) => Seed = seed >= 0 ? seed : throw new UsageException($"The seed of a random direction is at least 0; got {seed}.");

    public int Seed { get; }

    internal override Tensor Build(Layer layer, Shape shape, Model model)
    {
        var vector = new float[shape.Channels];
        new RandomStream((ulong)Seed, 0, "direction").FillNormal(vector, 1);
        double length = Math.Sqrt(vector.Sum(number => (double)number * number));
        return Constant(shape, [.. vector.Select(number => (float)(number / length))]);
    }

    public override string ToString() => DirectionTexts.Registry.Print(this);
}

/// <summary>See <see cref="Direction.Channels"/>.</summary>
internal sealed record ChannelsDirection : Direction
{
    /// <param name="weights">By rising channels.</param>
    public ChannelsDirection(ImmutableArray<(int Channel, float Weight)> weights)
    {
        if (weights.IsEmpty) throw new UsageException("A direction of channels has at least one, as in {97: 1, 143: -1}.");
        foreach ((int channel, float weight) in weights)
            if (channel < 0 || !float.IsFinite(weight)) throw new UsageException($"A direction of channels has their numbers, from 0, with finite weights; got {channel}: {Printed.Number(weight)}.");
        Weights = weights;
    }

    public ImmutableArray<(int Channel, float Weight)> Weights { get; }

    internal override Tensor Build(Layer layer, Shape shape, Model model)
    {
        var vector = new float[shape.Channels];
        foreach ((int channel, float weight) in Weights)
            vector[channel < vector.Length ? channel : throw new UsageException($"Layer '{layer.Name}' has channels 0 to {shape.Channels - 1}; there is no channel {channel}.")] = weight;
        return Constant(shape, vector);
    }

    public bool Equals(ChannelsDirection? other) => other is not null && Weights.SequenceEqual(other.Weights);

    public override int GetHashCode() => Weights.Length;

    public override string ToString() => $"{{{string.Join(", ", Weights.Select(weight => $"{weight.Channel}: {Printed.Number(weight.Weight)}"))}}}";
}

/// <summary>See <see cref="Direction.File"/>. The row is printed by the direction of an objective, beside its other arguments.</summary>
internal sealed record FileDirection(FileReference Path, int? Row) : Direction
{
    public const string Kind = "Direction";

    public int? Row { get; init; } = Row is null or >= 0 ? Row : throw new UsageException($"A row of a file of directions is at least 0; got {Row}.");

    public static FileReference Reference(string path) => new(Kind, path, null);

    internal override Direction WithFiles(Func<FileReference, FileReference> change) => this with { Path = change(Path) };

    internal override Tensor Build(Layer layer, Shape shape, Model model)
    {
        (Shape found, float[] values) = Read(Path);
        int channels = shape.Channels;
        if (found == new Shape(channels) && Row is null) return Constant(shape, values);
        if (found.Rank == 2 && found[1] == channels && found[0] > 0) return Constant(shape, values[OfRow(found[0], channels)]);
        if (found.Rank != 3 || found[0] != channels || found.Count == 0 || Row is not null)
            throw new InputFileException($"Direction '{Path.Path}' is {found}, where {(Row is null ? $"[{channels}], [rows, {channels}] or [{channels}, height, width]" : $"[rows, {channels}]")} is expected for layer '{layer.Name}' {shape}.");
        return shape.Rank == 4 && found[1] <= shape.Height && found[2] <= shape.Width
            ? Tensor.Constant(new Shape(1, channels, found[1], found[2]), values)
            : throw new UsageException($"Direction '{Path.Path}' has {found[1]} x {found[2]} positions of its own, which have no room in layer '{layer.Name}' {shape}; choose a larger layer or image.");
    }

    private Range OfRow(int rows, int channels)
    {
        int row = Row ?? (rows == 1 ? 0 : throw new UsageException($"Direction '{Path.Path}' has {rows} rows; say which, as in row: 0."));
        return row < rows ? (row * channels)..((row + 1) * channels) : throw new UsageException($"Direction '{Path.Path}' has the rows 0 to {rows - 1}; there is no row {row}.");
    }

    public override string ToString() => Path.ToString();
}

/// <summary>See <see cref="Direction.MeanOf"/>.</summary>
internal sealed record ImageDirection(ImageReference Photo) : Direction
{
    internal override Tensor Build(Layer layer, Shape shape, Model model)
    {
        Tensor activations = model.Activate(Photo.Read())[layer];
        return shape.Rank == 2 ? activations : activations.MeanOver([.. Enumerable.Range(2, shape.Rank - 2)]);
    }

    internal override Direction WithFiles(Func<FileReference, FileReference> change) => new ImageDirection(ImageReference.Of(change(Photo.File)));

    public override string ToString() => DirectionTexts.Registry.Print(this);
}
