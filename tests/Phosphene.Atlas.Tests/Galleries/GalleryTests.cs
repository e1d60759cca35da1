using Phosphene.Atlas.Galleries;
using Phosphene.Atlas.Networks;
using Phosphene.Atlas.Sweeps;
using Phosphene.Models;
using Phosphene.Pages.Galleries;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Atlas.Tests.Galleries;

public sealed class GalleryTests : IDisposable
{
    private static readonly Recipe s_recipe = Recipe.Lucid with { Height = 18, Width = 22, Steps = 4, Transforms = Pipeline.Of(new Jitter(2)), Seed = 3 };

    private readonly TinyModel _tiny = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("gallery").FullName;

    public void Dispose()
    {
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Everything_that_a_sweep_has_made_is_shown_and_the_model_is_not_needed_for_it()
    {
        Sweep([SweepMake.Channel, SweepMake.Negative, SweepMake.Diverse], snapshots: [1, 2]);
        Gallery gallery = Gallery.Read(_folder);
        Assert.Equal(["relu1", "relu2", "logits"], gallery.Network.Layers.Select(layer => layer.Name));
        Assert.Equal([3, 3, 3], gallery.Network.Layers.Select(layer => layer.Units.Count));
        Assert.Equal([[], [0], [1]], gallery.Network.Layers.Select(layer => layer.Sources));
        GalleryUnit unit = gallery.Network.Layers[1].Units[2];
        Assert.Equal(["channel", "negative", "diversity"], unit.Pictures.Select(picture => picture.Kind));
        Assert.Equal([1, 1, 4], unit.Pictures.Select(picture => picture.Images.Count));
        Assert.Equal([1, 2], unit.Pictures[0].Images[0].Snapshots.Select(snapshot => snapshot.Step));
        Assert.Equal((18, 22), (unit.Pictures[0].Height, unit.Pictures[0].Width));
        Assert.Equal("-(relu2:2)", unit.Pictures[1].Objective.Replace("-relu2:2", "-(relu2:2)", StringComparison.Ordinal));
        Assert.NotEmpty(unit.From);
        Assert.Equal(["shirt", "boat", "cat"], gallery.Network.Layers[2].Units.Select(class1 => class1.Label));
        Assert.Contains("phosphene replay relu2/2-channel-", unit.Commands[0].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_pages_are_written_beside_the_pictures_or_into_another_folder_with_copies_of_them()
    {
        Sweep([SweepMake.Channel], snapshots: []);
        string[] before = Files(_folder);
        string other = Path.Combine(_folder, "elsewhere"), index = Gallery.Read(_folder).Save(other);
        Assert.Equal(Path.Combine(other, "index.html"), index);
        Assert.True(File.Exists(Path.Combine(other, "relu2", "1.html")));
        foreach (string picture in before.Where(file => file.EndsWith(".png", StringComparison.Ordinal))) Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, picture)), File.ReadAllBytes(Path.Combine(other, picture)));
        Directory.Delete(other, recursive: true);
        Gallery.Read(_folder).Save(_folder);
        Assert.Empty(before.Except(Files(_folder)));
        // Nothing of the sweep has changed, and the same gallery has the same bytes.
        Assert.True(SweepStatus.Of(_folder, verify: true) is { Done: 9, Damaged.Count: 0 });
        byte[] page = File.ReadAllBytes(Path.Combine(_folder, "relu1", "0.html"));
        Gallery.Read(_folder).Save(_folder);
        Assert.Equal(page, File.ReadAllBytes(Path.Combine(_folder, "relu1", "0.html")));
    }

    [Fact]
    public void What_is_not_done_or_not_whole_is_not_shown()
    {
        Sweep([SweepMake.Channel], snapshots: []);
        string[] records = [.. Directory.GetFiles(Path.Combine(_folder, "relu2"), "*.json").Order()];
        File.Delete(records[0]);
        File.Delete(Path.ChangeExtension(records[1], ".png"));
        File.WriteAllText(records[2], File.ReadAllText(records[2]).Replace("\"file\":\"relu2/", "\"file\":\"../relu2/", StringComparison.Ordinal));
        Assert.Empty(Gallery.Read(_folder).Network.Layers[1].Units);
        // What a record names outside of the folder is nobody's to look at, or to delete.
        Assert.True(SweepStatus.Of(_folder, verify: true) is { Done: 6, Damaged: [var gone] } && gone.StartsWith("relu2/1-", StringComparison.Ordinal));
        Assert.Equal(3, Gallery.Read(_folder).Network.Layers[0].Units.Count);
        foreach (string layer in (string[])["relu1", "logits"]) Directory.Delete(Path.Combine(_folder, layer), recursive: true);
        Assert.Contains("Nothing of the sweep", Assert.Throws<InputFileException>(() => Gallery.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_sweep_and_a_damaged_map_are_told_of()
    {
        Assert.Contains("has no sweep", Assert.Throws<InputFileException>(() => Gallery.Read(_folder)).Message, StringComparison.Ordinal);
        Sweep([SweepMake.Channel], snapshots: []);
        string map = Path.Combine(_folder, "network.json");
        byte[] whole = File.ReadAllBytes(map);
        foreach (string damaged in (string[])["", "{}", "null", "[1]", "{\"model\":\"a\",\"layers\":[null],\"labels\":[]}", "{\"model\":\"a\",\"layers\":[{\"name\":\"x\"}],\"labels\":[]}"])
        {
            File.WriteAllText(map, damaged);
            Assert.Contains("network.json' is damaged", Assert.Throws<InputFileException>(() => Gallery.Read(_folder)).Message, StringComparison.Ordinal);
        }
        File.Delete(map);
        Assert.Contains("network.json' is missing", Assert.Throws<InputFileException>(() => Gallery.Read(_folder)).Message, StringComparison.Ordinal);
        string units = Path.Combine(_folder, "units.jsonl");
        byte[] list = File.ReadAllBytes(units);
        File.WriteAllBytes(map, whole);
        File.WriteAllText(units, "damaged");
        Assert.Contains("units.jsonl' is damaged", Assert.Throws<InputFileException>(() => Gallery.Read(_folder)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(units, list);
        File.Delete(map);
        // The same sweep mends it, to the same bytes.
        Sweep([SweepMake.Channel], snapshots: []);
        Assert.Equal(whole, File.ReadAllBytes(map));
    }

    [Fact]
    public void What_other_commands_found_out_stands_with_the_units()
    {
        Sweep([SweepMake.Channel], snapshots: []);
        string diagnosis = Save("d.json", """{"layers":[{"layer":"relu2","channels":[{"channel":1,"concerns":[{"concern":"dead on data"}]},{"channel":2,"concerns":[]}]}]}""");
        string stability = Save("s.json", """{"units":[{"objective":"relu2:2","same":0.934,"facets":[3,1]}]}"""), paths = Save("p.json", """{"units":[{"unit":"relu2:2","similarity":-0.5}]}""");
        IReadOnlyList<GalleryUnit> units = Gallery.Read(_folder, GalleryFindings.Read(diagnosis, stability, paths)).Network.Layers[1].Units;
        Assert.Contains("dead on data", units[1].Concerns);
        Assert.Equal([("recurs", "0.93"), ("facets", "2"), ("natural path", "-0.50")], units[2].Findings);
        Assert.Contains("'phosphene stability --json'", Assert.Throws<InputFileException>(() => GalleryFindings.Read(stability: diagnosis)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<InputFileException>(() => GalleryFindings.Read(paths: Path.Combine(_folder, "none.json"))).Message, StringComparison.Ordinal);
    }

    private string Save(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private void Sweep(IReadOnlyList<SweepMake> makes, int[] snapshots)
    {
        using Model model = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["shirt", "boat", "cat", "tree"]) });
        var plan = new SweepPlan(model, s_recipe, ((string[])["relu1", "relu2", "logits"]).Select(layer => ((Layer)layer, (Func<int, IEnumerable<int>>)(_ => Enumerable.Range(0, 3)))), makes, [.. snapshots]);
        plan.Save(_folder);
        new Sweep(plan, _folder).Run(Shard.Whole);
    }

    private static string[] Files(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))];
}
