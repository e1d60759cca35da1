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
            (deviation, decay, decorrelate) => new Fourier(deviation, decay, decorrelate), fourier => (fourier.StandardDeviation, fourier.Decay, fourier.Decorrelate) },
        { "pixels", "Every pixel for itself.", "pixels(decorrelate: true)",
            Number("standardDeviation", "Of each value before the sigmoid, at the start.", least: 0).Or(0.01f),
            Truth("decorrelate", "Whether the channels are decorrelated colours.").Or(false),
            (deviation, decorrelate) => new Pixels(deviation, decorrelate), pixels => (pixels.StandardDeviation, pixels.Decorrelate) },
    };
}
