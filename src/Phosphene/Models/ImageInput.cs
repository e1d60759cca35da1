using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>The images that a model takes.</summary>
/// <param name="Channels">Their channels: 3 for colours, 1 for grey, or any other number.</param>
/// <param name="ChannelsLast">Whether the model takes them as [N, H, W, C], as Keras does, and not as [N, C, H, W].</param>
/// <param name="Height">The height that the model was exported for, in pixels; null if the file leaves it open.</param>
/// <param name="Width">The width that the model was exported for, in pixels; null if the file leaves it open.</param>
public sealed record ImageInput(int Channels, bool ChannelsLast, int? Height, int? Width)
{
    /// <summary>Height and width, if the file states both.</summary>
    public (int Height, int Width)? Size => Height is { } height && Width is { } width ? (height, width) : null;

    /// <summary>Height and width for pictures of which nobody asks for a size: what the file states, and 224 pixels for what it leaves open.</summary>
    public (int Height, int Width) UsualSize => (Height ?? 224, Width ?? 224);

    /// <summary>The images of a model's first input as the file declares it; colours of any size if it declares nothing, null if it takes no images.</summary>
    internal static ImageInput? Of(OnnxImporter importer)
    {
        if (importer.Inputs.IsEmpty) return null;
        OnnxValue input = importer.Inputs[0];
        if (input.Dimensions is not { } dimensions) return new ImageInput(3, false, null, null);
        if (dimensions.Length != 4 || dimensions.Any(dimension => dimension.Extent < 1)) return null;
        bool last = TakenLast(importer) ?? (IsUsual(dimensions[3].Extent) && !IsUsual(dimensions[1].Extent));
        (int channels, int rows, int columns) = last ? (3, 1, 2) : (1, 2, 3);
        return new ImageInput(dimensions[channels].Extent ?? 3, last, dimensions[rows].Extent, dimensions[columns].Extent);
    }

    /// <summary>The nodes that read a model's first input.</summary>
    internal static IEnumerable<OnnxNode> Readers(OnnxImporter importer) => importer.Model.Graph.Nodes.Where(node => node.Inputs.Contains(importer.Inputs[0].Name));

    // What reads the input says where its channels are, if it is a convolution, or a change of axes to channels first.
    private static bool? TakenLast(OnnxImporter importer)
    {
        foreach (OnnxNode node in Readers(importer))
        {
            if (node.Operator == "Conv") return false;
            if (node.Operator == "Transpose" && node.Attributes.OfType<IntegersAttribute>().Any(attribute => attribute.Name == "perm" && attribute.Values.SequenceEqual([0L, 3, 1, 2]))) return true;
        }
        return null;
    }

    // Grey, colours, colours with a fourth channel: what tells channels from rows and columns.
    private static bool IsUsual(int? extent) => extent is 1 or 3 or 4;

    /// <summary>Images [N, C, H, W] as the model takes them.</summary>
    public Tensor Arrange(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return ChannelsLast ? image.Transpose(0, 2, 3, 1) : image;
    }

    /// <summary>Colours [N, 3, H, W] in as many channels as the model takes: grey is their luma, 0.299·R + 0.587·G + 0.114·B.</summary>
    /// <exception cref="UsageException">The model takes neither grey nor colours.</exception>
    public Tensor FromColours(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Channels switch
        {
            3 => image,
            1 => (image * Tensor.Constant(new Shape(1, 3, 1, 1), Luma.Red, Luma.Green, Luma.Blue)).SumOver(1),
            _ => throw new UsageException($"The model takes images of {Channels} channels, which cannot be made of a picture; it has red, green and blue."),
        };
    }
}
