using System.Text.RegularExpressions;
using Phosphene.Atlas.Comparisons;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Atlas.Tests.Comparisons;

public sealed partial class ComparisonTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 20, Width = 24, Transforms = Pipeline.None };

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-comparison-").FullName;
    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public ComparisonTests() => _model = _tiny.Load();

    private string Page => Path.Combine(_folder, "comparison.html");

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static readonly float[] Rates = [0.02f, 0.2f];

    // Two objectives, two rates.
    private Comparison Of(ComparisonBudget budget, Func<float, Recipe>? recipe = null)
    {
        Objective[] objectives = [Objective.Channel("relu2", 1), Objective.Logit("2")];
        ComparisonAxis[] axes = [new("objective", ["relu2:1", "logit(2)"]), new("lr", ["0.02", "0.2"])];
        recipe ??= rate => Small with { Optimizer = new Adam(rate) };
        return new Comparison(_model, axes, [.. from o in Enumerable.Range(0, 2) from r in Enumerable.Range(0, 2) select new ComparisonRow([o, r], objectives[o], recipe(Rates[r]))], budget);
    }

    [Fact]
    public void Each_picture_is_that_of_an_ascent_of_its_own_with_so_many_steps()
    {
        Comparison comparison = Of(ComparisonBudget.OfSteps([7, 3]));
        comparison.Render(Page);
        Assert.Equal((8, 8), (comparison.Count, comparison.Cells.Count));
        Assert.Equal(["0 0 0", "0 0 1", "0 1 0", "0 1 1", "1 0 0", "1 0 1", "1 1 0", "1 1 1"], comparison.Cells.Select(cell => string.Join(' ', cell.Places)));
        Assert.Equal(["3", "7"], comparison.Axes[^1].Values);
        foreach (ComparisonCell cell in comparison.Cells)
        {
            Rendering alone = new Visualizer(_model, Small with { Optimizer = new Adam(Rates[cell.Places[1]]), Steps = cell.Steps }).Render(cell.Row.Objective);
            Assert.Equal(cell.Places[2] == 0 ? 3 : 7, cell.Steps);
            Assert.Equal(alone.Pictures[0].Bytes.ToArray(), cell.Picture.Bytes.ToArray());
            Assert.Equal(alone.Provenances[0].Recipe, Carried(cell).Recipe);
            Assert.Equal(alone.Provenances[0].Step, Carried(cell).Step);
        }
    }

    private Provenance Carried(ComparisonCell cell)
    {
        string file = Path.Combine(_folder, "one.png");
        cell.Picture.Save(file);
        return Provenance.Read(file);
    }

    [Fact]
    public void A_stop_inside_the_stages_of_a_recipe_can_be_made_again()
    {
        Comparison comparison = Of(ComparisonBudget.OfSteps([2, 6]), rate => Small with { Optimizer = new Adam(rate), Stages = [new Stage(4) { Height = 10, Width = 12 }] });
        comparison.Render(Page);
        Assert.Equal((10, 12, 2), (comparison.Cells[0].Picture.Height, comparison.Cells[0].Picture.Width, Carried(comparison.Cells[0]).Step));
        Carried(comparison.Cells[0]).Recipe.Check();
        Assert.Equal((20, 24), (comparison.Cells[1].Picture.Height, comparison.Cells[1].Picture.Width));
    }

    [Fact]
    public void In_seconds_each_row_gets_the_same_time()
    {
        Comparison comparison = Of(ComparisonBudget.OfSeconds([0.01, 1]));
        comparison.Render(Page);
        Assert.Equal("seconds", comparison.Axes[^1].Name);
        Assert.All(comparison.Cells, cell => Assert.True(cell.Seconds >= comparison.Budget.Stops[cell.Stop], $"{cell.Seconds} s, {cell.Steps} steps"));
        Assert.All(comparison.Cells.Where(cell => cell.Stop == 0).Zip(comparison.Cells.Where(cell => cell.Stop == 1)), pair => Assert.True(pair.First.Steps < pair.Second.Steps, $"{pair}"));
    }

    [Fact]
    public void An_ascent_that_diverges_leaves_what_it_reached_and_says_why()
    {
        Comparison comparison = Of(ComparisonBudget.OfSteps([1, 4]), rate => Small with { Parameterization = new Pixels(), Optimizer = rate > 0.1f ? new Adam(1e38f) : new Adam(rate) });
        comparison.Render(Page);
        Assert.Equal(8, comparison.Cells.Count);
        Assert.All(comparison.Cells, cell => Assert.Equal(cell.Places[1] == 1, cell.Failure is not null));
        Assert.Contains("<dt>ended</dt>", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_a_choice_for_each_respect_a_picture_with_its_recipe_for_each_combination_and_the_numbers()
    {
        Comparison comparison = Of(ComparisonBudget.OfSteps([2, 5]));
        comparison.Render(Page);
        string html = File.ReadAllText(Page);
        Assert.Equal(["objective", "lr", "steps"], Legend().Matches(html).Select(match => match.Groups[1].Value));
        Assert.Equal(9, Radio().Count(html));                        // two values and "all" of three respects
        Assert.Equal(8, EmbeddedPicture().Count(html));
        Assert.Contains("#pictures-choices:has(#pictures-choices-1-0:checked) :is(.row):not(.c1-0) { display: none; }", html, StringComparison.Ordinal);
        Assert.Contains("#pictures-choices:has(#pictures-choices-2-1:checked) :is(.cell):not(.c2-1) { display: none; }", html, StringComparison.Ordinal);
        Assert.Contains("On average", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_off_has_the_rows_that_were_done()
    {
        using var cancellation = new CancellationTokenSource();
        Comparison comparison = Of(ComparisonBudget.OfSteps([2, 4]));
        comparison.Render(Page, (row, ascent) =>
        {
            if (row == 2 && ascent.StepsDone == 3) cancellation.Cancel();
        }, cancellation.Token);
        Assert.Equal(4, comparison.Cells.Count);
        Assert.Contains("stopped after 4 of 8 pictures", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sheet_has_a_row_for_each_combination()
    {
        Comparison comparison = Of(ComparisonBudget.OfSteps([2, 4]));
        comparison.Render(Page);
        Picture sheet = comparison.Sheet(16);
        Assert.Equal((4 * 16 + 3 * 4, 2 * 16 + 4), (sheet.Height, sheet.Width));
        Picture third = comparison.Cells[3].Picture.Resize(16, 16);
        Assert.Equal(third.Row(5).ToArray(), sheet.Row(20 + 5)[(20 * 3)..].ToArray());
        Comparison one = Of(ComparisonBudget.OfSteps([2]));
        one.Render(Page);
        Assert.Equal((2 * 16 + 4, 2 * 16 + 4), (one.Sheet(16).Height, one.Sheet(16).Width));
    }

    [Fact]
    public void A_comparison_without_a_stop_is_none() => Assert.Throws<UsageException>(() => ComparisonBudget.OfSteps([]));

    [GeneratedRegex("<legend>(.*?)</legend>")]
    private static partial Regex Legend();

    [GeneratedRegex("type=\"radio\"")]
    private static partial Regex Radio();

    [GeneratedRegex("data:image/png;base64,")]
    private static partial Regex EmbeddedPicture();
}
