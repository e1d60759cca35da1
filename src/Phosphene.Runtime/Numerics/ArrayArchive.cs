using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Numerics;

/// <summary>
/// The state of something long, to go on from: a zip of .npy arrays, which numpy.load opens, and of other entries, with a hash of all. This collects the
/// entries and then writes them, whole or not at all. The same content gives the same bytes.
/// </summary>
public sealed class ArrayArchiveWriter : IDisposable
{
    /// <summary>The entry with the SHA-256 of all others, in order.</summary>
    public const string HashEntry = "sha256";

    private readonly List<(string Name, byte[] Content)> _entries = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds an entry.</summary>
    /// <param name="name">Its path in the archive.</param>
    /// <param name="write">Writes its content.</param>
    public void Add(string name, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        _entries.Add((name, content.ToArray()));
        _hash.AppendData(_entries[^1].Content);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="OutputFileException">It cannot be written; the message says why.</exception>
    public void Write(string path)
    {
        _entries.Add((HashEntry, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(_hash.GetHashAndReset()))));
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, byte[] content) in _entries)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);      // weights do not get smaller
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream to = entry.Open();
                to.Write(content);
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}

/// <summary>Reads what an <see cref="ArrayArchiveWriter"/> wrote. No more is read or allocated than is asked for.</summary>
public sealed class ArrayArchiveReader : IDisposable
{
    /// <summary>The most that meta.json may have.</summary>
    public const int MetaBytes = 1 << 22;

    private readonly string _path;
    private readonly ZipArchive _archive;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private ArrayArchiveReader(string path, ZipArchive archive) => (_path, _archive) = (path, archive);

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ArrayArchiveReader Open(string path)
    {
        FileStream stream = File.OpenRead(path);
        try
        {
            return new ArrayArchiveReader(path, new ZipArchive(stream, ZipArchiveMode.Read));
        }
        catch (InvalidDataException damage)
        {
            stream.Dispose();
            throw Error(path, $"it is no checkpoint, or is cut short ({damage.Message.TrimEnd('.')})");
        }
    }

    /// <summary>The content of an entry of at most so many bytes.</summary>
    /// <exception cref="InvalidDataException">There is no such entry, it has more bytes, or it is damaged.</exception>
    public byte[] Read(string name, long most)
    {
        try
        {
            ZipArchiveEntry entry = _archive.GetEntry(name) ?? throw Error(_path, $"it lacks '{name}'");
            if (entry.Length > most) throw Error(_path, $"its '{name}' has {entry.Length} bytes, where at most {most} are expected");
            var content = new byte[entry.Length];
            using Stream from = entry.Open();
            from.ReadExactly(content);
            _hash.AppendData(content);
            return content;
        }
        catch (Exception damage) when (damage is EndOfStreamException || (damage is InvalidDataException && !damage.Message.StartsWith("Cannot resume", StringComparison.Ordinal)))
        {
            throw Error(_path, $"its '{name}' is damaged ({damage.Message.TrimEnd('.')})");
        }
    }

    /// <summary>An array of the given shape.</summary>
    /// <exception cref="InvalidDataException">There is no such array, it has another shape, or it is damaged.</exception>
    public float[] ReadArray(string name, Shape shape)
    {
        byte[] content = Read(name, NpyHeader.Encode("<f4", shape).Length + (long)shape.Count * sizeof(float));
        using var stream = new MemoryStream(content);
        (Shape stored, float[] values) = ReadArray(stream, name);
        return stored == shape ? values : throw Error(_path, $"its '{name}' is {stored}, where {shape} is expected");
    }

    private (Shape, float[]) ReadArray(Stream stream, string name)
    {
        try
        {
            return NpyFile.Read(stream, name);
        }
        catch (InvalidDataException damage)
        {
            throw Error(_path, $"its '{name}' is damaged ({damage.Message.TrimEnd('.')})");
        }
    }

    /// <summary>Compares the hash of all that was read, in the order in which it was written.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public void VerifyHash()
    {
        string hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (Encoding.ASCII.GetString(Read(ArrayArchiveWriter.HashEntry, hash.Length)) != hash)
            throw Error(_path, "its content does not have the hash that it states, so it is damaged");
    }

    /// <summary>What is thrown when a file cannot be used.</summary>
    public static InvalidDataException Error(string path, string what) => new($"Cannot resume from '{path}': {what}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _archive.Dispose();
        _hash.Dispose();
    }
}
