using Phosphene.Images;
using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Recipes;

/// <summary>The words of starts.</summary>
internal static class StartTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<ImageReference> Registry { get; } = new("start", "What the ascent starts from; without it, from noise.")
    {
        { "image", "A picture from a file.", "image('photo.jpg')",
            File("path", "The path of the file."), Sha256("sha256", "That of the file, so that no other takes its place; filled in when a picture is made."),
            (path, sha256) => new ImageReference(path, sha256), image => (image.Path, image.Sha256) },
    };
}
