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
        if (type == "tEXt") return new PngText(keyword, Encoding.Latin1.GetString(data));

        int header = type == "zTXt" ? 1 : 2;
        if (data.Length < header || data[header - 1] != 0 || header == 2 && data[0] > 1)
            throw new InvalidDataException($"its {type} chunk '{keyword}' is compressed in a way PNG does not have");
        bool compressed = header == 1 || data[0] == 1;
        data = data[header..];
        if (header == 2)
        {
            Field(ref data, type, "language");
            Field(ref data, type, "translated keyword");
        }
        ReadOnlySpan<byte> text = compressed ? Inflate(data, type, keyword) : data;
        try
        {
            return new PngText(keyword, (header == 1 ? Encoding.Latin1 : s_strictUtf8).GetString(text));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"its {type} chunk '{keyword}' is not valid UTF-8", e);
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

    private static byte[] Inflate(ReadOnlySpan<byte> data, string type, string keyword)
    {
        using Source source = new(data.ToArray());
        using ZLibStream zlib = new(source, CompressionMode.Decompress);
        byte[] text = new byte[PngText.MaximumBytes + 1];
        int length;
        try
        {
            length = zlib.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new InvalidDataException($"the compressed text of its {type} chunk '{keyword}' is broken", e);
        }
        if (source.RanDry) throw new InvalidDataException($"the compressed text of its {type} chunk '{keyword}' has no end");
        return length <= PngText.MaximumBytes
            ? text[..length]
            : throw new InvalidDataException($"its {type} chunk '{keyword}' inflates to more than {PngText.MaximumBytes} bytes, the most that is read");
    }

    /// <summary>Bytes that remember whether more was asked for: a zlib stream that is whole ends by itself before that.</summary>
    private sealed class Source(byte[] data) : MemoryStream(data)
    {
        public bool RanDry { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            RanDry |= read == 0;
            return read;
        }
    }
}
