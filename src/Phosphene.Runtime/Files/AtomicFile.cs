using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Phosphene.Runtime.Files;

/// <summary>
/// Writes a file whole or not at all: the content goes to a temporary file in the same folder, is flushed to the disk, and takes the name
/// in one step. Whatever happens on the way, readers see the old content or the new, never a part. What a killed process leaves, ".*.phosphene.tmp", is
/// swept away by the next process that writes into the folder: at once if it was a process of this machine, otherwise a minute later or more.
/// </summary>
public static class AtomicFile
{
    // Errno ENOSPC and EDQUOT (Linux, macOS); HRESULTs of ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL and ERROR_DISK_QUOTA_EXCEEDED (Windows).
    private static readonly int[] s_diskFull = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070), unchecked((int)0x8007050F)];

    // Nobody takes so long from one write to the next. Locks alone do not do: some file systems have none, and a file is open for a moment before it is locked.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromMinutes(1);

    private const string Suffix = ".phosphene.tmp";

    // Of the machine: letters and digits only, for a '-' ends it.
    private static string Prefix { get; } = $".{string.Concat(Environment.MachineName.Where(char.IsAsciiLetterOrDigit))}-";

    /// <summary>Called before anything is done to the disk, with the file or the folder: where tests have it fail as a disk does. Nothing outside of tests sets it.</summary>
    internal static AsyncLocal<Action<FileAction, string>?> Fault { get; } = new();

    private static readonly ConcurrentDictionary<string, bool> s_swept = [];

    private static readonly EnumerationOptions s_hidden = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>
    /// Creates or replaces the file at <paramref name="path"/> with what <paramref name="write"/> writes. If the path is a symbolic link, its
    /// target is replaced and the link stays; the permissions of a replaced file are kept. When writing fails, the temporary file is removed,
    /// an existing file is untouched, and what <paramref name="write"/> threw is passed on, unless it is that the disk is full.
    /// </summary>
    /// <param name="path">The file to create or replace; its folder must exist.</param>
    /// <param name="write">Writes the content; need not flush or close. The stream can seek.</param>
    /// <exception cref="OutputFileException">
    /// The folder is missing or read-only, the disk is full, or the path is a folder or a device; the message says which and what to do.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        string folder = Path.GetDirectoryName(target)!;
        string temporary = "";
        bool created = false, written = false, flushed = false;
        try
        {
            using FileStream stream = CreateTemporary(folder, out temporary);
            created = true;
            Before(FileAction.Write, path);
            write(stream);
            written = true;
            Before(FileAction.Flush, path);
            stream.Flush(flushToDisk: true);
            flushed = true;
            if (!OperatingSystem.IsWindows() && File.Exists(target)) File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            Before(FileAction.Rename, path);
            // While it is open, for nobody sweeps away what is.
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            if (created) TryDelete(temporary);
            if (Explain(e, path, folder, created, written, flushed) is { } sentence) throw new OutputFileException(sentence, e);
            throw;
        }
    }

    /// <summary>Sweeps away what killed processes have left in a folder. What is open is locked, and stays. A process does so by itself when it first writes into the folder.</summary>
    /// <exception cref="OutputFileException">The folder cannot be listed.</exception>
    public static void Sweep(string folder)
    {
        if (!Directory.Exists(folder)) return;
        try
        {
            Before(FileAction.List, folder);
            foreach (string left in Directory.EnumerateFiles(folder, $".*{Suffix}", s_hidden))
                if (IsOfTheDead(left) || IsOld(left)) Delete(left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"Cannot write into '{folder}': what is in it cannot be listed ({e.Message}); check the folder or choose another.", e);
        }
    }

    // Whoever is killed leaves a temporary file, with the name of its machine and its number in it.
    private static FileStream CreateTemporary(string folder, out string temporary)
    {
        if (s_swept.TryAdd(folder, true)) Sweep(folder);
        Before(FileAction.Create, folder);
        temporary = Path.Combine(folder, $"{Prefix}{Environment.ProcessId}-{Path.GetFileNameWithoutExtension(Path.GetRandomFileName())}{Suffix}");
        return new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 1 << 16);
    }

    private static bool IsOld(string left) => File.GetLastWriteTimeUtc(left) <= DateTime.UtcNow - s_abandoned;

    private static bool IsOfTheDead(string left)
    {
        string name = Path.GetFileName(left);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !int.TryParse(name[Prefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process)) return false;
        try
        {
            using Process alive = Process.GetProcessById(process);
            return alive.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;                                            // another user's
        }
    }

    private static void Delete(string left)
    {
        try
        {
            using var stream = new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or another's, or gone already.
        }
    }

    /// <summary>The file that takes the content: the full path, through symbolic links.</summary>
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.EndsInDirectorySeparator(full) || Directory.Exists(full))
            throw new OutputFileException($"Cannot write '{path}': it is a folder; give the name of a file in it.");
        if (new FileInfo(full).LinkTarget is not null) full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        bool device = !OperatingSystem.IsWindows()
            && (full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
                || full.StartsWith("/proc/", StringComparison.Ordinal));
        return device
            ? throw new OutputFileException(
                $"Cannot write '{path}': it is a device or a pipe, and only an ordinary file can be replaced whole; give the name of a file.")
            : full;
    }

    /// <summary>The sentence for an error of the file system; null for everything else.</summary>
    private static string? Explain(Exception error, string path, string folder, bool created, bool written, bool flushed) => error switch
    {
        DirectoryNotFoundException when !created =>
            $"Cannot write '{path}': the folder '{folder}' does not exist; create it or choose another.",
        OutputFileException => null,                                 // it says so itself
        UnauthorizedAccessException when !created =>
            $"Cannot write '{path}': no permission to create files in '{folder}'; change its permissions or choose another folder.",
        IOException when s_diskFull.Contains(error.HResult) =>
            $"Cannot write '{path}': the disk is full or a quota is reached; free some space or choose another disk.",
        IOException when !created && !Directory.Exists(folder) =>
            $"Cannot write '{path}': '{folder}' is not a folder; choose another.",
        IOException when !created =>
            $"Cannot write '{path}': no file can be created in '{folder}' ({error.Message}); choose another folder.",
        IOException or UnauthorizedAccessException when written && !flushed =>
            $"Cannot write '{path}': the disk does not take it ({error.Message}); check the disk or choose another.",
        IOException or UnauthorizedAccessException when flushed =>
            $"Cannot write '{path}': the existing file cannot be replaced ({error.Message}); close it in other programs or choose another name.",
        _ => null,
    };

    private static void Before(FileAction action, string path) => Fault.Value?.Invoke(action, path);

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}

/// <summary>What <see cref="AtomicFile"/> does to the disk.</summary>
internal enum FileAction
{
    /// <summary>Makes a temporary file.</summary>
    Create,

    /// <summary>Writes its content.</summary>
    Write,

    /// <summary>Flushes it to the disk.</summary>
    Flush,

    /// <summary>Gives it its name.</summary>
    Rename,

    /// <summary>Lists a folder.</summary>
    List,
}
