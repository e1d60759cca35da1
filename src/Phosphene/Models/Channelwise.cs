using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>What was learned of images of some channels, used on images of others.</summary>
internal static class Channelwise
{
    /// <summary>Images [N, C, H, W] as images of the channels that something was made of: as they are or, for what was made of grey images, each channel as an image for itself, [N·C, 1, H, W].</summary>
    /// <param name="images">The images.</param>
    /// <param name="channels">The channels that are taken.</param>
    /// <param name="name">What errors call what takes them.</param>
    /// <exception cref="UsageException">The images have other channels, and these are not those of grey images.</exception>
    public static Tensor Taken(Tensor images, int channels, string name)
    {
        Shape s = images.Shape;
        if (s.Channels == channels) return images;
        return channels == 1
            ? images.Reshape(new Shape(s.Batch * s.Channels, 1, s.Height, s.Width))
            : throw new UsageException($"{name} was made of images of {channels} channels; the image has {s.Channels}. Make one with --grey, which takes each channel for itself.");
    }
}
