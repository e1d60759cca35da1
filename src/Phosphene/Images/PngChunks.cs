using System.Buffers.Binary;
using System.Text;

namespace Phosphene.Images;

/// <summary>Walks over the chunks of a PNG, from the first after the signature; checks lengths, names and checksums.</summary>
internal sealed class PngChunks(Stream source, string name)
{
    private readonly byte[] _buffer = new byte[8];
    private int _left;
    private bool _open;
    private uint _crc;

    /// <summary>The four letters of the current chunk.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Bytes of the current chunk's data.</summary>
    public int Length { get; private set; }

    /// <summary>Whether an error of the disk, not of the format, ended the reading.</summary>
    public bool SourceFailed { get; private set; }

    /// <summary>Moves to the next chunk; what is left of the current one is skipped, and its checksum compared.</summary>
    public void Next()
    {
        Finish();
        Fill(_buffer, "its end is missing");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_buffer);
        ReadOnlySpan<byte> type = _buffer.AsSpan(4, 4);
        foreach (byte letter in type)
            if (!char.IsAsciiLetter((char)letter))
                throw Damaged($"after its {Was()} something else than a chunk follows");
        Type = Encoding.ASCII.GetString(type);
        if (length > int.MaxValue) throw Damaged($"its {Type} chunk claims {length} bytes, more than PNG allows");
        Length = _left = (int)length;
        _open = true;
        _crc = Crc32.Update(Crc32.Start, type);
    }

    /// <summary>Reads data of the current chunk; 0 at its end.</summary>
    public int Read(Span<byte> destination)
    {
        int count = Math.Min(_left, destination.Length);
        if (count == 0) return 0;
        Fill(destination[..count], $"it is cut short in its {Type} chunk");
        _crc = Crc32.Update(_crc, destination[..count]);
        _left -= count;
        return count;
    }

    /// <summary>The whole data of the current chunk, which may have at most <paramref name="limit"/> bytes.</summary>
    public byte[] ReadAll(int limit)
    {
        if (Length > limit) throw Error($"its {Type} chunk has {Length} bytes, and at most {limit} are read", "remove what is in it");
        byte[] data = new byte[Length];
        Read(data);
        Finish();
        return data;
    }

    /// <summary>The error that the file is wrong in this way, worded to follow a colon.</summary>
    public ImageFormatException Damaged(string what, Exception? cause = null) => Error(what, "export or download the file again", cause);

    /// <summary>The error that the file cannot be read for this reason, with what to do about it.</summary>
    public ImageFormatException Error(string what, string remedy, Exception? cause = null)
    {
        string message = $"Cannot read '{name}' as PNG: {what}; {remedy}.";
        return cause is null ? new ImageFormatException(message) : new ImageFormatException(message, cause);
    }

    private string Was() => Type.Length > 0 ? $"{Type} chunk" : "signature";

    /// <summary>Skips what is left of the current chunk and compares its checksum; does nothing the second time.</summary>
    public void Finish()
    {
        if (!_open) return;
        _open = false;
        Span<byte> skipped = stackalloc byte[4096];
        while (Read(skipped) > 0) { }
        Fill(_buffer.AsSpan(0, 4), $"it is cut short in its {Type} chunk");
        if (BinaryPrimitives.ReadUInt32BigEndian(_buffer) != ~_crc) throw Damaged($"the checksum of its {Type} chunk is wrong");
    }

    private void Fill(Span<byte> destination, string otherwise)
    {
        try
        {
            if (source.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length) throw Damaged(otherwise);
        }
        catch (IOException)
        {
            SourceFailed = true;
            throw;
        }
    }
}
