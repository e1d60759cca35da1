namespace Phosphene.Images;

/// <summary>
/// What a look at the structure of a file yields before anything is decoded: the bytes to decode, which hold one image and nothing that decoding
/// does not need, and what is known about it.
/// </summary>
/// <param name="Bytes">The bytes to decode: a part of the file, or a file made of its parts.</param>
/// <param name="Channels">Channels of the picture: 1, 3 or 4.</param>
internal sealed record Container(ArraySegment<byte> Bytes, int Channels)
{
    /// <summary>How the picture is turned and mirrored, 1 to 8 as EXIF counts; 1 is upright.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>No more pixels than this can come out of so few bytes.</summary>
    public long MostPixels { get; init; } = long.MaxValue;

    /// <summary>Bytes that decoding takes besides the pixels and what the decoder asks its allocator for.</summary>
    public long ExtraMemory { get; init; }

    /// <summary>Texts beside the pixels.</summary>
    public IReadOnlyList<PngText> Texts { get; init; } = [];
}
