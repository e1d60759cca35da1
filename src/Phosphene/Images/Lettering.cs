namespace Phosphene.Images;

/// <summary>
/// Letters in a picture: the printable characters of ASCII, 5 x 7 dots each, as displays of dots have them. Small enough to be part of the program, and the
/// same on every machine, as a font of the system is not.
/// </summary>
internal static class Lettering
{
    /// <summary>From the left of one character to that of the next, in pixels.</summary>
    public const int Advance = 6;

    /// <summary>From the top of one line to that of the next, in pixels.</summary>
    public const int LineHeight = 10;

    private const int Columns = 5;

    // Five columns of dots a character from the blank on, two hexadecimal digits a column, the lowest bit on top; the eighth dot is below the line.
    private const string Dots =
        "0000000000" + "00005F0000" + "0007000700" + "147F147F14" + "242A7F2A12" + "2313086462" + "3649562050" + "0008070300" +
        "001C224100" + "0041221C00" + "2A1C7F1C2A" + "08083E0808" + "0080703000" + "0808080808" + "0000606000" + "2010080402" +
        "3E5149453E" + "00427F4000" + "7249494946" + "2141494D33" + "1814127F10" + "2745454539" + "3C4A494931" + "4121110907" +
        "3649494936" + "464949291E" + "0000140000" + "0040340000" + "0008142241" + "1414141414" + "0041221408" + "0201590906" +
        "3E415D594E" + "7C1211127C" + "7F49494936" + "3E41414122" + "7F4141413E" + "7F49494941" + "7F09090901" + "3E41415173" +
        "7F0808087F" + "00417F4100" + "2040413F01" + "7F08142241" + "7F40404040" + "7F021C027F" + "7F0408107F" + "3E4141413E" +
        "7F09090906" + "3E4151215E" + "7F09192946" + "2649494932" + "03017F0103" + "3F4040403F" + "1F2040201F" + "3F4038403F" +
        "6314081463" + "0304780403" + "6159494D43" + "007F414141" + "0204081020" + "004141417F" + "0402010204" + "4040404040" +
        "0003070800" + "2054547840" + "7F28444438" + "3844444428" + "384444287F" + "3854545418" + "00087E0902" + "18A4A49C78" +
        "7F08040478" + "00447D4000" + "2040403D00" + "7F10284400" + "00417F4000" + "7C04780478" + "7C08040478" + "3844444438" +
        "FC18242418" + "18242418FC" + "7C08040408" + "4854545424" + "04043F4424" + "3C4040207C" + "1C2040201C" + "3C4030403C" +
        "4428102844" + "4C9090907C" + "4464544C44" + "0008364100" + "0000770000" + "0041360800" + "0201020402";

    private static readonly byte[] Glyphs = Convert.FromHexString(Dots);

    /// <summary>Writes a line in black. What does not fit is cut off; a character that is not there becomes a question mark.</summary>
    /// <param name="bytes">The picture [height, width, channels], each byte of a letter is set to 0.</param>
    /// <param name="width">Its width.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="line">The characters.</param>
    /// <param name="top">The row of the tops of capitals.</param>
    /// <param name="left">The column of the left of the first.</param>
    public static void Write(Span<byte> bytes, int width, int channels, string line, int top, int left)
    {
        int height = bytes.Length / width / channels;
        foreach (char character in line)
        {
            int glyph = (character is >= ' ' and <= '~' ? character : '?') - ' ';
            for (int x = 0; x < Columns; x++)
                for (int y = 0; y < 8; y++)
                    if ((Glyphs[glyph * Columns + x] >> y & 1) != 0 && left + x < width && top + y < height)
                        bytes.Slice(((top + y) * width + left + x) * channels, Math.Min(channels, 3)).Clear();
            left += Advance;
        }
    }

    /// <summary>A text in lines of at most so many characters, broken at its own ends of lines, at blanks and, where there is none, anywhere.</summary>
    public static IReadOnlyList<string> Lines(string text, int most)
    {
        var lines = new List<string>();
        foreach (string part in text.Split('\n'))
        {
            string rest = part;
            while (rest.Length > most)
            {
                int blank = rest.LastIndexOf(' ', most);
                (string line, rest) = blank > 0 ? (rest[..blank], rest[(blank + 1)..]) : (rest[..most], rest[most..]);
                lines.Add(line);
            }
            lines.Add(rest);
        }
        return lines;
    }
}
