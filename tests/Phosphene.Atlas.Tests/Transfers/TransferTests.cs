using Phosphene.Atlas.Transfers;
using Phosphene.Evidence.Quality;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Atlas.Tests.Transfers;

public sealed class TransferTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 20, Width = 24, Steps = 6, Transforms = Pipeline.None };

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-transfer-").FullName;
    private readonly TinyModel _tiny = new();
    private readonly Model _model, _other;
    private readonly ClassRank _judge;

    public TransferTests()
    {
        _model = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["ant", "bee", "cat", "dog"]) });
        _other = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["dog", "cat", "fly", "ant"]) });
        _judge = new ClassRank(_other);
    }

    private string Page => Path.Combine(_folder, "transfer.html");

    public void Dispose()
    {
        _judge.Dispose();
        _other.Dispose();
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Each_class_has_its_picture_and_its_place_under_the_other_network()
    {
        var transfer = new Transfer(_model, Small, _judge, [3, 0], batch: 1);
        transfer.Render(Page);
        Assert.Equal((2, 2), (transfer.Count, transfer.Classes.Count));
        foreach (TransferredClass entry in transfer.Classes)
        {
            // The other network is the same, and calls its classes otherwise: what is "dog" here is class 0 there.
            Assert.Equal(new Visualizer(_model, Small).Render(Objective.Logit(entry.Label)).Pictures[0].Bytes.ToArray(), entry.Unit.Picture.Bytes.ToArray());
            IReadOnlyList<(int Class, string Label, float Probability)> seen = _other.Classify(entry.Unit.Picture, 4);
            Assert.Equal(seen[entry.Rank - 1].Label, entry.Label);
            Assert.Equal(seen[0].Label, entry.First);
        }
        Assert.Equal(transfer.Classes.Count(entry => entry.Rank == 1), transfer.Recognised);
        Assert.Equal(2, transfer.AmongFive);
        string html = File.ReadAllText(Page);
        Assert.Contains($"first in {transfer.Recognised} of 2 pictures", html, StringComparison.Ordinal);
        Assert.All(transfer.Classes, entry => Assert.Contains(entry.Rank == 1 ? "<small>first</small>" : $"<small>place {entry.Rank}, after {entry.First}</small>", html, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_classes_that_both_know_are_drawn()
    {
        Assert.Equal([0, 2, 3], Transfer.Drawn(_model, _judge, 10, seed: 0));
        Assert.Equal(2, Transfer.Drawn(_model, _judge, 2, seed: 5).Count);
        Assert.Contains("has no class 'bee'", Assert.Throws<UsageException>(() => new Transfer(_model, Small, _judge, [1])).Message, StringComparison.Ordinal);
        using Model nameless = _tiny.Load();
        Assert.Contains("needs the labels of both networks", Assert.Throws<UsageException>(() => Transfer.Drawn(nameless, _judge, 2, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_off_has_what_was_done()
    {
        using var cancellation = new CancellationTokenSource();
        var transfer = new Transfer(_model, Small, _judge, [0, 2, 3], batch: 1);
        transfer.Render(Page, (done, _) =>
        {
            if (done == 8) cancellation.Cancel();
        }, cancellation.Token);
        Assert.Single(transfer.Classes);
        Assert.Contains("stopped after 1 of 3 pictures", File.ReadAllText(Page), StringComparison.Ordinal);
    }
}
