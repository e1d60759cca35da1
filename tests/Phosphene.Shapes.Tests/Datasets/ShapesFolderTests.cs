using Phosphene.Images;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapesFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("phosphene-shapes-").FullName;

    private static readonly ShapesDataset Dataset = new(3, 8, 1, 70);

    private string Folder => Path.Combine(_root, "new", "shapes");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Images_lie_in_folders_of_splits_and_classes()
    {
        var told = new List<int>();
        var folder = ShapesFolder.Open(Dataset, Folder);
        Assert.Equal((70, 70), (folder.Missing, folder.Write(told.Add)));
        Assert.Equal(Enumerable.Range(1, 70), told);
        Assert.Equal(["dataset.json", "labels.txt", "test", "train", "val"], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["train/00-white-single-line/00000.png", "train/55-white-filled-triangle/00055.png", "val/56-blue-filled-triangle/00056.png", "test/09-rainbow-double-line/00069.png"],
            new[] { 0, 55, 56, 69 }.Select(index => Path.GetRelativePath(Folder, folder.PathOf(index)).Replace('\\', '/')));
        for (int index = 0; index < 70; index++) Assert.Equal(Dataset.PictureOf(index).Bytes.ToArray(), Picture.Load(folder.PathOf(index)).Bytes.ToArray());
        Assert.Equal((56, 7, 7), (Count("train"), Count("val"), Count("test")));
        Assert.Equal(ShapesDataset.ClassNames, File.ReadAllLines(Path.Combine(Folder, "labels.txt")));

        // Loaders number the classes in the order of the folders' names.
        Assert.Equal(Directory.GetDirectories(Path.Combine(Folder, "train")).Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path)[3..].Replace('-', ' ')), ShapesDataset.ClassNames.Take(56));

        int Count(string split) => Directory.GetFiles(Path.Combine(Folder, split), "*.png", SearchOption.AllDirectories).Length;
    }

    [Fact]
    public void The_manifest_tells_which_dataset_it_is()
    {
        ShapesFolder.Open(new ShapesDataset(ulong.MaxValue, 8, 3, 11), Folder).Write();
        Assert.Equal($$"""
            {
              "dataset": "shapes",
              "version": "{{Provenance.CurrentVersion}}",
              "seed": 18446744073709551615,
              "size": 8,
              "channels": 3,
              "count": 11,
              "splits": {
                "train": 9,
                "val": 1,
                "test": 1
              },
              "complete": true
            }

            """, Manifest().ReplaceLineEndings());
    }

    [Fact]
    public void What_was_begun_is_completed_and_what_is_there_stays()
    {
        using var cancellation = new CancellationTokenSource();
        int written = ShapesFolder.Open(Dataset, Folder).Write(count =>
        {
            if (count == 20) cancellation.Cancel();
        }, threads: 2, cancellation.Token);
        Assert.InRange(written, 20, 22);
        Assert.Contains("\"complete\": false", Manifest(), StringComparison.Ordinal);

        var folder = ShapesFolder.Open(Dataset, Folder);
        Assert.Equal(70 - written, folder.Missing);
        File.WriteAllText(Path.Combine(Folder, "train", "notes.txt"), "mine");
        DateTime before = File.GetLastWriteTimeUtc(folder.PathOf(0));
        Assert.Equal(70 - written, folder.Write());
        Assert.Equal(before, File.GetLastWriteTimeUtc(folder.PathOf(0)));
        Assert.Contains("\"complete\": true", Manifest(), StringComparison.Ordinal);

        File.Delete(folder.PathOf(33));
        var again = ShapesFolder.Open(Dataset, Folder);
        Assert.Equal((1, 1), (again.Missing, again.Write()));
        Assert.Equal((0, 0), (ShapesFolder.Open(Dataset, Folder).Missing, ShapesFolder.Open(Dataset, Folder).Write()));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Folder, "train", "notes.txt")));
    }

    [Fact]
    public void The_files_do_not_depend_on_the_number_of_threads()
    {
        string other = Path.Combine(_root, "other");
        ShapesFolder one = ShapesFolder.Open(Dataset, Folder), three = ShapesFolder.Open(Dataset, other);
        one.Write(threads: 1);
        three.Write(threads: 3);
        for (int index = 0; index < 70; index++) Assert.Equal(File.ReadAllBytes(one.PathOf(index)), File.ReadAllBytes(three.PathOf(index)));
    }

    [Fact]
    public void Another_dataset_in_the_folder_is_refused()
    {
        ShapesFolder.Open(Dataset, Folder).Write();
        Assert.Equal(
            $"'{Folder}' holds 70 grey images of 8 x 8 pixels with seed 3 (version {Provenance.CurrentVersion}), not 70 RGB images of 9 x 9 pixels with seed 4 (version {Provenance.CurrentVersion}); "
            + "give the same options to complete it, or another folder.",
            Assert.Throws<UsageException>(() => ShapesFolder.Open(new ShapesDataset(4, 9, 3, 70), Folder)).Message);
    }

    [Fact]
    public void A_folder_with_other_things_is_refused_but_hidden_files_are_none()
    {
        File.WriteAllText(Path.Combine(_root, ".hidden"), "");
        Assert.Equal(70, ShapesFolder.Open(Dataset, _root).Missing);
        File.WriteAllText(Path.Combine(_root, "photo.jpg"), "");
        Assert.Equal($"'{_root}' is not empty and holds no dataset of shapes; give a new or an empty folder.",
            Assert.Throws<UsageException>(() => ShapesFolder.Open(Dataset, _root)).Message);
    }

    [Theory]
    [InlineData("{", " is not valid JSON: ")]
    [InlineData("{ \"name\": \"mine\" }", ": 'dataset' is missing, where \"shapes\" is expected.")]
    [InlineData("{ \"dataset\": \"shapes\", \"version\": \"0\", \"seed\": 0, \"size\": 5, \"channels\": 3, \"count\": 1, \"complete\": true }", ": 'size' is 5, where an integer from 8 to 1024 is expected.")]
    [InlineData("{ \"dataset\": \"shapes\", \"version\": \"0\", \"seed\": 0, \"size\": 8, \"channels\": 2, \"count\": 1, \"complete\": true }", ": 'channels' is 2, where 1 or 3 is expected.")]
    public void A_manifest_that_is_none_is_named(string text, string message)
    {
        File.WriteAllText(Path.Combine(_root, "dataset.json"), text);
        string told = Assert.Throws<InputFileException>(() => ShapesFolder.Open(Dataset, _root)).Message;
        Assert.StartsWith($"'{Path.Combine(_root, "dataset.json")}'{message}", told, StringComparison.Ordinal);
        Assert.EndsWith("It describes no dataset of shapes that can be completed; give a new or an empty folder.", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_and_the_others_stay()
    {
        var folder = ShapesFolder.Open(Dataset, Folder);
        Directory.CreateDirectory(folder.PathOf(40));
        OutputFileException error = Assert.Throws<OutputFileException>(() => folder.Write(threads: 1));
        Assert.StartsWith($"Cannot write '{folder.PathOf(40)}': it is a folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"complete\": false", Manifest(), StringComparison.Ordinal);
        Directory.Delete(folder.PathOf(40));
        var again = ShapesFolder.Open(Dataset, Folder);
        Assert.InRange(again.Missing, 1, 69);
        Assert.Equal(again.Missing, again.Write());
    }

    private string Manifest() => File.ReadAllText(Path.Combine(Folder, "dataset.json"));
}
