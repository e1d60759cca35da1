namespace Phosphene.Images;

/// <summary>
/// Reads a lossless WebP stream as far as it says how many groups of Huffman codes follow. ImageSharp 2.1 takes memory for all of them at once, up to 65,536, so that
/// a file of 52 bytes takes 1.5 GB and 15 seconds. Source: the WebP lossless bitstream specification, sections 3 to 6.
/// </summary>
internal ref struct WebpCodes(ReadOnlySpan<byte> data)
{
    private const int Literals = 256, Lengths = 24, Distances = 40, MaximumCacheBits = 11;
    private const int EntriesPerGroup = 2300 + 654;      // of ImageSharp's tables, without a colour cache; two numbers each, and each table once more as a copy
    private const int BytesPerEntry = 2 * 8;

    private readonly ReadOnlySpan<byte> _data = data;
    private long _bit;

    private static ReadOnlySpan<byte> CodeLengthOrder => [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    // Distances 1 to 120 are places near by: rows up in the high four bits, 8 minus columns to the left in the low.
    private static ReadOnlySpan<byte> Nearby =>
    [
        0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04,
        0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d,
        0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e,
        0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e,
        0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70,
    ];

    /// <summary>The bytes that the tables of all groups take, for a picture of that size.</summary>
    /// <exception cref="InvalidDataException">The stream is broken or ends too early.</exception>
    public long MemoryOf(int height, int width)
    {
        for (int transforms = 0; Read(1) == 1; transforms++)
        {
            if (transforms == 4) throw new InvalidDataException("There are more than four transforms.");
            int type = Read(2);
            if (type == 3)
            {
                int colours = Read(8) + 1;
                Image(1, colours);
                width = Blocks(width, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
            }
            else if (type != 2)
            {
                int bits = Read(3) + 2;
                Image(Blocks(height, bits), Blocks(width, bits));
            }
        }
        int cacheBits = CacheBits(), groups = 1;
        if (Read(1) == 1)
        {
            int bits = Read(3) + 2;
            foreach (uint pixel in Image(Blocks(height, bits), Blocks(width, bits))) groups = Math.Max(groups, 1 + (int)(pixel >> 8 & 0xFFFF));
        }
        return (long)groups * BytesPerEntry * (EntriesPerGroup + (1 << cacheBits));
    }

    private static int Blocks(int size, int bits) => (size + (1 << bits) - 1) >> bits;

    private int CacheBits() => Read(1) == 0 ? 0 : Read(4) is >= 1 and <= MaximumCacheBits and var bits ? bits : throw new InvalidDataException("The colour cache is broken.");

    // The pixels of one of the small images that steer the decoding of the large one.
    private uint[] Image(int height, int width)
    {
        int cacheBits = CacheBits(), cached = 0;
        Code green = ReadCode(Literals + Lengths + (cacheBits > 0 ? 1 << cacheBits : 0)), red = ReadCode(Literals), blue = ReadCode(Literals), alpha = ReadCode(Literals), distance = ReadCode(Distances);
        uint[] pixels = new uint[height * width], cache = new uint[1 << cacheBits];
        for (int i = 0; i < pixels.Length;)
        {
            int symbol = Symbol(green);
            if (symbol < Literals)
                pixels[i++] = (uint)(symbol << 8 | Symbol(red) << 16 | Symbol(blue)) | (uint)Symbol(alpha) << 24;
            else if (symbol < Literals + Lengths)
            {
                int length = Prefixed(symbol - Literals), back = Distance(Prefixed(Symbol(distance)), width);
                if (back > i || length > pixels.Length - i) throw new InvalidDataException("A repetition reaches out of the picture.");
                for (; length > 0; length--, i++) pixels[i] = pixels[i - back];
            }
            else
            {
                for (; cached < i; cached++) cache[pixels[cached] * 0x1E35A7BD >> (32 - cacheBits)] = pixels[cached];
                pixels[i++] = cache[symbol - Literals - Lengths];
            }
        }
        return pixels;
    }

    private int Prefixed(int symbol)
    {
        if (symbol < 4) return symbol + 1;
        int extra = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << extra) + Read(extra) + 1;
    }

    private static int Distance(int code, int width) =>
        code > Nearby.Length ? code - Nearby.Length : Math.Max(1, (Nearby[code - 1] >> 4) * width + 8 - (Nearby[code - 1] & 15));

    private Code ReadCode(int symbols)
    {
        int[] lengths = new int[symbols];
        if (Read(1) == 1)
        {
            int count = Read(1) + 1, bits = Read(1) == 0 ? 1 : 8;
            for (int i = 0; i < count; i++, bits = 8)
                if (Read(bits) is var symbol && symbol < symbols) lengths[symbol] = 1;
                else throw new InvalidDataException("A code has a symbol that is not there.");
            return new Code(lengths);
        }
        int[] lengthLengths = new int[CodeLengthOrder.Length];
        for (int i = 0, count = Read(4) + 4; i < count; i++) lengthLengths[i < lengthLengths.Length ? CodeLengthOrder[i] : throw new InvalidDataException("A code is broken.")] = Read(3);
        Code code = new(lengthLengths);
        int most = Read(1) == 1 ? 2 + Read(2 + 2 * Read(3)) : symbols;
        for (int symbol = 0, before = 8; symbol < symbols && most > 0; most--)
        {
            int length = Symbol(code);
            int repeat = length switch { 16 => 3 + Read(2), 17 => 3 + Read(3), 18 => 11 + Read(7), _ => 1 };
            if (repeat > symbols - symbol) throw new InvalidDataException("A code has more lengths than symbols.");
            if (length is > 0 and < 16) before = length;
            for (; repeat > 0; repeat--) lengths[symbol++] = length == 16 ? before : length > 16 ? 0 : length;
        }
        return new Code(lengths);
    }

    // Bit by bit: of each length the codes are consecutive numbers.
    private int Symbol(Code code)
    {
        if (code.Only is { } only) return only;
        for (int length = 1, number = 0, first = 0, index = 0; length < code.Counts.Length; length++)
        {
            number |= Read(1);
            int count = code.Counts[length];
            if (number - first < count) return code.Symbols[index + number - first];
            (index, first, number) = (index + count, (first + count) << 1, number << 1);
        }
        throw new InvalidDataException("A code is not there.");
    }

    // Lowest bit first.
    private int Read(int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++, _bit++)
        {
            if (_bit >> 3 >= _data.Length) throw new InvalidDataException("The stream ends too early.");
            value |= (_data[(int)(_bit >> 3)] >> (int)(_bit & 7) & 1) << i;
        }
        return value;
    }

    /// <summary>A Huffman code: how many codes there are of each length, and the symbols in the order of their codes. A code of one symbol takes no bits.</summary>
    private sealed class Code
    {
        public Code(int[] lengths)
        {
            foreach (int length in lengths) Counts[length]++;
            Counts[0] = 0;
            Symbols = [.. Enumerable.Range(0, lengths.Length).Where(symbol => lengths[symbol] > 0).OrderBy(symbol => lengths[symbol])];
            if (Symbols.Length == 1) Only = Symbols[0];
            int space = 0;
            for (int length = 1; length < Counts.Length; length++) space += Counts[length] << (Counts.Length - 1 - length);
            if (Only is null && space != 1 << (Counts.Length - 1)) throw new InvalidDataException("A code is incomplete or has too many symbols.");
        }

        public int[] Counts { get; } = new int[16];

        public int[] Symbols { get; }

        public int? Only { get; }
    }
}
