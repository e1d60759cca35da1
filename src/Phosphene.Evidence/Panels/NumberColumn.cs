using System.Globalization;

namespace Phosphene.Evidence.Panels;

/// <summary>A column of a measure that is a function.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Meaning">What it says.</param>
/// <param name="Measure">The number of a picture; null where there is none.</param>
/// <param name="Format">The format of the number, as in .NET: "G3".</param>
internal sealed record NumberColumn(string Name, string Meaning, Func<PanelPicture, double?> Measure, string Format = "G3") : IPanelColumn
{
    public double? Of(PanelPicture picture) => Measure(picture);

    public string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}
