using System.IO.MemoryMappedFiles;
using Phosphene.Runtime.Execution;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>A file mapped read-only into memory, or memory that is as lasting as one, with bounds.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;
    private ExternalFiles? _external;

    private MappedFile(string name, byte* start, long length)
    {
        Path = name;
        Length = length;
        _start = start;
    }

    private MappedFile(string path, FileStream stream)
    {
        Path = path;
        Length = stream.Length;
        // The view outlives the mapping and the stream, so that a model of a thousand files does not hold a thousand of them open.
        using var mapping = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = mapping.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>The files beside this one that its tensors point to.</summary>
    public ExternalFiles External => _external ??= new ExternalFiles(this);

    /// <summary>Whether any tensor pointed to another file.</summary>
    public bool HasExternal => _external is not null;

    /// <summary>The folder it lies in, in full; null if it is no file.</summary>
    public string? Folder => _view is null ? null : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path));

    /// <summary>Maps a file, or says in one sentence why that cannot be done.</summary>
    public static MappedFile Open(string path)
    {
        string name = Printable.Quote(path);
        if (Directory.Exists(path)) throw new ModelFormatException($"{name} is a folder; expected an ONNX model file (.onnx).");
        FileStream? stream = null;
        try
        {
            if (FileKind.IsSpecial(path)) throw new ModelFormatException($"{name} is not a regular file; save the model to disk first.");
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length == 0) throw new ModelFormatException($"{name} is empty; expected an ONNX model, so export or download it again.");
            if (stream.Length > Limits.FileBytes)
                throw new ModelFormatException($"{name} has {stream.Length} bytes; a model may have at most {Limits.FileBytes} (4 GiB).", ModelFault.Unsupported);
            return new MappedFile(path, stream);
        }
        catch (Exception failure)
        {
            stream?.Dispose();
            throw failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => Unopened("does not exist; check the path of the model."),
                UnauthorizedAccessException => Unopened("may not be read by this user; check its permissions."),
                IOException or NotSupportedException or ArgumentException => Unopened($"cannot be opened as a model file: {failure.Message}"),
                _ => failure,
            };

            ModelFormatException Unopened(string why) => new($"{name} {why}", ModelFault.Malformed, failure);
        }
    }

    /// <summary>What a stream over memory holds: that of an embedded resource stays where it is as long as its assembly is loaded.</summary>
    public static MappedFile Over(string name, UnmanagedMemoryStream stream) => new(name, stream.PositionPointer, stream.Length - stream.Position);

    /// <summary>The address of a byte. The caller has checked that [offset, offset + length) lies in the file.</summary>
    public byte* At(long offset)
    {
        ObjectDisposedException.ThrowIf(_start is null, typeof(OnnxModel));
        return _start + offset;
    }

    /// <summary>A part of the file as a span.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new(At(offset), length);
    }

    /// <summary>Takes a part out of memory until it is read again, if it lies in a file.</summary>
    public void LetGo(long offset, long length)
    {
        if (_view is not null && _start is not null) NativeBlock.LetGoOfFile(_start + offset, length);
    }

    /// <summary>All bytes, to be read from the first to the last.</summary>
    public Stream OpenBytes() => new UnmanagedMemoryStream(At(0), Length);

    public void Dispose()
    {
        if (_start is null) return;
        _start = null;
        _external?.Dispose();
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
    }
}
