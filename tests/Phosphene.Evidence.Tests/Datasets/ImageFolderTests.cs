using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Runtime.Tests;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Evidence.Tests.Datasets;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_are_found_in_all_folders_in_the_order_of_their_paths()
    {
        foreach (string name in new[] { "b.png", "a/z.JPG", "a/b/c.webp", "B.png", "a.tiff", "notes.txt", "a/labels.csv", "png" }) File.WriteAllText(_folder.At(name), "");
        ImageFolder folder = ImageFolder.Open(_folder.Path);
        Assert.Equal(["B.png", "a.tiff", "a/b/c.webp", "a/z.JPG", "b.png"], folder.Files);
        Assert.All(folder.Files, file => Assert.True(File.Exists(folder.PathOf(file))));
    }

    [UnixFact]
    public void A_link_to_an_image_counts_and_a_link_to_a_folder_is_not_followed()
    {
        _folder.Picture("a/one.png", 1);
        File.CreateSymbolicLink(_folder.At("link.png"), _folder.At("a/one.png"));
        Directory.CreateSymbolicLink(_folder.At("a/back"), _folder.Path);
        Assert.Equal(["a/one.png", "link.png"], ImageFolder.Open(_folder.Path).Files);
    }

    [Fact]
    public void A_folder_without_images_is_refused()
    {
        Assert.Equal($"Folder '{_folder.At("none")}' does not exist; check its path.", Assert.Throws<InputFileException>(() => ImageFolder.Open(_folder.At("none"))).Message);
        Assert.Contains("has no images (.png, .jpg", Assert.Throws<InputFileException>(() => ImageFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.At("x"), "");
        Assert.Equal($"Folder '{_folder.At("x")}' is a file; give a folder of images.", Assert.Throws<InputFileException>(() => ImageFolder.Open(_folder.At("x"))).Message);
    }

    [Fact]
    public void Batches_have_all_images_in_order_and_says_which_it_skipped()
    {
        Picture[] pictures = [.. Enumerable.Range(0, 5).Select(i => _folder.Picture($"{i}.png", i, 6 + i, 9))];
        File.WriteAllText(_folder.At("2.png"), "no picture");
        ImageBatch[] batches = [.. new ImageBatches(ImageFolder.Open(_folder.Path), 5, 7, 2).Read()];
        Assert.Equal([2, 1, 1], batches.Select(batch => batch.Images.Count));
        Assert.Equal([0, 1, 3, 4], batches.SelectMany(batch => batch.Images).Select(image => image.Number));
        SkippedImage skipped = Assert.Single(batches.SelectMany(batch => batch.Skipped));
        Assert.Equal("2.png", skipped.File);
        Assert.StartsWith($"Cannot read '{_folder.At("2.png")}': ", skipped.Reason, StringComparison.Ordinal);
        float[] planar = [.. Enumerable.Repeat(9f, 2 * 3 * 35)];
        batches[1].CopyTo(planar);
        Assert.Equal([.. pictures[3].Cover(5, 7).ToPlanar(), .. new float[3 * 35]], planar);
    }

    [Fact]
    public void Cancelled_batches_end()
    {
        for (int i = 0; i < 4; i++) _folder.Picture($"{i}.png", i);
        using var source = new CancellationTokenSource();
        int read = 0;
        foreach (ImageBatch batch in new ImageBatches(ImageFolder.Open(_folder.Path), 4, 4, 1).Read(source.Token))
        {
            read += batch.Images.Count;
            source.Cancel();
        }
        Assert.Equal(1, read);
    }
}
