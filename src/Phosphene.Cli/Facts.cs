using Spectre.Console;

namespace Phosphene.Cli;

/// <summary>
/// Names and what there is to say of each, which may come from a file. On a screen a long text goes on below itself; anywhere else each fact is one line.
/// </summary>
internal sealed class Facts
{
    private const int Gap = 2;

    private static readonly Style Name = new(decoration: Decoration.Dim);

    private readonly List<(string Name, string Text)> _facts = [];

    public void Add(string name, string text) => _facts.Add((name, SafeText.Of(text)));

    public void WriteTo(Terminal terminal)
    {
        if (terminal.OutputScreen() is { } screen)
        {
            Grid grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, Gap, 0) }).AddColumn(new GridColumn { Padding = new Padding(0) });
            foreach ((string name, string text) in _facts) grid.AddRow(new Text(name, Name), new Text(text));
            screen.Write(grid);
            return;
        }
        int width = _facts.Max(fact => fact.Name.Length) + Gap;
        foreach ((string name, string text) in _facts) terminal.Output.WriteLine((name.PadRight(width) + text).TrimEnd());
    }
}
