namespace Phosphene.Images;

/// <summary>The checksum of PNG chunks: CRC-32 with the reflected polynomial EDB88320 (PNG specification, annex D).</summary>
internal static class Crc32
{
    /// <summary>The state before any byte; the checksum of the bytes so far is the complement of the state.</summary>
    public const uint Start = 0xFFFFFFFF;

    private static readonly uint[] s_table = Table();

    /// <summary>The state after more bytes.</summary>
    public static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        uint[] table = s_table;
        foreach (byte b in bytes) state = table[(byte)(state ^ b)] ^ (state >> 8);
        return state;
    }

    private static uint[] Table()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
