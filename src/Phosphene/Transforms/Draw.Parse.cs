using Phosphene.Syntax;

namespace Phosphene.Transforms;

public sealed partial record Draw
{
    /// <summary>The most values of a list, repeated ones counted each time.</summary>
    internal const int MaximumValues = 1000;

    /// <summary>
    /// A draw as a parameter:
    /// <code>
    /// draw = number ".." number | value { "," value },  value = number [ "*" count ]
    /// </code>
    /// </summary>
    internal static TextParameter<Draw> Parameter(string name, string description, float least, float most, string unit = "") =>
        new(name, description, "draw", (scanner, what) => Read(scanner, what, least, most), draw => draw.ToString()) { Least = TextParameter.Limit(least), Most = TextParameter.Limit(most), Unit = unit, IsList = true };

    /// <summary>A draw that need not be given.</summary>
    internal static TextParameter<Draw?> IfGiven(string name, string description, float least, float most) =>
        new TextParameter<Draw?>(name, description, "draw", (scanner, what) => Read(scanner, what, least, most), draw => $"{draw}") { Least = TextParameter.Limit(least), Most = TextParameter.Limit(most), IsList = true }.OrNothing();

    private static Draw Read(Scanner scanner, string what, float least, float most)
    {
        int start = scanner.Position;
        float first = scanner.Number(what, least, most);
        if (!scanner.Take('.')) return ReadList(scanner, what, first, least, most);
        scanner.Expect('.', "between the ends of a range, as in 0.95..1.05");
        float last = scanner.Number(what, least, most);
        return first <= last
            ? Between(first, last)
            : throw scanner.Error($"A range from a smaller to a larger number is expected for {what}; {Printed.Number(first)} is larger than {Printed.Number(last)}.", start);
    }

    private static Draw ReadList(Scanner scanner, string what, float value, float least, float most)
    {
        var values = new List<float>();
        while (true)
        {
            int position = scanner.Position;
            int times = scanner.Take('*') ? scanner.Integer("how often the value stands", 1, MaximumValues) : 1;
            if (values.Count + times > MaximumValues) throw scanner.Error($"A list to draw from has at most {MaximumValues} values.", position);
            values.AddRange(Enumerable.Repeat(value, times));
            if (!scanner.TakeBetweenItems(',')) return OneOf([.. values]);
            value = scanner.Number(what, least, most);
        }
    }
}
