using Phosphene.Syntax;

namespace Phosphene.Transforms;

public sealed partial record Pipeline
{
    /// <summary>
    /// Reads a pipeline in its text form, the inverse of <see cref="ToString"/>:
    /// <code>
    /// pad(16)             0 to 1024 pixels             jitter(16)                0 to 1024 pixels
    /// scale(0.95..1.05)   a range of factors           scale(1, 0.975, 1.025)    one of these, all equally likely
    /// rotate(-5..5)       a range of degrees           rotate(-10, 0*6, 10)      one of these, 0 six times as likely
    /// crop                to the first size            crop(224x160)             to height x width, or crop(224) to a square
    /// each(a|b)           apart for each image         and roll, shear, flip, resizedCrop, blur, noise, colour, erase: see docs/texts.md
    /// none                no transforms                a|b                       a, then b
    /// </code>
    /// </summary>
    /// <exception cref="TextFormatException">The text is no pipeline; the message says what was expected, the exception where.</exception>
    public static Pipeline Parse(string text) => new([.. TransformTexts.Registry.ParsePipeline(text)]);
}
