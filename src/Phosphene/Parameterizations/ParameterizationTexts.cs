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
            Truth("exact", "Whether the contrast is exactly that from the start, rather than at most.").Or(false),
            (deviation, decay, decorrelate, contrast, statistics, exact) => new Fourier(deviation, decay, decorrelate, contrast, statistics, exact),
            fourier => (fourier.StandardDeviation, fourier.Decay, fourier.Decorrelate, fourier.Contrast, fourier.Statistics, fourier.Exact) },
        { "pixels", "Every pixel for itself.", "pixels(decorrelate: true)",
            Number("standardDeviation", "Of each value before the sigmoid, at the start.", least: 0).Or(0.01f),
            Truth("decorrelate", "Whether the channels are decorrelated colours.").Or(false),
            Truth("clip", "Whether values are cut off at 0 and 1, as in DeepDream, rather than squashed by a sigmoid.").Or(false),
            (deviation, decorrelate, clip) => new Pixels(deviation, decorrelate, clip), pixels => (pixels.StandardDeviation, pixels.Decorrelate, pixels.Clip) },
        { "pyramid", "A sum of images, each half as large as the one before.", "pyramid(6)",
            Whole("levels", "How many images are added.", 1, Pyramid.MostLevels).Or(4),
            Number("standardDeviation", "Of each value of the coarsest one at the start.", least: 0).Or(0.01f),
            Truth("decorrelate", "Whether the channels are decorrelated colours.").Or(true),
            Truth("nearest", "Whether they are enlarged by repetition rather than linearly.").Or(false),
            Number("power", "Each starts weaker than the next coarser one by 2 to this power.").Or(0),
            (levels, deviation, decorrelate, nearest, power) => new Pyramid(levels, deviation, decorrelate, nearest, power),
            pyramid => (pyramid.Levels, pyramid.StandardDeviation, pyramid.Decorrelate, pyramid.Nearest, pyramid.Power) },
        { "cppn", "A small network that makes the colour of a pixel of its place; its weights are what changes.", "cppn(periodic: true)",
            Whole("layers", "Its hidden layers.", 1, 100).Or(8),
            Whole("channels", "The channels of a layer.", 1, 1000).Or(24),
            Truth("periodic", "Whether its activations are waves.").Or(false),
            (layers, channels, periodic) => new Cppn(layers, channels, periodic), cppn => (cppn.Layers, cppn.Channels, cppn.Periodic) },
        { "alpha", "An image with transparency, over another background at each step.", "alpha(fourier(decay: 1.2), 100)",
            Inner("colours", "What makes its colours."),
            Number("penalty", "How strongly the mean of how opaque it is is subtracted from the objective; without it, nothing becomes transparent.").Or(0),
            Choice("background", "Images of noise with the spectrum of natural ones, or plain colours.", ("noise", false), ("plain", true)).Or(false),
            (colours, penalty, plain) => new AlphaImage(colours, penalty, plain), alpha => (alpha.Colours, alpha.Penalty, alpha.Plain) },
        { "shared", "Images of a batch whose coarse parts are one, so that frames of an interpolation line up.", "shared(fourier(decay: 1.2))",
            Own("own", "The part that each image has for itself, a fourier(...)."),
            own => new Shared(own), shared => shared.Own },
        { "maco", "An image with the magnitudes of photos, of which only the phases change.", "maco('photos.safetensors')",
            StatisticsReference.IfGiven("statistics", "The photos, a file that 'phosphene statistics' wrote; without it 1,000 photos of ImageNet's classes."),
            Number("contrast", "How far the image is from grey, as a root mean square before the sigmoid.", least: 0).Or(Maco.UsualContrast),
            Truth("transparent", "Whether pixels are saved as opaque as they have been important.").Or(true),
            Truth("standardize", "Whether phases are kept to mean 0 and standard deviation 1, as in MaCo's code.").Or(false),
            (statistics, contrast, transparent, standardize) => new Maco(statistics, contrast, transparent, standardize), maco => (maco.Statistics, maco.Contrast, maco.Transparent, maco.Standardize) },
        { "decoder", "What a decoder makes of a few numbers, its latents: only images that it can make.", "decoder('vae.onnx', noise: 0.5)",
            File("path", "The decoder, an ONNX file with one input [N, latents] and one output [N, 3, H, W], or an embedded one."),
            Sha256("sha256", "That of the file, so that no other takes its place; filled in when a picture is made."),
            Number("noise", "The standard deviation of what is added to the latents before a step looks at them; it falls evenly to 0.", least: 0).Or(0),
            Whole("noiseSteps", "The steps with noise.").Or(256),
            Number("prior", "How strongly latents are drawn to the middle of a standard normal prior.", least: 0).Or(0),
            Number("clip", "How many standard deviations of their prior latents may be from its middle, or how much of its ranges; 0 is no limit.", least: 0).Or(0),
            Number("decay", "What latents are multiplied by after each step.", 0, 1).Or(1),
            (path, sha256, noise, noiseSteps, prior, clip, decay) => new DecoderImage(path, sha256, noise, noiseSteps, prior, clip, decay),
            decoder => (decoder.Path, decoder.Sha256, decoder.Noise, decoder.NoiseSteps, decoder.PriorWeight, decoder.Clip, decoder.Decay) },
    };

    private static TextParameter<IParameterization> Inner(string name, string description) => new(name, description, "parameterization", (scanner, _) => Registry.Read(scanner), inner => Registry.Print(inner));

    private static TextParameter<Fourier> Own(string name, string description) => new(name, description, "parameterization", (scanner, what) =>
    {
        int position = scanner.Position;
        return Registry.Read(scanner) as Fourier ?? throw scanner.Error($"A fourier(...) is expected for {what}; no other image is a sum that can be shared.", position);
    }, own => Registry.Print(own));
}
