using Phosphene.Images;

namespace Phosphene.Pages;

public sealed partial class HtmlSection
{
    private readonly List<Html> _styles = [];

    /// <summary>What the section adds to the style of the page.</summary>
    internal IReadOnlyList<Html> Styles => _styles;

    /// <summary>
    /// Adds pictures that differ in several respects, with a choice for each: one of its values, or all of them. Rows are the combinations of all respects but the last, whose values stand side by side; where one value of each is
    /// chosen, its picture is large. All of this is style: there are no scripts, and without style every picture is there.
    /// </summary>
    /// <param name="caption">What is compared; may be empty.</param>
    /// <param name="choices">The respects, each with its name, its values, and which of them is chosen at first, null for all.</param>
    /// <param name="pictures">The pictures, each with which value of each respect it has, from 0, and with numbers that stand below it by name.</param>
    /// <exception cref="ArgumentException">A picture has more or fewer places than there are choices.</exception>
    public HtmlSection Choices(string caption, IReadOnlyList<(string Name, IReadOnlyList<string> Values, int? Chosen)> choices, IReadOnlyList<(IReadOnlyList<int> Places, Picture Picture, IReadOnlyList<(string Name, string Value)> Numbers)> pictures)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.FirstOrDefault(picture => picture.Places.Count != choices.Count) is { Places: { } places })
            throw new ArgumentException(FormattableString.Invariant($"A picture of '{caption}' has {places.Count} places; give {choices.Count}, one for each choice."));
        string id = $"{Id}-choices";
        _styles.AddRange(choices.SelectMany((choice, axis) => choice.Values.Select((_, value) =>
            Html.Of($"#{id}:has(#{Radio(axis, value)}:checked) :is({(axis == choices.Count - 1 ? ".cell" : ".row")}):not(.{Value(axis, value)}) {{ display: none; }}"))));
        return Add(Block("choices", caption, pictures.Count == 0, () => Html.Of(
            $"""
            <div id="{id}">
            {Html.Lines(choices.Select(Choice))}
            {Html.Lines(pictures.GroupBy(picture => string.Join(' ', picture.Places.SkipLast(1))).Select(row => Row([.. row])))}
            </div>
            """)));

        string Radio(int axis, int? value) => FormattableString.Invariant($"{id}-{axis}-{(value is { } number ? $"{number}" : "all")}");

        Html Choice((string Name, IReadOnlyList<string> Values, int? Chosen) choice, int axis)
        {
            if (choice.Values.Count < 2) return default;
            IEnumerable<Html> all = choice.Values.Select((text, value) => Option(axis, value, text, choice.Chosen == value)).Prepend(Option(axis, null, "all", choice.Chosen is null));
            return Html.Of($"<fieldset><legend>{choice.Name}</legend>{Html.Join(all)}</fieldset>");
        }

        Html Option(int axis, int? value, string text, bool chosen)
        {
            Html kind = value is null ? Html.Of($" class=\"all\"") : default, mark = chosen ? Html.Of($" checked=\"checked\"") : default;
            return Html.Of($"<input type=\"radio\" name=\"{id}-{axis}\" id=\"{Radio(axis, value)}\"{kind}{mark} /><label for=\"{Radio(axis, value)}\" title=\"{text}\">{text}</label>");
        }

        static string Value(int axis, int value) => FormattableString.Invariant($"c{axis}-{value}");

        Html Row((IReadOnlyList<int> Places, Picture Picture, IReadOnlyList<(string Name, string Value)> Numbers)[] cells)
        {
            int[] row = [.. cells[0].Places.SkipLast(1)];
            string label = string.Join(" · ", row.Select((value, axis) => (choices[axis].Values, value)).Where(entry => entry.Values.Count > 1).Select(entry => entry.Values[entry.value]));
            Html heading = label.Length == 0 ? default : Html.Of($"<p class=\"label\">{label}</p>\n");
            return Html.Of($"<div class=\"row {string.Join(' ', row.Select((value, axis) => Value(axis, value)))}\">\n{heading}<div class=\"cells\">\n{Html.Lines(cells.Select(cell => Cell(label, cell.Places[^1], cell.Picture, cell.Numbers)))}\n</div>\n</div>");
        }

        Html Cell(string label, int last, Picture picture, IReadOnlyList<(string Name, string Value)> numbers)
        {
            (string name, IReadOnlyList<string> values, _) = choices[^1];
            string caption = values.Count > 1 ? $"{name} {values[last]}" : "";
            Html list = Html.Join(numbers.Select(number => Html.Of($"<dt>{number.Name}</dt><dd>{number.Value}</dd>")));
            Html image = Image.Of(picture, $"{label} {caption}".Trim(), Image.DisplayWidth(picture, WideTile, Most), picture.Texts);
            return Html.Of($"<figure class=\"cell {Value(choices.Count - 1, last)}\">{image}<figcaption><b>{caption}</b><dl>{list}</dl></figcaption></figure>");
        }
    }
}
