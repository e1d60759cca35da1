using Phosphene.Images;
using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Parameterizations;

/// <summary>The words of parameterizations.</summary>
internal static class ParameterizationTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<IParameterization> Registry { get; } = new("parameterization", "What the optimizer changes, and how the image comes of it.")
    {
        { "fourier", "A spectrum whose frequencies have equal energy.", "fourier(decay: 1.2)",
            Number("standardDeviation", "Of each real and imaginary part at the start.", least: 0).Or(0.01f),
            Number("decay", "How strongly low frequencies dominate; 1 is the spectrum of natural images.").Or(1),
            Truth("decorrelate", "Whether the channels are decorrelated colours.").Or(true),
            Number("contrast", "The most that the image may differ from grey, as a root mean square before the sigmoid; photos have 1.75, 0 is no limit.", least: 0).Or(0),
            StatisticsReference.IfGiven("statistics", "Photos whose colours are the decorrelated ones, a file that 'phosphene statistics' wrote; without it those of ImageNet."),
            (deviation, decay, decorrelate, contrast, statistics) => new Fourier(deviation, decay, decorrelate, contrast, statistics),
            fourier => (fourier.StandardDeviation, fourier.Decay, fourier.Decorrelate, fourier.Contrast, fourier.Statistics) },
        { "pixels", "Every pixel for itself.", "pixels(decorrelate: true)",
            Number("standardDeviation", "Of each value before the sigmoid, at the start.", least: 0).Or(0.01f),
            Truth("decorrelate", "Whether the channels are decorrelated colours.").Or(false),
            Truth("clip", "Whether values are cut off at 0 and 1, as in DeepDream, rather than squashed by a sigmoid.").Or(false),
            (deviation, decorrelate, clip) => new Pixels(deviation, decorrelate, clip), pixels => (pixels.StandardDeviation, pixels.Decorrelate, pixels.Clip) },
        { "shared", "Images of a batch whose coarse parts are one, so that frames of an interpolation line up.", "shared(fourier(decay: 1.2))",
            Own("own", "The part that each image has for itself, a fourier(...)."),
            own => new Shared(own), shared => shared.Own },
        { "decoder", "What a decoder makes of a few numbers, its latents: only images that it can make.", "decoder('vae.onnx', noise: 0.5)",
            File("path", "The decoder, an ONNX file with one input [N, latents] and one output [N, 3, H, W], or an embedded one."),
            Sha256("sha256", "That of the file, so that no other takes its place; filled in when a picture is made."),
            Number("noise", "The standard deviation of what is added to the latents before a step looks at them; it falls evenly to 0.", least: 0).Or(0),
            Whole("noiseSteps", "The steps with noise.").Or(256),
            Number("prior", "How strongly latents are drawn to the middle of a standard normal prior.", least: 0).Or(0),
            (path, sha256, noise, noiseSteps, prior) => new DecoderImage(path, sha256, noise, noiseSteps, prior),
            decoder => (decoder.Path, decoder.Sha256, decoder.Noise, decoder.NoiseSteps, decoder.PriorWeight) },
    };

    private static TextParameter<Fourier> Own(string name, string description) => new(name, description, "parameterization", (scanner, what) =>
    {
        int position = scanner.Position;
        return Registry.Read(scanner) as Fourier ?? throw scanner.Error($"A fourier(...) is expected for {what}; no other image is a sum that can be shared.", position);
    }, own => Registry.Print(own));
}
