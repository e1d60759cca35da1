using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Numerics;

/// <summary>
/// The start of a .npy file: six bytes "\x93NUMPY", two of version, the length of a text (2 bytes in version 1, 4 since), and the text,
/// a Python dictionary such as <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>.
/// </summary>
internal sealed partial record NpyHeader(string Type, Shape Shape)
{
    private const int MaximumTextLength = 1 << 16;
    private const int MaximumRank = 32;         // NumPy's own before version 2

    private static ReadOnlySpan<byte> Signature => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Bytes of an element.</summary>
    public int ElementSize => Type[^1] - '0';

    /// <summary>The bytes of a version 1 header, padded so that the data begins at a multiple of 64.</summary>
    public static byte[] Encode(string type, Shape shape)
    {
        string extents = shape.Rank == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({extents}), }}";
        text = text.PadRight((10 + text.Length + 1 + 63) / 64 * 64 - 11) + "\n";
        return [.. Signature, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text)];
    }

    /// <summary>Reads the header and leaves the stream at the first byte of the data.</summary>
    /// <exception cref="InvalidDataException">There is no header, or one of an array that cannot be read; the message names the file.</exception>
    public static NpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[8];
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (count < 6 || !start[..6].SequenceEqual(Signature))
            throw Error(name, "it is no .npy file; write one with numpy.save");
        if (count < 8 || start[6] is < 1 or > 3)
            throw Error(name, $"its .npy format version {start[6]} is not 1, 2 or 3; save it with version 1");

        Span<byte> size = stackalloc byte[4];
        size.Clear();
        Fill(stream, start[6] == 1 ? size[..2] : size, name);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaximumTextLength)
            throw Error(name, $"its header claims {length} bytes, and at most {MaximumTextLength} are read; it is damaged or no plain array");
        byte[] text = new byte[length];
        Fill(stream, text, name);
        return Parse((start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), name);
    }

    private static NpyHeader Parse(string text, string name)
    {
        Match type = TypePattern().Match(text), order = OrderPattern().Match(text), shape = ShapePattern().Match(text);
        if (!order.Success || !shape.Success || !text.Contains("descr", StringComparison.Ordinal))
            throw Error(name, "its header does not give descr, fortran_order and shape; save it again with numpy.save");
        string element = type.Groups[1].Value;
        if (element is not ("<f4" or "<f8" or "<i4" or "<i8" or "|u1" or "<u1"))
            throw Error(
                name,
                (type.Success ? $"its elements are '{element}'" : "its elements have several fields")
                + ", and only '<f4', '<f8', '<i4', '<i8' and '|u1' can be read; convert it with astype('<f4')");
        if (order.Groups[1].Value == "True")
            throw Error(name, "it is in Fortran order (columns first), and only C order can be read; save numpy.ascontiguousarray of it");
        return new NpyHeader(element, ParseShape(shape.Groups[1].Value, name));
    }

    private static Shape ParseShape(string text, string name)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] extents = new int[parts.Length];
        bool possible = parts.Length <= MaximumRank;
        long elements = 1;
        for (int i = 0; i < parts.Length && possible; i++)
        {
            possible = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out extents[i]);
            elements *= Math.Max(1, extents[i]);      // also bounds what a zero elsewhere would hide
            possible &= elements <= int.MaxValue;
        }
        return possible
            ? new Shape(extents)
            : throw Error(name, $"its shape ({text}) is damaged or too large: at most {MaximumRank} extents and {int.MaxValue} elements are read");
    }

    private static void Fill(Stream stream, Span<byte> destination, string name)
    {
        if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
            throw Error(name, "it is cut short in its header; save it again");
    }

    private static InvalidDataException Error(string name, string what) => new($"Cannot read '{name}': {what}.");

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex TypePattern();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^()]*)\)""")]
    private static partial Regex ShapePattern();
}
