namespace Phosphene.Images;

/// <summary>
/// The data of a PNG's consecutive IDAT chunks as one stream to read; ends before the first chunk of another type, which is then current.
/// </summary>
internal sealed class PngDataStream(PngChunks chunks) : Stream
{
    /// <summary>
    /// Whether more was asked for than there is. A zlib stream that is whole ends by itself before that; one that is not, .NET ends silently.
    /// </summary>
    public bool RanDry { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (chunks.Type == "IDAT" && buffer.Length > 0)
        {
            int count = chunks.Read(buffer);
            if (count > 0) return count;
            chunks.Next();
        }
        RanDry |= buffer.Length > 0;
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
