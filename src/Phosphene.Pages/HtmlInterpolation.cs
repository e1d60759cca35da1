using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Phosphene.Pages;

/// <summary>What an interpolated string given to <see cref="Html.Of"/> becomes: its literals are markup, its holes are escaped.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlInterpolation
{
    private readonly StringBuilder _output;

    public HtmlInterpolation(int literalLength, int formattedCount) => _output = new StringBuilder(literalLength + 32 * formattedCount);

    public void AppendLiteral(string markup) => _output.Append(markup);

    public void AppendFormatted(Html markup) => _output.Append(markup.ToString());

    public void AppendFormatted(string? text) => Html.Escape(_output, text ?? "");

    public void AppendFormatted(int number) => _output.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>A coordinate, to a hundredth.</summary>
    public void AppendFormatted(double coordinate) => _output.Append(coordinate.ToString("0.##", CultureInfo.InvariantCulture));

    public override string ToString() => _output.ToString();
}
