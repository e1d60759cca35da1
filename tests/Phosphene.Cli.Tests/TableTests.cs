using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Spectre.Console;
using Spectre.Console.Testing;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class TableTests
{
    private static Table Layers(int indent = 0)
    {
        var table = new Table(Column.Name("LAYER"), "SHAPE", Column.Number("MFLOP"), "") { Indent = indent };
        table.Add("inception_4c/3x3_reduce/output", "[1, 128, 14, 14]", "51.4", "");
        table.Add("conv1", "-", "1234.0", "not supported");
        return table;
    }

    private static string Piped(Table table)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using var interruption = new Interruption();
        table.WriteTo(new Terminal(output, TextWriter.Null, interruption));
        return output.ToString();
    }

    private static string OnScreen(int width, Action<Terminal> write)
    {
        using TestConsole screen = new();
        using var interruption = new Interruption();
        screen.Profile.Width = width;
        write(new Terminal(TextWriter.Null, TextWriter.Null, interruption) { OutputScreen = () => screen });
        return string.Join('\n', screen.Lines.Select(line => line.TrimEnd()));
    }

    [Fact]
    public void In_a_pipe_each_row_is_one_line_with_all_of_its_text() => Assert.Equal("""
        LAYER                           SHAPE              MFLOP
        inception_4c/3x3_reduce/output  [1, 128, 14, 14]    51.4
        conv1                           -                 1234.0  not supported

        """, Piped(Layers()));

    [Fact]
    public void On_a_wide_screen_it_looks_the_same() => Assert.Equal(Piped(Layers()).TrimEnd(), OnScreen(100, Layers().WriteTo));

    [Fact]
    public void On_a_narrow_screen_names_lose_their_middle() => Assert.Equal("""
        LAYER          SHAPE              MFLOP
        incept…output  [1, 128, 14, 14]    51.4
        conv1          -                 1234.0  not supported
        """, OnScreen(54, Layers().WriteTo));

    [Fact]
    public void On_a_very_narrow_screen_all_cells_do() => Assert.Equal("""
          LAYER   SHAPE    MFLOP
          inc…ut  [1,…4]    51.4
          conv1   -       1234.0  not…ed
        """, OnScreen(32, Layers(indent: 2).WriteTo));

    [Fact]
    public void Headings_can_be_left_out()
    {
        var table = new Table(Column.Number("PROBABILITY"), "LABEL") { ShowsHeadings = false, Indent = 2 };
        table.Add("7.5%", "cat");
        table.Add("12.5%", "dog");
        Assert.Equal("   7.5%  cat\n  12.5%  dog\n", Piped(table));
        Assert.Equal("   7.5%  cat\n  12.5%  dog", OnScreen(80, table.WriteTo));
    }

    [Fact]
    public void Columns_that_are_empty_take_no_room()
    {
        var table = new Table(Column.Name("LAYER"), "SHAPE", "");
        table.Add("a_name_of_20_letters", "[1, 2, 3, 4]", "");
        Assert.Equal("LAYER     SHAPE\na_na…ers  [1, 2, 3, 4]", OnScreen(22, table.WriteTo));
    }

    [Fact]
    public void A_long_fact_goes_on_below_itself_on_a_screen_and_stays_a_line_in_a_pipe()
    {
        var facts = new Facts();
        facts.Add("model", "a[red].onnx");
        facts.Add("problem", "3 of 7 layers\ncannot be had");
        Assert.Equal("model    a[red].onnx\nproblem  3 of 7 layers\uFFFDcannot\n         be had", OnScreen(30, facts.WriteTo));
        using StringWriter output = new() { NewLine = "\n" };
        using var interruption = new Interruption();
        facts.WriteTo(new Terminal(output, TextWriter.Null, interruption));
        Assert.Equal("model    a[red].onnx\nproblem  3 of 7 layers\uFFFDcannot be had\n", output.ToString());
    }

    [Theory]
    [InlineData("conv1/relu", 10, "conv1/relu")]
    [InlineData("conv1/relu", 9, "conv…relu")]
    [InlineData("conv1/relu", 2, "c…")]
    [InlineData("conv1/relu", 1, "…")]
    [InlineData("conv1/relu", 0, "")]
    [InlineData("層層層層", 6, "層…層")]
    [InlineData("😀😀😀😀", 7, "😀…😀😀")]
    public void A_text_loses_its_middle_by_whole_characters(string text, int width, string expected) => Assert.Equal(expected, Cell.Fit(text, width, "…"));

    /// <summary>Texts of any characters: each row is one line that has room, and nothing in it commands the terminal.</summary>
    [Property(MaxTest = 300)]
    public Property Whatever_the_cells_hold_each_row_is_a_line_that_has_room() => Prop.ForAll(
        Gen.Choose(20, 300).ToArbitrary(),
        Gen.Elements("conv1", "[red]", "[/]", "\e[2J", "\r\n", "層", "😀", "\ud800", "é", " ", "inception_4c/output").ArrayOf().Select(string.Concat)
            .Or(ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")).ArrayOf(4).NonEmptyListOf().ToArbitrary(),
        (width, rows) =>
        {
            var table = new Table(Column.Name("ALIAS"), Column.Name("LAYER"), "SHAPE", Column.Number("MFLOP"));
            foreach (string[] row in rows) table.Add(row);
            string[] lines = OnScreen(width, table.WriteTo).Split('\n'), piped = Piped(table).Split('\n')[..^1];
            Assert.Equal(rows.Count + 1, piped.Length);
            Assert.True(lines.Length <= rows.Count + 1);                 // empty lines at the end are not counted
            Assert.All(lines, line => Assert.True(line.GetCellWidth() <= width, $"{line.GetCellWidth()} columns of {width}: {line}"));
            Assert.DoesNotContain(string.Concat([.. lines, .. piped]), char.IsControl);
        });
}
