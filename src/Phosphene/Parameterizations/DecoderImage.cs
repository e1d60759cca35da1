using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Parameterizations;

/// <summary>
/// The image that a decoder makes of latents [N, latents], which are what the optimizer changes: only images that the decoder can make are found, the
/// strongest prior there is. Latents start where the decoder's own prior lies; the image is brought to the picture's size if the decoder makes another.
/// Source: Nguyen et al., Synthesizing the preferred inputs for neurons in neural networks via deep generator networks, 2016.
/// </summary>
/// <param name="Path">The decoder: an ONNX file with one input [N, latents] and one output [N, 3, H, W], or an embedded one such as "embedded:shapes-decoder".</param>
/// <param name="Sha256">The SHA-256 of the file, so that no other takes its place; null if it is not known yet.</param>
/// <param name="Noise">
/// The standard deviation of what is added to the latents before a step looks at them, another at each step; it takes small hills of the objective away. It
/// falls evenly to 0 in the first <paramref name="NoiseSteps"/> steps.
/// </param>
/// <param name="NoiseSteps">The steps with noise.</param>
/// <param name="PriorWeight">This times ½·Σz² is subtracted from the objective of each image: how strongly latents are drawn to the middle of a standard normal prior.</param>
/// <param name="Clip">
/// After each step latents are cut off at so many standard deviations from the middle of a standard normal prior, or at this times a range of a uniform one (1 is the range itself); 0 for no limit. Source: DGN-AM, 3 standard deviations.
/// </param>
/// <param name="Decay">What latents are multiplied by after each step, before they are cut off. Source: DGN-AM, 0.99.</param>
public sealed record DecoderImage(string Path, string? Sha256 = null, float Noise = 0, int NoiseSteps = 256, float PriorWeight = 0, float Clip = 0, float Decay = 1) : IParameterization
{
    /// <summary>In place of a path, that it is still to be named: the preset dgn-am comes with no decoder.</summary>
    public const string ToBeNamed = "?";

    /// <inheritdoc/>
    /// <exception cref="UsageException">The decoder is still to be named.</exception>
    /// <exception cref="Runtime.Onnx.ModelFormatException">The file cannot be read or is no decoder; the message says why.</exception>
    public IParameterization Pinned()
    {
        RequireName();
        if (Sha256 is not null || EmbeddedModels.IsName(Path)) return this;
        using Decoder decoder = Decoder.Load(Path);
        return this with { Sha256 = decoder.ComputeSha256() };
    }

    /// <inheritdoc/>
    public IParameterization FoundFrom(string folder) => EmbeddedModels.IsName(Path) ? this : this with { Path = FilePath.FoundFrom(Path, folder) };

    /// <inheritdoc/>
    /// <exception cref="InputFileException">The file is another than the one whose SHA-256 is given.</exception>
    /// <exception cref="Runtime.Onnx.ModelFormatException">The file cannot be read or is no decoder; the message says why.</exception>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireName();
        Decoder decoder = Decoder.Load(Path);
        try
        {
            if (Sha256 is not null && decoder.ComputeSha256() is var found && found != Sha256)
                throw new InputFileException($"Decoder '{Path}' has the SHA-256 {found}, where {Sha256} is expected: it is not the one that the recipe was made with. Put that one there, or beside the picture that carries the recipe.");
            var start = new float[image.Batch * decoder.Latents];
            decoder.Prior.Draw(new RandomStream(seed, 0, "latent.start"), 0, start);
            return Build(decoder, image, start) with { Source = decoder };
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>The image of an open decoder, from given latents [N, latents], which become the storage of the parameter.</summary>
    /// <param name="decoder">The decoder, which stays the caller's.</param>
    /// <param name="image">The shape of the image.</param>
    /// <param name="start">The latents.</param>
    /// <param name="noise">What the random numbers of the noise are called.</param>
    /// <param name="rowOf">Which row of the random numbers an image of the batch takes; its own place by default.</param>
    public ParameterizedImage Build(Decoder decoder, Shape image, float[] start, string noise = "latent.noise", Func<int, long>? rowOf = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels is not (1 or 3))
            throw new UsageException($"Decoder '{decoder.Path}' makes images of 3 channels; the model takes {image.Channels}. Choose another parameterization.");
        int length = decoder.Latents;
        var latents = new Tensor(new Parameter(new Shape(image.Batch, length), start, "latents"));
        var random = new RandomVariables();
        Tensor made = Image(latents);
        return new ParameterizedImage(made, new ImageParameter(latents) { Kept = Clip > 0 || Decay != 1 ? moved => Kept(decoder, moved) : null })
        {
            Seen = Noise > 0 ? Image(latents + Deviation() * random.Normal(noise, latents.Shape, PlaceOf)) : made,
            Random = random,
            Penalty = PriorWeight == 0 ? null : 0.5f * PriorWeight * latents.Square().SumOver(1).Reshape(new Shape(image.Batch)),
        };

        Tensor Deviation() => random.OfStep("latent.noise.deviation", step => Noise * Math.Max(0, 1 - step / (float)Math.Max(1, NoiseSteps)));
        long PlaceOf(int i) => (rowOf?.Invoke(i / length) ?? i / length) * length + i % length;
        Tensor Image(Tensor of) => Colours(decoder.Decode(of).Clip(0, 1)).Resize(image.Height, image.Width);
        Tensor Colours(Tensor colours) => image.Channels == 3 ? colours : (colours * Tensor.Constant(new Shape(1, 3, 1, 1), Luma.Red, Luma.Green, Luma.Blue)).SumOver(1);
    }

    private void RequireName()
    {
        if (Path == ToBeNamed)
            throw new UsageException($"The recipe makes images by a decoder and does not say which; name one, as in {ParameterizationTexts.Registry.Print(this with { Path = "decoder.onnx" })}, or decoder('{EmbeddedModels.ShapesDecoder}', ...).");
    }

    private Tensor Kept(Decoder decoder, Tensor latents)
    {
        Tensor decayed = Decay * latents;
        if (Clip == 0) return decayed;
        (float[] low, float[] high) = decoder.Prior.Limits(decoder.Latents, Clip);
        return Tensor.Max(Tensor.Min(decayed, Tensor.Constant(new Shape(high.Length), high)), Tensor.Constant(new Shape(low.Length), low));
    }
}
