using System.Text.Json;
using Phosphene.Images;
using Phosphene.Runtime.Files;

namespace Phosphene.Studio.Live;

/// <summary>
/// The folder of an ascent. All is written in the background, in the order in which it was asked for, each file whole or not at all, and the record last, so that a record never speaks of what is not there:
/// a server that is killed at any moment goes on with what the last record says. Of what cannot be written the next record is missing, and nothing else.
/// </summary>
internal sealed class AscentFolder
{
    private const string Record = "ascent.json", Numbers = ".numbers", Strip = ".jpg";

    private readonly Lock _lock = new();
    private readonly string _path;
    private Task _writing = Task.CompletedTask;
    private Saving? _latest;
    private int _waiting, _serial;

    private AscentFolder(string path) => _path = path;

    /// <summary>The folder of a new ascent.</summary>
    /// <exception cref="OutputFileException">It cannot be made.</exception>
    public static AscentFolder Create(string path)
    {
        OutputFolder.Create(path);
        return new AscentFolder(path);
    }

    /// <summary>Whether a folder has a record, one that can be read or not.</summary>
    public static bool HasRecord(string path) => File.Exists(Path.Combine(path, Record));

    /// <summary>A folder that is there, and its record; null if there is none that can be read.</summary>
    public static (AscentFolder Folder, AscentRecord Record)? Open(string path)
    {
        try
        {
            if (JsonSerializer.Deserialize<AscentRecord>(File.ReadAllBytes(Path.Combine(path, Record)), JsonSerializerOptions.Web) is not { Model: not null, Objective: not null, Recipe: not null } record) return null;
            var folder = new AscentFolder(path);
            // Neither the numbers that the record speaks of nor those of a snapshot are ever overwritten.
            folder._serial = 1 + Directory.EnumerateFiles(path, $"*{Numbers}").Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file), out int serial) ? serial : 0).DefaultIfEmpty().Max();
            return (folder, record);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether something waits to be written: then it is too early to write more.</summary>
    public bool IsBusy => Volatile.Read(ref _waiting) > 0;

    /// <summary>A file for numbers that is not there yet.</summary>
    public string NewNumbers() => $"{++_serial}{Numbers}";

    /// <summary>The path of a file that a record speaks of.</summary>
    public string PathOf(string file) => Path.Combine(_path, Path.GetFileName(file));

    /// <summary>The path of the small picture of a snapshot.</summary>
    public string StripPath(int step) => Path.Combine(_path, $"{step}{Strip}");

    /// <summary>Keeps a picture under its content; at once.</summary>
    /// <returns>The name of the file.</returns>
    public string Keep(Picture picture)
    {
        string name = $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture.Bytes))[..16]}.png";
        Flush();                                                     // an earlier record would throw it away
        if (!File.Exists(PathOf(name))) AtomicFile.Write(PathOf(name), stream => PngWriter.Write(stream, picture));
        return name;
    }

    /// <summary>Writes a record and what it newly speaks of, in the background. A record that still waits to be written is overtaken: it is never written, and what it held is free.</summary>
    /// <param name="record">The record.</param>
    /// <param name="before">Writes what must be there before it.</param>
    public void Save(AscentRecord record, Action before)
    {
        var saving = new Saving(() =>
        {
            before();
            AtomicFile.Write(Path.Combine(_path, Record), stream => JsonSerializer.Serialize(stream, record, JsonSerializerOptions.Web));
            RemoveUnused(record);
        });
        Interlocked.Exchange(ref _latest, saving)?.Take();
        Do(() => saving.Take()?.Invoke());
    }

    /// <summary>Writes what the next record will speak of, in the background.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="failed">Told, by the thread that writes, if it cannot be written.</param>
    public void Do(Action write, Action? failed = null)
    {
        Interlocked.Increment(ref _waiting);
        lock (_lock) _writing = _writing.ContinueWith(_ => Try(write, failed), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    // A record to write, once.
    private sealed class Saving(Action write)
    {
        private Action? _write = write;

        public Action? Take() => Interlocked.Exchange(ref _write, null);
    }

    /// <summary>Waits until all is written.</summary>
    public void Flush()
    {
        Task writing;
        lock (_lock) writing = _writing;
        writing.Wait();
    }

    private void RemoveUnused(AscentRecord record)
    {
        HashSet<string> used = [Record, .. record.Snapshots.Select(place => place.File), .. record.Snapshots.Select(place => $"{place.Step}{Strip}"),
            .. record.Snapshots.Append(record.Place).Select(place => place?.Mask?.Kept).Append(record.Mask?.Kept).OfType<string>(), .. record.Place is { } place ? [place.File] : Array.Empty<string>()];
        foreach (string file in Directory.EnumerateFiles(_path))
            if (!used.Contains(Path.GetFileName(file))) File.Delete(file);
    }

    private void Try(Action write, Action? failed)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is OutputFileException or IOException or UnauthorizedAccessException)
        {
            // A full disk stops no ascent; what was written before stays.
            failed?.Invoke();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
