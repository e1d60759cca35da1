using System.IO.Compression;
using System.Text;

namespace Phosphene.Images;

/// <summary>Reads the three kinds of text chunk: tEXt and zTXt (Latin-1, the second compressed) and iTXt (UTF-8, compressed or not).</summary>
internal static class PngTextChunk
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a chunk of this type carries text.</summary>
    public static bool Is(string type) => type is "tEXt" or "zTXt" or "iTXt";

    /// <summary>The text of a chunk.</summary>
    /// <param name="type">tEXt, zTXt or iTXt.</param>
    /// <param name="data">The chunk's data.</param>
    /// <exception cref="InvalidDataException">The data is not such a text; the message is worded to follow a colon.</exception>
    public static PngText Read(string type, ReadOnlySpan<byte> data)
    {
        string keyword = Encoding.Latin1.GetString(Field(ref data, type, "keyword"));
        if (keyword.Length is < 1 or > 79)
            throw new InvalidDataException($"the keyword of its {type} chunk has {keyword.Length} characters instead of 1 to 79");
        string shown = string.Concat(keyword.Select(c => char.IsControl(c) ? '?' : c));
        if (type == "tEXt") return new PngText(keyword, Encoding.Latin1.GetString(data));

        int header = type == "zTXt" ? 1 : 2;
        if (data.Length < header || data[header - 1] != 0 || header == 2 && data[0] > 1)
            throw new InvalidDataException($"its {type} chunk '{shown}' is compressed in a way PNG does not have");
        bool compressed = header == 1 || data[0] == 1;
        data = data[header..];
        if (header == 2)
        {
            Field(ref data, type, "language");
            Field(ref data, type, "translated keyword");
        }
        ReadOnlySpan<byte> text = compressed ? Inflate(data, type, shown) : data;
        try
        {
            return new PngText(keyword, (header == 1 ? Encoding.Latin1 : s_strictUtf8).GetString(text));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"its {type} chunk '{shown}' is not valid UTF-8", e);
        }
    }

    /// <summary>Cuts the bytes up to the next NUL off the data.</summary>
    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> data, string type, string what)
    {
        int end = data.IndexOf((byte)0);
        if (end < 0) throw new InvalidDataException($"the {what} of its {type} chunk has no end");
        ReadOnlySpan<byte> field = data[..end];
        data = data[(end + 1)..];
        return field;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data, string type, string shown)
    {
        using DeflatedBytes source = new(data.ToArray());
        using ZLibStream zlib = new(source, CompressionMode.Decompress);
        using MemoryStream text = new();
        byte[] buffer = new byte[4096];
        try
        {
            for (int count; text.Length <= PngText.MaximumBytes && (count = zlib.Read(buffer)) > 0;) text.Write(buffer, 0, count);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new InvalidDataException($"the compressed text of its {type} chunk '{shown}' is broken", e);
        }
        if (source.RanDry) throw new InvalidDataException($"the compressed text of its {type} chunk '{shown}' has no end");
        return text.Length <= PngText.MaximumBytes
            ? text.ToArray()
            : throw new InvalidDataException($"its {type} chunk '{shown}' inflates to more than {PngText.MaximumBytes} bytes, the most that is read");
    }
}
