using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Runtime.Training;

/// <summary>Collects the entries of a checkpoint, then writes them and their hash. The same content gives the same bytes.</summary>
internal sealed class CheckpointWriter : IDisposable
{
    public const string HashEntry = "sha256";

    private readonly List<(string Name, byte[] Content)> _entries = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(string name, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        _entries.Add((name, content.ToArray()));
        _hash.AppendData(_entries[^1].Content);
    }

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

    public void Dispose() => _hash.Dispose();
}

/// <summary>Reads the entries of a checkpoint. No more is read or allocated than the network that asks for them has.</summary>
internal sealed class CheckpointReader : IDisposable
{
    /// <summary>The most that meta.json may have.</summary>
    public const int MetaBytes = 1 << 22;

    private readonly string _path;
    private readonly ZipArchive _archive;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private CheckpointReader(string path, ZipArchive archive) => (_path, _archive) = (path, archive);

    public static CheckpointReader Open(string path)
    {
        FileStream stream = File.OpenRead(path);
        try
        {
            return new CheckpointReader(path, new ZipArchive(stream, ZipArchiveMode.Read));
        }
        catch (InvalidDataException damage)
        {
            stream.Dispose();
            throw Error(path, $"it is no checkpoint, or is cut short ({damage.Message.TrimEnd('.')})");
        }
    }

    /// <summary>The content of an entry of at most so many bytes.</summary>
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
    public void VerifyHash()
    {
        string hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (Encoding.ASCII.GetString(Read(CheckpointWriter.HashEntry, hash.Length)) != hash)
            throw Error(_path, "its content does not have the hash that it states, so it is damaged");
    }

    public static InvalidDataException Error(string path, string what) => new($"Cannot resume from '{path}': {what}.");

    public void Dispose()
    {
        _archive.Dispose();
        _hash.Dispose();
    }
}
