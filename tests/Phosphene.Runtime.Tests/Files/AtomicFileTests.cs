using System.Runtime.Versioning;
using Phosphene.Runtime.Files;
using Xunit;

namespace Phosphene.Runtime.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File1 => Path.Combine(_folder, "a.bin");

    [Fact]
    public void A_new_file_has_what_was_written_and_nothing_else_is_left()
    {
        AtomicFile.Write(File1, stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(File1));
        Assert.Equal([File1], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_shorter_content_replaces_a_longer_one_whole()
    {
        AtomicFile.Write(File1, stream => stream.Write(new byte[100_000]));
        AtomicFile.Write(File1, stream => stream.Write([4]));
        Assert.Equal([4], File.ReadAllBytes(File1));
    }

    [Fact]
    public void The_old_content_stays_until_the_new_one_is_complete()
    {
        File.WriteAllBytes(File1, [1]);
        AtomicFile.Write(File1, stream =>
        {
            stream.Write([2, 3]);
            stream.Flush();
            Assert.Equal([1], File.ReadAllBytes(File1));
        });
        Assert.Equal([2, 3], File.ReadAllBytes(File1));
    }

    [Fact]
    public void When_writing_fails_the_old_file_stays_and_no_temporary_file_is_left()
    {
        File.WriteAllBytes(File1, [1]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(File1, stream =>
        {
            stream.Write(new byte[200_000]);
            throw new InvalidOperationException("mine");
        }));
        Assert.Equal("mine", error.Message);
        Assert.Equal([1], File.ReadAllBytes(File1));
        Assert.Equal([File1], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void When_writing_a_new_file_fails_nothing_is_left()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(File1, _ => throw new InvalidOperationException()));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_a_killed_process_left_is_swept_away_and_what_is_being_written_stays()
    {
        string left = Path.Combine(_folder, ".left.phosphene.tmp"), other = Path.Combine(_folder, ".mine.tmp");
        string recent = Path.Combine(_folder, ".recent.phosphene.tmp");
        foreach (string file in new[] { left, recent }) File.WriteAllBytes(file, new byte[1000]);
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddMinutes(-2));
        File.WriteAllBytes(other, [7]);
        // A process sweeps a folder once; by another name it is another.
        string otherName = Directory.CreateTempSubdirectory("phosphene-link-").FullName, link = Path.Combine(otherName, "link");
        AtomicFile.Write(Path.Combine(_folder, "b.bin"), outer =>
        {
            outer.Write([1, 2]);
            Assert.False(File.Exists(left));
            string[] writing = Directory.GetFiles(_folder, ".*.phosphene.tmp");
            Assert.Equal(2, writing.Length);
            // Open and long without a write: the lock keeps it.
            File.SetLastWriteTimeUtc(writing.Single(file => file != recent), DateTime.UtcNow.AddMinutes(-2));
            if (!OperatingSystem.IsWindows()) Directory.CreateSymbolicLink(link, _folder);
            AtomicFile.Write(Path.Combine(OperatingSystem.IsWindows() ? _folder : link, "a.bin"), stream => stream.Write([3]));
            Assert.Equal(writing, Directory.GetFiles(_folder, ".*.phosphene.tmp"));
            outer.Write([4]);
        });
        Directory.Delete(otherName, recursive: true);
        Assert.Equal([1, 2, 4], File.ReadAllBytes(Path.Combine(_folder, "b.bin")));
        Assert.Equal([3], File.ReadAllBytes(File1));
        Assert.Equal([other, recent, File1, Path.Combine(_folder, "b.bin")], Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_process_of_this_machine_left_is_swept_away_once_it_is_gone()
    {
        string own = "";
        AtomicFile.Write(File1, _ => own = Directory.GetFiles(_folder, ".*.phosphene.tmp").Single());
        string machine = Path.GetFileName(own).Split('-')[0], dead = Path.Combine(_folder, $"{machine}-99999999-x.phosphene.tmp");
        string[] stay = [Path.Combine(_folder, $"{machine}-{Environment.ProcessId}-x.phosphene.tmp"), Path.Combine(_folder, ".elsewhere-99999999-x.phosphene.tmp"), Path.Combine(_folder, $"{machine}-y.phosphene.tmp")];
        foreach (string file in (string[])[dead, .. stay]) File.WriteAllBytes(file, [1]);
        AtomicFile.Sweep(_folder);
        Assert.False(File.Exists(dead));
        Assert.All(stay, file => Assert.True(File.Exists(file), file));
        AtomicFile.Sweep(Path.Combine(_folder, "nowhere"));
    }

    [Fact]
    public void Many_may_write_one_file_at_once()
    {
        Parallel.For(0, 200, i => AtomicFile.Write(File1, stream => stream.Write(Enumerable.Repeat((byte)i, 3000).ToArray())));
        byte[] content = File.ReadAllBytes(File1);
        Assert.Equal(Enumerable.Repeat(content[0], 3000), content);
        Assert.Equal([File1], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string path = Path.Combine(_folder, "none", "a.bin");
        Assert.Equal(
            $"Cannot write '{path}': the folder '{Path.Combine(_folder, "none")}' does not exist; create it or choose another.",
            Assert.Throws<OutputFileException>(() => AtomicFile.Write(path, _ => { })).Message);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_named() =>
        Assert.Equal($"Cannot write '{_folder}': it is a folder; give the name of a file in it.", Assert.Throws<OutputFileException>(() => AtomicFile.Write(_folder, _ => { })).Message);

    [Fact]
    public void A_file_in_place_of_the_folder_is_named()
    {
        File.WriteAllBytes(File1, [1]);
        string path = Path.Combine(File1, "b.bin");
        string message = Assert.Throws<OutputFileException>(() => AtomicFile.Write(path, _ => { })).Message;
        Assert.StartsWith($"Cannot write '{path}': ", message, StringComparison.Ordinal);
        Assert.Contains($"'{File1}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_said_in_one_sentence()
    {
        int full = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
        Assert.Equal(
            $"Cannot write '{File1}': the disk is full or a quota is reached; free some space or choose another disk.",
            Assert.Throws<OutputFileException>(() => AtomicFile.Write(File1, _ => throw new IOException("No space left on device", full))).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [OrdinaryUserFact]
    [UnsupportedOSPlatform("windows")]
    public void A_read_only_folder_is_named()
    {
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string message = Assert.Throws<OutputFileException>(() => AtomicFile.Write(File1, _ => { })).Message;
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal($"Cannot write '{File1}': no permission to create files in '{_folder}'; change its permissions or choose another folder.", message);
    }

    [UnixFact]
    public void A_device_is_refused_and_stays()
    {
        Assert.Contains("it is a device or a pipe", Assert.Throws<OutputFileException>(() => AtomicFile.Write("/dev/null", _ => { })).Message, StringComparison.Ordinal);
        File.WriteAllText("/dev/null", "gone");
        Assert.Equal("", File.ReadAllText("/dev/null"));
    }

    [UnixFact]
    public void A_symbolic_link_stays_and_its_target_is_replaced()
    {
        string link = Path.Combine(_folder, "link");
        File.WriteAllBytes(File1, [1]);
        File.CreateSymbolicLink(link, File1);
        AtomicFile.Write(link, stream => stream.Write([2]));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal([2], File.ReadAllBytes(File1));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void The_permissions_of_a_replaced_file_are_kept()
    {
        File.WriteAllBytes(File1, [1]);
        File.SetUnixFileMode(File1, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(File1, stream => stream.Write([2]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1));
    }
}
