using Phosphene.Images;
using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Recipes;

/// <summary>The words of starts.</summary>
internal static class StartTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<Start> Registry { get; } = new("start", "What the ascent starts from; without it, from noise.")
    {
        { "image", "A picture from a file.", "image('photo.jpg')",
            File("path", "The path of the file."), Sha256("sha256", "That of the file, so that no other takes its place; filled in when a picture is made."),
            (path, sha256) => new ImageStart(new ImageReference(path, sha256)), start => (start.Image.Path, start.Image.Sha256) },
        { "images", "Pictures for the images of a batch: image n starts from picture n modulo their number.", "images('cat.jpg', 'fox.jpg')",
            FileReference.Several(ImageReference.Kind, "files", "The paths of the files, with commas between them."),
            files => new ImagesStart([.. files.Select(ImageReference.Of)]), start => [.. start.Several.Select(image => image.File)] },
    };
}
