using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class ImageReferenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-reference-").FullName;
    private readonly string _photo;

    public ImageReferenceTests()
    {
        _photo = Path.Combine(_folder, "photo.png");
        new Picture(1, 2, 3, [1, 2, 3, 4, 5, 6]).Save(_photo);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_reference_is_pinned_by_the_hash_of_the_file()
    {
        ImageReference pinned = new ImageReference(_photo).Pinned();
        Assert.Equal((_photo, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_photo)))), (pinned.Path, pinned.Sha256));
        Assert.Same(pinned, pinned.Pinned());
    }

    [Fact]
    public void A_pinned_image_is_read() => Assert.Equal([1, 2, 3, 4, 5, 6], new ImageReference(_photo).Pinned().Read().Bytes.ToArray());

    [Fact]
    public void An_image_without_a_hash_is_read_as_it_is() => Assert.Equal([1, 2, 3, 4, 5, 6], new ImageReference(_photo).Read().Bytes.ToArray());

    [Fact]
    public void Another_image_in_its_place_is_refused_with_both_hashes()
    {
        ImageReference pinned = new ImageReference(_photo).Pinned();
        new Picture(1, 2, 3, [1, 2, 3, 4, 5, 7]).Save(_photo);
        string found = new ImageReference(_photo).Pinned().Sha256!;
        Assert.Equal($"Image '{_photo}' has the SHA-256 {found}, where {pinned.Sha256} is expected: it is not the one that the recipe was made with. Put that one there, or beside the picture that carries the recipe.",
            Assert.Throws<InputFileException>(pinned.Read).Message);
    }

    [Fact]
    public void An_image_that_is_gone_is_looked_for_beside_the_picture()
    {
        var elsewhere = new ImageReference("no/such/folder/photo.png", new string('a', 64));
        Assert.Equal(new ImageReference(_photo, new string('a', 64)), elsewhere.FoundFrom(_folder));
        Assert.Equal(new ImageReference(_photo), new ImageReference(@"C:\Users\me\photo.png").FoundFrom(_folder));
    }

    [Fact]
    public void An_image_that_is_at_its_path_is_looked_for_nowhere_else()
    {
        string other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        File.Copy(_photo, Path.Combine(other, "photo.png"));
        Assert.Equal(_photo, new ImageReference(_photo).FoundFrom(other).Path);
        Assert.Equal("none.png", new ImageReference("none.png").FoundFrom(other).Path);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        string none = Path.Combine(_folder, "none.png");
        Assert.Equal($"Image '{none}' does not exist; check its path.", Assert.Throws<InputFileException>(() => new ImageReference(none).Pinned()).Message);
        Assert.Equal($"Image '{none}' does not exist; check its path.", Assert.Throws<InputFileException>(() => new ImageReference(none).Read()).Message);
        Assert.Equal($"Image '{_folder}' cannot be read: it is a folder; give a file.", Assert.Throws<InputFileException>(() => new ImageReference(_folder).Pinned()).Message);
    }

    [Fact]
    public void A_hash_has_64_hexadecimal_digits_in_either_case()
    {
        Assert.Equal(new string('a', 64), new ImageReference("a.png", new string('A', 64)).Sha256);
        Assert.StartsWith("A SHA-256 is 64 hexadecimal digits; got 'abc'.", Assert.Throws<UsageException>(() => new ImageReference("a.png", "abc")).Message, StringComparison.Ordinal);
        Assert.StartsWith("The path of an image is empty", Assert.Throws<UsageException>(() => new ImageReference("")).Message, StringComparison.Ordinal);
    }
}
