using System.Buffers.Binary;
using System.Numerics;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Numerics;

/// <summary>
/// Reads and writes NumPy's .npy files: format versions 1 to 3, rows in C order, little-endian elements of type f4, f8, i4, i8 or u1.
/// Source: numpy.lib.format.
/// </summary>
public static class NpyFile
{
    private const int BufferElements = 1 << 14;

    /// <summary>Reads an array as floats; f8, i4 and i8 are rounded to the nearest float.</summary>
    /// <exception cref="InvalidDataException">The file is no .npy file of the kinds above, or damaged; the message names it and what is wrong.</exception>
    public static (Shape Shape, float[] Values) Read(string path) => Read<float>(path);

    /// <summary>Reads an array as floats from a stream that can seek and holds nothing after it.</summary>
    /// <inheritdoc cref="ReadDouble(Stream, string)"/>
    public static (Shape Shape, float[] Values) Read(Stream stream, string name) => Read<float>(stream, name);

    /// <summary>Reads an array as doubles; only i8 beyond 2^53 is rounded.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static (Shape Shape, double[] Values) ReadDouble(string path) => Read<double>(path);

    /// <summary>Reads an array as doubles from a stream that can seek and holds nothing after it.</summary>
    /// <param name="stream">The stream, at the first byte of the .npy data.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="InvalidDataException">The data is no .npy array of the kinds above, or damaged; the message says what is wrong.</exception>
    public static (Shape Shape, double[] Values) ReadDouble(Stream stream, string name) => Read<double>(stream, name);

    /// <summary>Writes an array of type f4 to a file, whole or not at all.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public static void Write(string path, Shape shape, ReadOnlyMemory<float> values) =>
        AtomicFile.Write(path, stream => Write(stream, shape, values.Span));

    /// <summary>Writes an array of type f4 to a stream.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    public static void Write(Stream stream, Shape shape, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(shape);
        if (values.Length != shape.Count)
            throw new ArgumentException($"An array of shape {shape} has {shape.Count} values; got {values.Length}.", nameof(values));
        stream.Write(NpyHeader.Encode("<f4", shape));
        byte[] buffer = new byte[Math.Min(values.Length, BufferElements) * sizeof(float)];
        while (values.Length > 0)
        {
            int count = Math.Min(values.Length, BufferElements);
            for (int i = 0; i < count; i++) BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(i * sizeof(float)), values[i]);
            stream.Write(buffer, 0, count * sizeof(float));
            values = values[count..];
        }
    }

    private static (Shape Shape, T[] Values) Read<T>(string path) where T : struct, INumberBase<T>
    {
        using FileStream stream = File.OpenRead(path);
        return Read<T>(stream, path);
    }

    private static (Shape Shape, T[] Values) Read<T>(Stream stream, string name) where T : struct, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        NpyHeader header = NpyHeader.Read(stream, name);
        long expected = (long)header.Shape.Count * header.ElementSize, present = stream.Length - stream.Position;
        if (present != expected)
            throw new InvalidDataException(
                $"Cannot read '{name}': an array {header.Shape} of type {header.Type} has {expected} bytes, but {present} follow its header; "
                + "save it again.");

        T[] values = new T[header.Shape.Count];
        byte[] buffer = new byte[Math.Min(values.Length, BufferElements) * header.ElementSize];
        for (int start = 0; start < values.Length; start += BufferElements)
        {
            Span<T> part = values.AsSpan(start, Math.Min(BufferElements, values.Length - start));
            Span<byte> bytes = buffer.AsSpan(0, part.Length * header.ElementSize);
            stream.ReadExactly(bytes);
            Convert(header.Type, bytes, part);
        }
        return (header.Shape, values);
    }

    private static void Convert<T>(string type, ReadOnlySpan<byte> bytes, Span<T> values) where T : struct, INumberBase<T>
    {
        string kind = type[1..];
        for (int i = 0; i < values.Length; i++)
            values[i] = kind switch
            {
                "f4" => T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..])),
                "f8" => T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..])),
                "i4" => T.CreateTruncating(BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..])),
                "i8" => T.CreateTruncating(BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..])),
                _ => T.CreateTruncating(bytes[i]),
            };
    }
}
