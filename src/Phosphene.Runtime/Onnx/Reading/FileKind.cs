using System.Runtime.InteropServices;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// What stands behind a path, asked before it is opened: opening a pipe would wait for a writer. Linux is asked by statx, whose structure is the same
/// on every processor; elsewhere a pipe or a device shows as a file of length 0.
/// </summary>
internal static unsafe partial class FileKind
{
    private const int CurrentFolder = -100, NoFollow = 0x100, ModeAndLinks = 7, TypeMask = 0xF000, RegularType = 0x8000;
    private const int LinksAt = 16, ModeAt = 28, Size = 256;

    /// <summary>Whether the path, followed through links, is something other than an ordinary file, such as a pipe or a device. False if there is nothing.</summary>
    public static bool IsSpecial(string path) => Stat(path, 0) is var (mode, _) ? (mode & TypeMask) != RegularType : !OperatingSystem.IsWindows() && new FileInfo(path) is { Exists: true, Length: 0 };

    /// <summary>How many names (hard links) the file has; 1 where the system does not tell.</summary>
    public static uint Links(string path) => Stat(path, NoFollow)?.Links ?? 1;

    /// <summary>Whether the path itself is a symbolic link or, on Windows, a junction.</summary>
    public static bool IsLink(string path) => new FileInfo(path).Attributes is not (FileAttributes)(-1) and var attributes && attributes.HasFlag(FileAttributes.ReparsePoint);

    private static (int Mode, uint Links)? Stat(string path, int flags)
    {
        if (!OperatingSystem.IsLinux()) return null;
        byte* answer = stackalloc byte[Size];
        try
        {
            return Ask(CurrentFolder, path, flags, ModeAndLinks, answer) == 0 ? (*(ushort*)(answer + ModeAt), *(uint*)(answer + LinksAt)) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;   // a C library older than 2018
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ask(int folder, string path, int flags, uint mask, byte* answer);
}
