using System.Buffers.Binary;
using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Stability;

/// <summary>
/// What a layer finds in pictures of one size beyond their own colours and frequencies: channel means and Gram matrices (the mean over positions of z[c]·z[d]) of a picture, less those of the same picture with its phases scrambled.
/// To a network all noise looks alike; what is the same in noise and in its scrambled picture is taken away here, so that two pictures of noise are not alike.
/// </summary>
internal sealed class FeaturePlan : IDisposable
{
    // A Gram matrix of more channels would tell hardly more, and grows with their square.
    private const int MostOfGram = 128;

    private readonly Tensor _images, _means, _gram;
    private readonly PhaseScramble _scramble;
    private readonly Plan _plan;

    /// <param name="model">The model.</param>
    /// <param name="layer">A layer [N, C, H, W].</param>
    /// <param name="height">The height of the pictures; that of the model, if the layer takes no other.</param>
    /// <param name="width">Their width.</param>
    /// <exception cref="Syntax.UsageException">The model takes neither grey images nor colours.</exception>
    public FeaturePlan(Model model, Layer layer, int height, int width)
    {
        (_images, Tensor activations) = FittingSize.Build(model, height, width, (h, w) =>
        {
            var images = new Tensor(new Input(new Shape(2, 3, h, w), "images"));
            return (images, model.Activate(model.Input.FromColours(images))[layer]);
        });
        Shape shape = activations.Shape;
        int positions = shape.Height * shape.Width, every = (shape.Channels + MostOfGram - 1) / MostOfGram;
        int[] channels = [.. Enumerable.Range(0, (shape.Channels + every - 1) / every).Select(i => i * every)];
        Tensor rows = activations.Pick(1, channels).Reshape(new Shape(shape.Batch, channels.Length, positions));
        _means = activations.MeanOver(2, 3);
        _gram = rows.MatMul(rows, transposeOther: true) / positions;
        _plan = model.Backend.Compile([_means, _gram]);
        _scramble = new PhaseScramble(model.Backend, _images.Shape.Height, _images.Shape.Width);
    }

    /// <summary>The features of a picture, which is made to cover the size.</summary>
    public PictureFeatures Of(Picture picture)
    {
        float[] image = picture.Cover(_images.Shape.Height, _images.Shape.Width).ToPlanar();
        Span<float> both = _plan.Input(_images);
        image.CopyTo(both);
        // By the picture: the same whenever it is asked for, and different phases for different pictures, whose noise would be alike otherwise.
        _scramble.Of(image, both[image.Length..], BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(picture.Bytes)));
        _plan.Run();
        return PictureFeatures.Of(_plan.Output(_means), _plan.Output(_gram));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plan.Dispose();
        _scramble.Dispose();
    }
}
