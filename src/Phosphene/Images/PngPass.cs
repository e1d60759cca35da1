namespace Phosphene.Images;

/// <summary>
/// The pixels that one pass over a PNG holds: every YStep-th row from YStart, and of it every XStep-th pixel from XStart. A picture that is
/// not interlaced has one pass of everything.
/// </summary>
internal readonly record struct PngPass(int YStart, int XStart, int YStep, int XStep)
{
    private static readonly PngPass[] s_whole = [new(0, 0, 1, 1)];

    // PNG specification, section 8.2.
    private static readonly PngPass[] s_adam7 =
        [new(0, 0, 8, 8), new(0, 4, 8, 8), new(4, 0, 8, 4), new(0, 2, 4, 4), new(2, 0, 4, 2), new(0, 1, 2, 2), new(1, 0, 2, 1)];

    /// <summary>The passes in the order of the file.</summary>
    public static IReadOnlyList<PngPass> Of(PngHeader header) => header.Interlaced ? s_adam7 : s_whole;

    /// <summary>Pixels in a row of this pass; a pass without any has no rows in the file either.</summary>
    public int Columns(int width) => (width - XStart + XStep - 1) / XStep;

    /// <summary>Rows of this pass.</summary>
    public int Rows(int height) => (height - YStart + YStep - 1) / YStep;
}
