namespace Phosphene.Transforms;

/// <summary>The transforms of other programs, as near as ours come to them.</summary>
public static class Pipelines
{
    /// <summary>
    /// Lucid's standard transforms, and Lucent's: a border of 12 pixels, shifts of 8 and 4, a zoom of 0.9 to 1.1 and a turn of up to 10 degrees. Source: optvis/transform.py of both.
    /// </summary>
    public static Pipeline Lucid { get; } = Pipeline.Of(new Pad(12), new Jitter(8), new Scale(Draw.OneOf([.. Enumerable.Range(-5, 11).Select(i => (50 + i) / 50f)])),
        new Rotate(Draw.OneOf([.. Range(-10, 10), 0, 0, 0, 0, 0])), new Jitter(4));

    /// <summary>What Captum's optimization does unless told otherwise: a zoom, and a shift by up to 16 pixels in each direction of the image mirrored at its edges. Source: captum/optim, InputOptimization.</summary>
    public static Pipeline Captum { get; } = Pipeline.Of(new Scale(Draw.OneOf(1, 0.975f, 1.025f, 0.95f, 1.05f)), new Pad(16, PadFill.Reflect), new Jitter(32));

    /// <summary>
    /// Captum's TransformationRobustness, which is that of the Activation Atlas's icons: a border of 2 pixels, ten shifts of 4, zooms from 0.67 to 1.03, turns of up to 20 degrees and a shift of 2.
    /// Source: captum/optim, transforms.
    /// </summary>
    public static Pipeline CaptumRobustness { get; } = Pipeline.Of(
    [
        new Pad(2), .. Enumerable.Repeat(new Jitter(4), 10),
        new Scale(Draw.OneOf([.. Enumerable.Range(-5, 85).Select(n => MathF.Pow(0.995f, n)), .. Enumerable.Range(20, 20).SelectMany(n => Enumerable.Repeat(MathF.Pow(0.998f, n), 2))])),
        new Rotate(Draw.OneOf([.. Range(-20, 19), .. Range(-10, 9), .. Range(-5, 4), 0, 0, 0, 0, 0])), new Jitter(2),
    ]);

    /// <summary>Those of our preset swift: Lucid's at about half their strength. The two shifts take away what the border adds on both sides, so that the network sees images of the size of the picture, of smaller ones too (<see cref="Pipeline.For"/>).</summary>
    public static Pipeline Swift { get; } = Pipeline.Of(new Pad(6), new Jitter(6), new Scale(Draw.Between(0.95f, 1.05f)), new Rotate(Draw.Between(-5, 5)), new Jitter(6));

    /// <summary>
    /// What MaCo does to an image: windows about its middle that shrink from half of it to a twentieth in 256 steps, and noise. MaCo takes 32 windows at each step, where this takes one, and draws their size as a
    /// normal number with the standard deviation 0.05, where this draws it evenly from a range of that standard deviation. Source: xplique, features_visualizations/maco.py.
    /// </summary>
    public static Pipeline Maco { get; } = Pipeline.Of(new ResizedCrop(Draw.Between(0.41f, 0.59f), Last: Draw.Between(0.05f, 0.14f)), new Noise(0.083f));

    /// <summary>
    /// xplique's, for images of a size: a black border of a quarter of it, shifts, a zoom of 0.92 to 0.96, a blur and a flip. They leave three eighths of the image. Source: xplique,
    /// features_visualizations/transformations.py.
    /// </summary>
    /// <param name="size">The height and width of the image in pixels; 512 in xplique.</param>
    public static Pipeline Xplique(int size)
    {
        int unit = size / 16;
        return Pipeline.Of(new Pad(4 * unit, PadFill.Black), new Jitter(2 * unit), new Jitter(2 * unit), new Jitter(4 * unit), new Jitter(4 * unit), new Jitter(4 * unit),
            new Scale(Draw.Between(0.92f, 0.96f)), new Blur(Draw.Between(1, 1.1f)), new Jitter(unit), new Jitter(unit), new Flip());
    }

    private static IEnumerable<float> Range(int from, int to) => Enumerable.Range(from, to - from + 1).Select(i => (float)i);
}
