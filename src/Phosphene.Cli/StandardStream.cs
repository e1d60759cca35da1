using System.Text;
using Phosphene.Runtime.Files;

namespace Phosphene.Cli;

/// <summary>
/// Standard output or standard error, which may be closed, or lie on a disk that is full. .NET says of that that access to a path is denied; here it is said
/// of the stream. What cannot be said, because standard error takes nothing, is dropped: the exit code is still there.
/// </summary>
internal sealed class StandardStream(Stream inner, string? name) : Stream
{
    /// <summary>Standard output: what cannot be written is an error.</summary>
    public static TextWriter Output() => Writer(Console.OpenStandardOutput(), "Standard output");

    /// <summary>Standard error: what cannot be written is lost.</summary>
    public static TextWriter Error() => Writer(Console.OpenStandardError(), null);

    /// <summary>A writer that many threads may use, and that keeps nothing back.</summary>
    /// <param name="stream">What is written to.</param>
    /// <param name="name">What it is called in an error; null if errors are to be dropped.</param>
    internal static TextWriter Writer(Stream stream, string? name)
    {
        Encoding encoding = Console.OutputEncoding is UTF8Encoding ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) : Console.OutputEncoding;
        return TextWriter.Synchronized(new StreamWriter(new StandardStream(stream, name), encoding) { AutoFlush = true });
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
            inner.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
        {
            if (name is null) return;
            // What is closed has no handle to write to, which .NET takes for a lack of rights.
            string why = error is IOException ? error.Message.TrimEnd('.') : "it is closed";
            throw new OutputFileException($"{name} cannot be written: {why}; let it go to a terminal, a file or a pipe, or to /dev/null.", error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
