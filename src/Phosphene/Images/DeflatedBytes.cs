namespace Phosphene.Images;

/// <summary>
/// Bytes to inflate, which remember whether more was asked for than there are: a zlib stream that is whole ends by itself before that, and .NET ends one
/// that is not without a word.
/// </summary>
internal sealed class DeflatedBytes(ArraySegment<byte> bytes) : MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
{
    /// <summary>Whether more was asked for than there is.</summary>
    public bool RanDry { get; private set; }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = base.Read(buffer, offset, count);
        RanDry |= read == 0;
        return read;
    }
}
