using System.Collections.Immutable;
using System.Text;
using Phosphene.Atlas.Sweeps;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Atlas.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 18, Width = 22, Steps = 5, Transforms = Pipeline.Of(new Jitter(2)), Seed = 3 };
    private static readonly IReadOnlyList<SweepMake> Everything = [SweepMake.Channel, SweepMake.Neuron, SweepMake.Negative, SweepMake.Diverse];

    private readonly TinyModel _tiny = new();
    private readonly Model _model;
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep").FullName;

    public SweepTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_picture_that_is_kept_by_itself_is_a_unit_of_a_sweep_that_is_done()
    {
        SweepUnit planned = Plan(Small, channels: 3).Units.First(unit => unit is { Channel: 2, Make: SweepMake.Channel }), unit = SweepUnit.OfChannel(_model, planned.Layer, 2, Small with { Batch = 4 });
        Assert.Equal((planned.Id, planned.Name), (unit.Id, unit.Name));
        string folder = Folder("kept");
        Assert.False(SweepRecord.IsDone(folder, planned));
        Rendering rendering = new Visualizer(_model, Small).Render(unit.Objective);
        SweepRecord.Keep(folder, unit, _model, rendering);
        SweepRecord record = SweepRecord.OfDone(folder, planned, verify: true)!;
        Assert.Equal(rendering.Value, record.Values.Single());
        Assert.Equal(rendering.Provenances[0], Provenance.Read(Path.Combine(folder, record.Files.Single().File)));
    }

    [Fact]
    public void Everything_of_a_plan_is_made_and_is_what_render_makes()
    {
        SweepPlan plan = Plan(Small, channels: 6, snapshots: [1, 3]);
        Assert.Equal(24, plan.Units.Count);
        string folder = Folder("a");
        var done = new List<SweepUnit>();
        Assert.True(new Sweep(plan, folder).Run(Shard.Whole, done: (unit, failure) => done.Add(unit)));
        Assert.Equal(plan.Units, done);
        Assert.All(plan.Units, unit => Assert.True(SweepRecord.IsDone(folder, unit, verify: true)));
        Assert.Equal(plan.Units.Count + plan.Units.Sum(unit => unit.Files.Count()), Contents(folder).Count);
        foreach (SweepUnit unit in plan.Units)
            foreach ((string file, int image, int step) in unit.Files)
            {
                Provenance provenance = Provenance.Read(Path.Combine(folder, file));
                Assert.Equal(($"{unit.Objective}", image, step), (provenance.Objective, provenance.Image, provenance.Step));
                Rendering alone = new Visualizer(_model, provenance.Recipe with { Steps = step }).Render(Objective.Parse(provenance.Objective));
                Assert.Equal(alone.Pictures[image].Bytes.ToArray(), Images.Picture.Load(Path.Combine(folder, file)).Bytes.ToArray());
                Assert.Equal(alone.Provenances[image].Value, provenance.Value);
            }
    }

    [Fact]
    public void What_is_done_is_not_made_again()
    {
        SweepPlan plan = Plan(Small, channels: 4);
        string folder = Folder("a");
        Run(plan, folder);
        int steps = 0;
        Assert.True(new Sweep(plan, folder).Run(Shard.Whole, (_, _) => steps++));
        Assert.Equal(0, steps);
        // Another recipe for the same channels, then the first again: it is still there.
        Run(Plan(Small with { Seed = 4 }, channels: 4), folder);
        Assert.True(new Sweep(plan, folder).Run(Shard.Whole, (_, _) => steps++));
        Assert.Equal(0, steps);
        // More channels: only those.
        var made = new List<int>();
        Assert.True(new Sweep(Plan(Small, channels: 6), folder).Run(Shard.Whole, done: (unit, _) => made.Add(unit.Channel)));
        Assert.Equal([4, 5], made.Distinct());
    }

    [Fact]
    public void Whatever_is_missing_is_made_again_and_nothing_else()
    {
        SweepPlan plan = Plan(Small, channels: 6);
        string folder = Folder("a");
        Run(plan, folder);
        IReadOnlyDictionary<string, string> whole = Contents(folder);
        foreach (SweepUnit unit in new[] { plan.Units[2], plan.Units[^1] })
            foreach (string file in unit.Files.Select(entry => entry.File).Append(unit.RecordName))
            {
                File.Delete(Path.Combine(folder, file));
                var made = new List<SweepUnit>();
                Assert.True(new Sweep(plan, folder).Run(Shard.Whole, done: (unit, _) => made.Add(unit)));
                Assert.Equal([unit], made);
                Assert.Equal(whole, Contents(folder));
            }
        File.WriteAllText(Path.Combine(folder, plan.Units[3].RecordName), "{ torn");
        Run(plan, folder);
        Assert.Equal(whole, Contents(folder));
    }

    [Fact]
    public void Stopped_anywhere_and_gone_on_with_it_ends_in_the_same_files()
    {
        SweepPlan plan = Plan(Small, channels: 5, snapshots: [2]);
        string whole = Folder("whole");
        Run(plan, whole);
        for (int at = 1; at < 40; at += 3)
        {
            string folder = Folder($"{at}");
            int steps = 0;
            using (var stop = new CancellationTokenSource())
                Assert.False(new Sweep(plan, folder).Run(Shard.Whole, (_, _) => { if (++steps == at) stop.Cancel(); }, cancellation: stop.Token));
            Run(plan, folder);
            Assert.Equal(Contents(whole), Contents(folder));
        }
    }

    [Fact]
    public void A_stop_lets_the_batch_in_hand_be_finished()
    {
        SweepPlan plan = Plan(Small, channels: 6);
        int batches = 0;
        var made = new List<SweepUnit>();
        Assert.False(new Sweep(plan, Folder("a")).Run(Shard.Whole, done: (unit, _) => made.Add(unit), stop: () => ++batches > 2));
        Assert.Equal(plan.Units.Take(6), made);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Shards_in_any_order_and_at_once_give_the_same_files(int count)
    {
        SweepPlan plan = Plan(Small, channels: 6);
        string whole = Folder("whole"), backwards = Folder("backwards"), atOnce = Folder("at-once");
        Run(plan, whole);
        for (int i = count - 1; i >= 0; i--) Assert.True(new Sweep(plan, backwards).Run(new Shard(i, count)));
        Assert.Equal(Contents(whole), Contents(backwards));
        Parallel.For(0, 2 * count, i =>
        {
            using Model own = Model.Load(_model.Path, new ModelOptions { Threads = 1 });
            Assert.True(new Sweep(Plan(Small, channels: 6, own), atOnce).Run(new Shard(i % count, count)));
        });
        Assert.Equal(Contents(whole), Contents(atOnce));
    }

    [Fact]
    public void A_unit_that_diverges_is_recorded_and_does_not_stop_the_rest()
    {
        SweepPlan plan = Plan(Small with { Optimizer = new Optimizers.Adam(1e38f) }, channels: 3);
        string folder = Folder("a");
        var failures = new List<string?>();
        Assert.True(new Sweep(plan, folder).Run(Shard.Whole, done: (_, failure) => failures.Add(failure)));
        Assert.Equal(plan.Units.Count, failures.Count);
        Assert.Contains(failures, failure => failure is not null);
        Assert.Equal(failures, plan.Units.Select(unit => SweepRecord.Read(Path.Combine(folder, unit.RecordName), unit.Id)!.Failure));
    }

    [Fact]
    public void A_unit_of_which_nothing_comes_is_recorded_tried_again_and_does_not_stop_the_rest()
    {
        SweepPlan plan = Plan(Small, channels: 6);
        string whole = Folder("whole"), folder = Folder("a");
        Run(plan, whole);
        plan.Save(folder);
        SweepUnit[] bad = [plan.Units[1], plan.Units[4], plan.Units[^1]];
        var failures = new List<(SweepUnit, string)>();
        for (int run = 0; run < 2; run++)
        {
            failures.Clear();
            var steps = new HashSet<SweepUnit>();
            Assert.True(new Sweep(plan, folder).Run(Shard.Whole, (units, _) =>
            {
                steps.UnionWith(units);
                if (units.Intersect(bad).Any()) throw new InvalidOperationException("It cannot be.");
            }, (unit, failure) => { if (failure is not null) failures.Add((unit, failure)); }));
            Assert.Equal(bad.Select(unit => (unit, "It cannot be.")), failures);
            if (run == 1) Assert.Equal(bad.ToHashSet(), steps);      // nothing but these
            Assert.All(bad, unit => Assert.Equal(("It cannot be.", true), (SweepRecord.OfEnded(folder, unit)!.Failure, SweepRecord.OfEnded(folder, unit)!.HasNothing)));
            Assert.All(bad, unit => Assert.False(SweepRecord.IsDone(folder, unit)));
            SweepStatus status = SweepStatus.Of(folder);
            Assert.Equal((21, 3), (status.Done, status.Failed));
        }
        Run(plan, folder);
        plan.Save(whole);
        Assert.Equal(Contents(whole), Contents(folder));
    }

    [Fact]
    public void Shards_and_makes_are_read()
    {
        Assert.Equal(new Shard(2, 8), Shard.Parse("2/8"));
        foreach (string bad in new[] { "8/8", "1", "a/b", "-1/2", "1/2/3", "" })
            Assert.Equal($"'{bad}' is no shard: i/n is expected, with i from 0 to n - 1, such as 0/4 for the first of four.", Assert.Throws<UsageException>(() => Shard.Parse(bad)).Message);
        Assert.Equal(Everything, SweepMakes.Parse("channel, neuron,negative,diverse,channel"));
        Assert.Equal(Everything, SweepMakes.Parse(string.Join(',', Everything.Select(make => make.Text()))));
        Assert.Equal("'all' is nothing that a sweep makes; it makes channel, neuron, negative and diverse.", Assert.Throws<UsageException>(() => SweepMakes.Parse("all")).Message);
    }

    [Fact]
    public void Layers_without_positions_have_no_neurons_and_no_diverse_pictures() =>
        Assert.Equal([SweepMake.Channel, SweepMake.Negative], new SweepPlan(_model, Small, [("logits", _ => [0])], Everything).Units.Select(unit => unit.Make));

    private SweepPlan Plan(Recipe recipe, int channels, Model? model = null, ImmutableSortedSet<int>? snapshots = null) =>
        new(model ?? _model, recipe, [("relu2", _ => Enumerable.Range(0, channels))], Everything, snapshots);

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    private static void Run(SweepPlan plan, string folder) => Assert.True(new Sweep(plan, folder).Run(Shard.Whole));

    private static SortedDictionary<string, string> Contents(string folder) =>
        new(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(File.ReadAllBytes(file))), StringComparer.Ordinal);
}
