namespace Phosphene.Pages.Galleries;

/// <summary>The layers of a network as a line from left to right: what is made of what, with branches below each other.</summary>
internal static class GraphLine
{
    // In the units of the drawing, which are CSS pixels.
    private const int Column = 104, Row = 30, Box = 88, Top = 16, Longest = 13;

    /// <summary>The drawing; each layer that has a page is a link.</summary>
    public static Html Of(GalleryNetwork network, Places places)
    {
        int count = network.Layers.Count;
        int[] columns = new int[count];
        // Layers stand behind what they are made of; a list in another order settles after a few rounds.
        for (int round = 0; round < count; round++)
        {
            bool settled = true;
            for (int layer = 0; layer < count; layer++)
                foreach (int source in network.Layers[layer].Sources.Where(source => source != layer && columns[layer] <= columns[source] && columns[source] + 1 < count))
                    (columns[layer], settled) = (columns[source] + 1, false);
            if (settled) break;
        }
        (int From, int To)[] edges = [.. Enumerable.Range(0, count).SelectMany(layer => network.Layers[layer].Sources.Where(source => columns[source] < columns[layer]).Select(source => (source, layer)))];
        int[] lanes = new int[count];
        foreach (IGrouping<int, int> column in Enumerable.Range(0, count).GroupBy(layer => columns[layer]))
        {
            // What passes a column by runs above what stands in it.
            bool isPassed = edges.Any(edge => columns[edge.From] < column.Key && column.Key < columns[edge.To]);
            int lane = isPassed ? 1 : 0;
            foreach (int layer in column) lanes[layer] = lane++;
        }
        int width = (columns.Length == 0 ? 0 : columns.Max() + 1) * Column, height = Top + (lanes.Length == 0 ? 0 : lanes.Max() + 1) * Row;
        IEnumerable<Html> lines = edges.Select(edge => Html.Of($"<path d=\"{Path(columns[edge.From], lanes[edge.From], columns[edge.To], lanes[edge.To])}\"/>"));
        IEnumerable<Html> boxes = Enumerable.Range(0, count).Select(layer => Node(network, places, layer, columns[layer] * Column, lanes[layer] * Row));
        return Html.Of(
            $"""
            <div class="graph" tabindex="0" role="group" aria-label="The layers of the network, from the image on the left to the output on the right">
            <svg width="{width}" height="{height}" viewBox="0 0 {width} {height}">
            {Html.Join(lines)}
            {Html.Lines(boxes)}
            </svg>
            </div>
            """);
    }

    private static string Path(int fromColumn, int fromLane, int toColumn, int toLane)
    {
        int x = fromColumn * Column + Box, y = Top + fromLane * Row, end = toColumn * Column, endY = Top + toLane * Row, half = (Column - Box) / 2;
        // Straight above all that it passes, and down at the end.
        return toColumn == fromColumn + 1
            ? FormattableString.Invariant($"M{x} {y}C{x + half} {y} {end - half} {endY} {end} {endY}")
            : FormattableString.Invariant($"M{x} {y}C{x + half} {y} {x + half} {Top} {x + 2 * half} {Top}H{end - 2 * half}C{end - half} {Top} {end - half} {endY} {end} {endY}");
    }

    private static Html Node(GalleryNetwork network, Places places, int layer, int x, int y)
    {
        string name = places.NameOf(layer), shown = name.Length <= Longest ? name : $"…{name[^(Longest - 1)..]}";
        Html box = Html.Of($"<rect x=\"{x}\" y=\"{y + Top - 11}\" width=\"{Box}\" height=\"22\" rx=\"2\"/><text x=\"{x + Box / 2}\" y=\"{y + Top + 4}\">{shown}</text><title>{network.Layers[layer].Name}</title>");
        return network.Layers[layer].Units.Count == 0 ? Html.Of($"<g>{box}</g>") : Html.Of($"<a href=\"{places.PageOf(layer)}\">{box}</a>");
    }
}
