using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Phosphene.Tests.Images;

namespace Phosphene.Fuzz;

/// <summary>Makes broken images of sound ones: some edits that know the parts of a PNG, a JPEG or a WebP, and some that know only bytes.</summary>
internal sealed class ImageMutator(IReadOnlyList<Seed> seeds, int number)
{
    private static readonly long[] HostileNumbers =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 24, 32, 63, 64, 65, 127, 128, 255, 256, 257, 1000, 4095, 4096, 4097, 16_383, 16_384, 16_385, 32_767, 32_768, 65_535, 65_536, 1 << 20, 1 << 24,
        (1 << 24) - 1, 1 << 28, int.MaxValue, 1L << 31, uint.MaxValue, uint.MaxValue - 1,
    ];

    private readonly Random _random = new(number);

    /// <summary>A part of a file, as its format cuts it: a chunk, a segment with the data of its scan, or the whole.</summary>
    private sealed record Part(string Name, byte[] Data);

    /// <summary>The bytes of the mutant, and what was done.</summary>
    public (byte[] Bytes, string Story) Make()
    {
        Seed seed = Seed.Draw(seeds, _random);
        var story = new StringBuilder(seed.Name);
        byte[] bytes = seed.Bytes;
        if (_random.Next(3) != 0 && Edited(bytes, story) is { } edited) bytes = edited;
        if (ReferenceEquals(bytes, seed.Bytes) || _random.Next(6) == 0)
        {
            var damage = new Damage(_random, seeds, ownKinds: 2, Overwritten);
            for (int edits = 1 + _random.Next(4); edits > 0; edits--) bytes = damage.Of(bytes, story);
        }
        return (bytes, story.ToString());
    }

    private byte[]? Edited(byte[] file, StringBuilder story)
    {
        List<Part>? parts = file is [0x89, ..] ? Chunks(file, 8, png: true) : file is [0xFF, ..] ? Segments(file) : file is [(byte)'R', ..] ? Chunks(file, 12, png: false) : null;
        if (parts is not { Count: > 0 }) return null;
        for (int edits = 1 + (_random.Next(3) == 0 ? _random.Next(4) : 0); edits > 0; edits--) story.Append(", ").Append(Edit(parts, file));
        return file[0] switch
        {
            0x89 => [.. file[..8], .. parts.SelectMany(part => TestPng.Chunk(part.Name, part.Data))],
            0xFF => [0xFF, 0xD8, .. parts.SelectMany(part => part.Data)],
            _ => Riff(parts),
        };
    }

    private string Edit(List<Part> parts, byte[] file)
    {
        int at = _random.Next(parts.Count);
        Part part = parts[at];
        switch (_random.Next(9))
        {
            case 0 when parts.Count > 1: parts.RemoveAt(at); return $"drop {part.Name}";
            case 1: parts.Insert(_random.Next(parts.Count + 1), part); return $"double {part.Name}";
            case 2:
                int other = _random.Next(parts.Count);
                (parts[at], parts[other]) = (parts[other], part);
                return $"swap {part.Name} and {parts[at].Name}";
            case 3:
                int times = Pick([3, 70, 5000]);
                if ((long)part.Data.Length * times > 1 << 21) times = 3;
                parts.InsertRange(at, Enumerable.Repeat(part, times));
                return $"repeat {part.Name} {times} times";
            case 4 when file[0] == 0x89 && part.Name is "IDAT" or "zTXt": return Reinflate(parts, at);
            case 5:
                parts[at] = part with { Data = part.Data[..Math.Max(0, part.Data.Length - 1 - _random.Next(part.Data.Length + 1))] };
                return $"shorten {part.Name}";
            case 6 when Donor(file[0]) is { } donor:
                parts.Insert(at, Pick(donor));
                return $"graft {parts[at].Name}";
            default:
                byte[] data = [.. part.Data];
                if (data.Length == 0) return "nothing";
                string what = Overwrite(data, Math.Min(data.Length, _random.Next(2) == 0 ? 16 : int.MaxValue));
                parts[at] = part with { Data = data };
                return $"{what} in {part.Name}";
        }
    }

    // The data as they are before they are compressed: other rows under sound checksums.
    private string Reinflate(List<Part> parts, int at)
    {
        Part part = parts[at];
        int start = part.Name == "zTXt" ? 1 + Array.IndexOf(part.Data, (byte)0) + 1 : 0;
        try
        {
            using ZLibStream zlib = new(new MemoryStream(part.Data[start..]), CompressionMode.Decompress);
            using MemoryStream inflated = new();
            zlib.CopyTo(inflated);
            byte[] data = inflated.ToArray();
            if (data.Length == 0) return "nothing";
            for (int flips = 1 + _random.Next(4); flips > 0; flips--) data[_random.Next(data.Length)] ^= (byte)_random.Next(256);
            int length = Pick([data.Length, data.Length - 1, data.Length + 1, 20 * data.Length, 3 << 20]);
            Array.Resize(ref data, length);
            parts[at] = part with { Data = [.. part.Data[..start], .. TestPng.Deflate(data)] };
            return $"deflate {part.Name} anew, {length} bytes";
        }
        catch (InvalidDataException)
        {
            return "nothing";      // one of several IDAT chunks, or broken already
        }
    }

    private string Overwrite(byte[] data, int within)
    {
        int at = _random.Next(within), size = Math.Min(Pick([1, 2, 4]), data.Length - at);
        long value = _random.Next(4) == 0 ? _random.NextInt64(1L << 32) : Pick(HostileNumbers);
        bool bigEndian = _random.Next(2) == 0;
        for (int i = 0; i < size; i++) data[at + i] = (byte)(value >> 8 * (bigEndian ? size - 1 - i : i));
        return $"{size} bytes := {value} at {at}";
    }

    // The head of a file says how large all is, so it is met more often.
    private byte[] Overwritten(byte[] bytes, int at, StringBuilder story)
    {
        byte[] overwritten = [.. bytes];
        story.Append(", ").Append(Overwrite(overwritten, Math.Min(bytes.Length, _random.Next(2) == 0 ? 64 : int.MaxValue)));
        return overwritten;
    }

    private List<Part>? Donor(byte start)
    {
        byte[] donor = Pick([.. seeds.Where(seed => seed.Bytes[0] == start)]).Bytes;
        return start switch { 0x89 => Chunks(donor, 8, png: true), 0xFF => Segments(donor), _ => Chunks(donor, 12, png: false) } is { Count: > 0 } parts ? parts : null;
    }

    private static List<Part> Chunks(byte[] file, int at, bool png)
    {
        var parts = new List<Part>();
        while (file.Length - at >= 8)
        {
            int name = png ? at + 4 : at, length = png ? BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)) : BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            if (length < 0 || length > file.Length - at - 8) break;
            parts.Add(new Part(Encoding.Latin1.GetString(file, name, 4), file[(at + 8)..(at + 8 + length)]));
            at += 8 + length + (png ? 4 : length & 1);
        }
        return parts;
    }

    // With their markers and lengths; the data of a scan belong to its header.
    private static List<Part> Segments(byte[] file)
    {
        var parts = new List<Part>();
        for (int at = 2; file.Length - at >= 4;)
        {
            int end = Math.Min(file.Length, at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2)));
            if (file[at + 1] == 0xDA)
                while (end < file.Length - 1 && (file[end] != 0xFF || file[end + 1] is 0 or (>= 0xD0 and <= 0xD7))) end++;
            parts.Add(new Part($"FF{file[at + 1]:X2}", file[at..end]));
            at = end;
        }
        parts.Add(new Part("FFD9", [0xFF, 0xD9]));
        return parts;
    }

    private byte[] Riff(List<Part> parts)
    {
        byte[] body = [.. "WEBP"u8, .. parts.SelectMany(part => (byte[])[.. Encoding.Latin1.GetBytes(part.Name), .. BitConverter.GetBytes(part.Data.Length), .. part.Data, .. new byte[part.Data.Length & 1]])];
        int length = _random.Next(10) == 0 ? (int)Pick(HostileNumbers) : body.Length;
        return [.. "RIFF"u8, .. BitConverter.GetBytes(length), .. body];
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
