using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Numerics;

/// <summary>An array of a .safetensors file.</summary>
/// <param name="Type">Its type as the file calls it, such as "F32".</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Begin">Where it begins, in bytes from the first of the data.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct SafetensorsEntry(string Type, Shape Shape, long Begin, long End);

/// <summary>
/// The start of a .safetensors file: the length of a text in 8 bytes, little-endian, and the text, a JSON object such as
/// <c>{"W_dec": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}}</c>. The data follows at once.
/// </summary>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, SafetensorsEntry> Entries, long DataStart)
{
    /// <summary>The most bytes that a header may have, as in the format's own reader.</summary>
    public const long MaximumBytes = 100_000_000;

    private const int MaximumRank = 32;
    private const string Metadata = "__metadata__";

    /// <summary>The bytes of a header for arrays of type F32 one after another, padded with blanks so that the data begins at a multiple of 8.</summary>
    /// <exception cref="ArgumentException">A name stands twice, or is that of the metadata.</exception>
    public static byte[] Encode(IReadOnlyList<(string Name, Shape Shape)> arrays)
    {
        var names = new HashSet<string> { Metadata };
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            long end = 0;
            writer.WriteStartObject();
            foreach ((string name, Shape shape) in arrays)
            {
                if (!names.Add(name)) throw new ArgumentException($"The name '{name}' cannot be used, or not twice.", nameof(arrays));
                writer.WriteStartObject(name);
                writer.WriteString("dtype", "F32");
                writer.WriteStartArray("shape");
                foreach (int extent in shape) writer.WriteNumberValue(extent);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(end);
                writer.WriteNumberValue(end += (long)shape.Count * sizeof(float));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        var header = new byte[8 + (text.WrittenCount + 7) / 8 * 8];
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        header.AsSpan(8).Fill((byte)' ');
        text.WrittenSpan.CopyTo(header.AsSpan(8));
        return header;
    }

    /// <summary>Reads the header of a stream that can seek.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged; the message names the file.</exception>
    public static SafetensorsHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length) throw Error(name, "it is no .safetensors file: it has fewer than 8 bytes");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaximumBytes) throw Error(name, $"its header claims {length} bytes, and at most {MaximumBytes} are read; it is no .safetensors file, or damaged");
        if ((long)length > stream.Length - 8) throw Error(name, $"its header claims {length} bytes, but {stream.Length - 8} follow; it is cut short, or no .safetensors file");
        var text = new byte[length];
        stream.ReadExactly(text);
        long data = stream.Length - 8 - (long)length;
        var entries = new Dictionary<string, SafetensorsEntry>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Error(name, "its header is no JSON object; it is no .safetensors file, or damaged");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
                if (property.Name != Metadata && !entries.TryAdd(property.Name, Entry(property, data, name)))
                    throw Error(name, $"its header has '{property.Name}' twice; save it again");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Error(name, $"its header is no JSON ({error.Message.TrimEnd('.')}); it is no .safetensors file, or damaged");
        }
        RequireApart(entries, name);
        return new SafetensorsHeader(entries, 8 + (long)length);
    }

    private static SafetensorsEntry Entry(JsonProperty property, long data, string name)
    {
        JsonElement value = property.Value;
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || Whole(value, "shape") is not { } extents || Whole(value, "data_offsets") is not [var begin, var end])
            throw Error(name, $"its header does not give dtype, shape and two data_offsets of '{property.Name}'; save it again");
        if (begin > end || end > data) throw Error(name, $"'{property.Name}' lies at bytes {begin} to {end} of the data, which has {data}; the file is cut short or damaged");
        double elements = 1;
        foreach (long extent in extents) elements *= Math.Max(1, extent);      // also bounds what a zero elsewhere would hide
        if (extents.Length > MaximumRank || elements > int.MaxValue)
            throw Error(name, $"'{property.Name}' has the shape [{string.Join(", ", extents)}], and at most {MaximumRank} extents and {int.MaxValue} elements are read");
        var shape = new Shape([.. extents.Select(extent => (int)extent)]);
        string kind = type.GetString()!;
        // What is not known is not read; where it lies is checked all the same.
        if (SizeOf(kind) is { } size && (long)shape.Count * size != end - begin)
            throw Error(name, $"'{property.Name}' {shape} of type {kind} has {(long)shape.Count * size} bytes, but lies at bytes {begin} to {end}; the file is damaged");
        return new SafetensorsEntry(kind, shape, begin, end);
    }

    private static long[]? Whole(JsonElement value, string member)
    {
        if (!value.TryGetProperty(member, out JsonElement array) || array.ValueKind != JsonValueKind.Array) return null;
        var numbers = new long[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement number in array.EnumerateArray())
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out numbers[i]) || numbers[i++] < 0) return null;
        return numbers;
    }

    private static void RequireApart(Dictionary<string, SafetensorsEntry> entries, string name)
    {
        (string Name, SafetensorsEntry Entry)[] order = [.. entries.Where(entry => entry.Value.End > entry.Value.Begin).Select(entry => (entry.Key, entry.Value)).OrderBy(entry => entry.Value.Begin)];
        for (int i = 1; i < order.Length; i++)
            if (order[i].Entry.Begin < order[i - 1].Entry.End) throw Error(name, $"'{order[i - 1].Name}' and '{order[i].Name}' share bytes of the data; the file is damaged");
    }

    private static int? SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => null,
    };

    internal static InvalidDataException Error(string name, string what) => new($"Cannot read '{name}': {what}.");
}
