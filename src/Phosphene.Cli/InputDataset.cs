using System.CommandLine;
using Phosphene.Evidence.Datasets;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>The images that a command looks at.</summary>
internal static class InputDataset
{
    public static Option<string> Option() => new("--images") { HelpName = "DIR|LIST", Required = true, Description = $"The images: a folder, with those in the folders in it; a text file that names one on each line; or {ShapesImages.EmbeddedName}." };

    /// <summary>Opens the images of a folder or a list, or those that are drawn.</summary>
    /// <exception cref="InputFileException">There are none.</exception>
    public static Dataset Open(string name) => name == ShapesImages.EmbeddedName ? new ShapesImages(new ShapesDataset()) : Dataset.Open(name);
}
