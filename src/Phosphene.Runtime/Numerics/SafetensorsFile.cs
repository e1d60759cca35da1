using System.Buffers.Binary;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Numerics;

/// <summary>
/// Reads and writes .safetensors files, named arrays one after another: 8 bytes with the length of a header, the header, which is JSON, and the data. Nothing of
/// the data is read before it is asked for. Source: github.com/huggingface/safetensors.
/// </summary>
public sealed class SafetensorsFile
{
    private const int BufferElements = 1 << 14;

    private readonly SafetensorsHeader _header;

    private SafetensorsFile(string path, SafetensorsHeader header) => (Path, _header) = (path, header);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The shapes of the arrays by their names, in the order of the header.</summary>
    public IReadOnlyDictionary<string, Shape> Shapes => field ??= _header.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Shape);

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="InvalidDataException">The file is no .safetensors file, or damaged; the message names it and what is wrong.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static SafetensorsFile Open(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new SafetensorsFile(path, SafetensorsHeader.Read(stream, path));
    }

    /// <summary>Reads an array as floats, row-major: of type F32, F16 or BF16, which are all exact.</summary>
    /// <exception cref="KeyNotFoundException">There is no such array.</exception>
    /// <exception cref="InvalidDataException">The array is of another type, or the file has become shorter.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public float[] Read(string name)
    {
        SafetensorsEntry entry = _header.Entries[name];
        if (entry.Type is not ("F32" or "F16" or "BF16"))
            throw SafetensorsHeader.Error(Path, $"'{name}' is of type {entry.Type}, and only F32, F16 and BF16 can be read; save it as one of these");
        using FileStream stream = File.OpenRead(Path);
        stream.Position = _header.DataStart + entry.Begin;
        int size = entry.Type == "F32" ? 4 : 2;
        var values = new float[entry.Shape.Count];
        var buffer = new byte[Math.Min(values.Length, BufferElements) * size];
        for (int start = 0; start < values.Length; start += BufferElements)
        {
            Span<float> part = values.AsSpan(start, Math.Min(BufferElements, values.Length - start));
            Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw SafetensorsHeader.Error(Path, $"it ends inside '{name}'; save it again");
            Convert(entry.Type, bytes, part);
        }
        return values;
    }

    /// <summary>Writes arrays of type F32 to a file, whole or not at all. The same arrays give the same bytes.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's, or a name stands twice.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public static void Write(string path, params IReadOnlyList<(string Name, Shape Shape, ReadOnlyMemory<float> Values)> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        foreach ((string name, Shape shape, ReadOnlyMemory<float> values) in arrays)
            if (values.Length != shape.Count) throw new ArgumentException($"Array '{name}' of shape {shape} has {shape.Count} values; got {values.Length}.", nameof(arrays));
        byte[] header = SafetensorsHeader.Encode([.. arrays.Select(array => (array.Name, array.Shape))]);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            var buffer = new byte[BufferElements * sizeof(float)];
            foreach ((_, _, ReadOnlyMemory<float> values) in arrays)
                for (int start = 0; start < values.Length; start += BufferElements)
                {
                    ReadOnlySpan<float> part = values.Span[start..Math.Min(values.Length, start + BufferElements)];
                    for (int i = 0; i < part.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(i * sizeof(float)), part[i]);
                    stream.Write(buffer, 0, part.Length * sizeof(float));
                }
        });
    }

    private static void Convert(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                // The upper half of a float.
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
            };
    }
}
