using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// Patches: small square parts of photos, a sample of what photos look like close up. A file of patches (.safetensors, type F32) has one array, patches [K, C, S, S], of values in [0, 1].
/// </summary>
public sealed record ImagePatches
{
    /// <summary>What errors call a file of them.</summary>
    internal const string Kind = "Patches";

    private const string Array = "patches";

    // More would take minutes to compare an image with.
    private const int MostCount = 1 << 16, MostSide = 64;

    /// <summary>Patches from their values.</summary>
    /// <param name="shape">[K, C, S, S].</param>
    /// <param name="values">In [0, 1], row-major.</param>
    /// <exception cref="ArgumentException">It is another shape, or there are other values than that.</exception>
    public ImagePatches(Shape shape, IReadOnlyList<float> values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        if (shape.Rank != 4 || shape[0] is < 1 or > MostCount || shape[1] < 1 || shape[2] is < 1 or > MostSide || shape[2] != shape[3] || values.Count != shape.Count)
            throw new ArgumentException($"Patches are [K, C, S, S], of at most {MostCount} patches of at most {MostSide} pixels a side; got {shape} and {values.Count} values.");
        if (values.FirstOrDefault(value => !(value >= 0 && value <= 1)) is not 0 and var wrong) throw new ArgumentException($"Patches have values from 0 to 1; got {wrong}.");
        (Shape, Values) = (shape, values);
    }

    /// <summary>[K, C, S, S].</summary>
    public Shape Shape { get; }

    /// <summary>How many there are, K.</summary>
    public int Count => Shape[0];

    /// <summary>3 for colours, 1 for grey.</summary>
    public int Channels => Shape[1];

    /// <summary>Their height and width S in pixels.</summary>
    public int Side => Shape[2];

    /// <summary>The values in [0, 1], row-major.</summary>
    public IReadOnlyList<float> Values { get; }

    /// <summary>The same patches of colours as grey ones, by their luma.</summary>
    /// <exception cref="InvalidOperationException">They are not of three channels.</exception>
    public ImagePatches ToGrey()
    {
        if (Channels != 3) throw new InvalidOperationException($"Luma is of three channels; there are {Channels}.");
        int pixels = Side * Side;
        return new ImagePatches(new Shape(Count, 1, Side, Side), [.. Enumerable.Range(0, Count * pixels).Select(i =>
        {
            int red = i / pixels * 3 * pixels + i % pixels;
            return Math.Min(1, Luma.Of(Values[red], Values[red + pixels], Values[red + 2 * pixels]));
        })]);
    }

    /// <summary>Writes a file of patches, whole or not at all.</summary>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written; the message says why.</exception>
    public void Save(string path) => SafetensorsFile.Write(path, (Array, Shape, Values.ToArray()));

    /// <summary>Reads a file of patches.</summary>
    /// <exception cref="InputFileException">It has no patches; the message says what is wrong.</exception>
    /// <exception cref="InvalidDataException">It is no .safetensors file, or damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static ImagePatches Read(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Shapes.TryGetValue(Array, out Shape? shape)) throw Error("it has no array 'patches'");
        try
        {
            return new ImagePatches(shape, file.Read(Array));
        }
        catch (ArgumentException error)
        {
            throw Error(error.Message.TrimEnd('.'));
        }

        InputFileException Error(string what) => new($"Patches '{path}' cannot be used: {what}; give a file that 'phosphene patches' wrote.");
    }
}
