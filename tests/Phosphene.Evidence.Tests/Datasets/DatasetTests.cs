using System.Buffers.Binary;
using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Runtime.Tests;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Evidence.Tests.Datasets;

public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string List(string text)
    {
        File.WriteAllText(_folder.At("list.txt"), text);
        return _folder.At("list.txt");
    }

    [Fact]
    public void The_folder_that_an_image_lies_in_is_its_class()
    {
        foreach (string name in new[] { "cats/1.png", "cats/wild/2.png", "3.png" }) File.WriteAllText(_folder.At(name), "");
        Dataset dataset = Dataset.Open(_folder.Path);
        Assert.Equal([("3.png", null), ("cats/1.png", "cats"), ("cats/wild/2.png", "cats")], dataset.Files.Select(file => (file, dataset.ClassOf(file))));
        Assert.Equal($"folder '{_folder.Path}'", dataset.Name);
    }

    [Fact]
    public void A_list_names_images_from_its_folder_on_with_their_classes()
    {
        Picture first = _folder.Picture("z/one.png", 1), second = _folder.Picture("two.png", 2);
        Dataset dataset = Dataset.Open(List($"# photos\r\nz/one.png\tgreat white shark\r\n\r\n{_folder.At("two.png")}\n"));
        Assert.Equal(["z/one.png", _folder.At("two.png")], dataset.Files);
        Assert.Equal(["great white shark", null], dataset.Files.Select(dataset.ClassOf));
        Assert.Equal(first.Bytes, dataset.Read("z/one.png").Bytes);
        Assert.Equal(second.Bytes, dataset.Read(_folder.At("two.png")).Bytes);
    }

    [Fact]
    public void What_is_no_list_is_refused()
    {
        _folder.Picture("a.png", 1);
        Assert.Equal($"'{_folder.At("a.png")}' is no list of images: it is not text. Give a folder, or a text file with the path of an image on each line.", Refused(_folder.At("a.png")));
        Assert.Equal($"List '{_folder.At("list.txt")}' names no images; the path of one is expected on each line.", Refused(List("# none\n\n")));
        Assert.Equal($"List '{_folder.At("list.txt")}' names 'a.png' again on line 3; each image is expected once.", Refused(List("a.png\nb.png\na.png\tdog")));
        Assert.Equal($"Folder '{_folder.At("none")}' does not exist; check its path.", Refused(_folder.At("none")));

        static string Refused(string path) => Assert.Throws<InputFileException>(() => Dataset.Open(path)).Message;
    }

    [Fact]
    public void Images_and_folders_can_be_named_one_by_one()
    {
        _folder.Picture("b/2.png", 1);
        _folder.Picture("b/1.png", 2);
        _folder.Picture("a.png", 3);
        Assert.Equal([_folder.At("a.png"), _folder.At("b/1.png"), _folder.At("b/2.png"), _folder.At("a.png")], ImageFiles.Of([_folder.At("a.png"), _folder.At("b"), _folder.At("a.png")]).Files);
        Assert.Equal($"Image '{_folder.At("c.png")}' does not exist; check its path.", Assert.Throws<InputFileException>(() => ImageFiles.Of([_folder.At("a.png"), _folder.At("c.png")])).Message);
    }

    [Fact]
    public void A_missing_image_of_a_list_is_skipped_by_name_and_the_size_of_the_others_is_told()
    {
        _folder.Picture("one.png", 1, 6, 9);
        ImageBatch batch = Assert.Single(new ImageBatches(Dataset.Open(List("none.png\none.png")), 4, 5, 8).Read());
        Assert.Equal(new ImageSize(6, 9), Assert.Single(batch.Images).Original);
        Assert.Equal("none.png", Assert.Single(batch.Skipped).File);
    }

    [Fact]
    public void Batches_can_begin_with_any_image()
    {
        for (int i = 0; i < 7; i++) _folder.Picture($"{i}.png", i);
        Assert.Equal([[4, 5], [6]], new ImageBatches(ImageFolder.Open(_folder.Path), 4, 4, 2).Read(4).Select(batch => batch.Images.Select(image => image.Number)));
        Assert.Empty(new ImageBatches(ImageFolder.Open(_folder.Path), 4, 4, 2).Read(7));
    }

    [UnixFact]
    public void Broken_and_hostile_files_are_skipped_by_name_and_the_others_are_read()
    {
        byte[] picture = File.ReadAllBytes(Saved("good1.png")), bomb = [.. picture];
        Saved("good2.png");
        // A header that promises 60,000 x 60,000 pixels, with its checksum.
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(bomb.AsSpan(12, 17)));
        foreach ((string name, byte[] bytes) in new[]
        {
            ("bomb.png", bomb), ("cut.png", picture[..^20]), ("empty.jpg", []), ("flipped.png", [.. picture[..45], .. picture[45..].Select(value => (byte)~value)]), ("text.webp", "RIFF, or so"u8.ToArray()),
            ("header.jpg", [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xFF, 0xFF, 0xFF, 0xFF, 3]),
        }) File.WriteAllBytes(_folder.At(name), bytes);
        File.CreateSymbolicLink(_folder.At("gone.gif"), _folder.At("nowhere"));
        Directory.CreateDirectory(_folder.At("folder.png"));
        ImageBatch[] batches = [.. new ImageBatches(ImageFolder.Open(_folder.Path), 4, 5, 3).Read()];
        Assert.Equal(["good1.png", "good2.png"], batches.SelectMany(batch => batch.Images).Select(image => image.File));
        SkippedImage[] skipped = [.. batches.SelectMany(batch => batch.Skipped)];
        Assert.Equal(["bomb.png", "cut.png", "empty.jpg", "flipped.png", "gone.gif", "header.jpg", "text.webp"], skipped.Select(image => image.File));
        Assert.All(skipped, image => Assert.Contains(image.File, image.Reason, StringComparison.Ordinal));
        Assert.Contains("60000 x 60000 pixels", skipped[0].Reason, StringComparison.Ordinal);

        string Saved(string name)
        {
            _folder.Picture(name, 1, 30, 40);
            return _folder.At(name);
        }
    }
}
