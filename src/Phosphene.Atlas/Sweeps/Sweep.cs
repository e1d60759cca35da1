using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Sweeps;

/// <summary>
/// Makes what a plan says into a folder, in which everything that is done stays done: killed at any moment, run again, run by several processes at once, in any order, it ends in the same files. The folder is all that is
/// known of the work; a unit is done when its record is there, which is written after its pictures.
/// </summary>
/// <param name="plan">What is made.</param>
/// <param name="folder">Where to.</param>
public sealed class Sweep(SweepPlan plan, string folder)
{
    /// <summary>The batches of the plan: neighbours of a layer and a make, which are rendered together, or a unit of several pictures by itself.</summary>
    public IReadOnlyList<IReadOnlyList<SweepUnit>> Batches { get; } = [.. Split(plan.Units)];

    /// <summary>Makes what is missing of a shard.</summary>
    /// <param name="shard">Which batches are looked at.</param>
    /// <param name="observe">Called after each step: the units that are in work, and the step.</param>
    /// <param name="done">Called when a unit is done: it, and its failure if it has one.</param>
    /// <param name="stop">Ends the work after the batch in hand.</param>
    /// <param name="cancellation">Ends it after the current step; the batch in hand is dropped.</param>
    /// <returns>Whether everything in the shard is done.</returns>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public bool Run(Shard shard, Action<IReadOnlyList<SweepUnit>, AscentStep>? observe = null, Action<SweepUnit, string?>? done = null, Func<bool>? stop = null, CancellationToken cancellation = default)
    {
        string photos = Path.Combine(folder, DatasetExamples.PhotoFolder);
        foreach (string left in plan.Units.Select(unit => Path.Combine(folder, SweepUnit.FolderOf(unit.Layer))).Distinct().Append(folder).Append(photos)) AtomicFile.Sweep(left);
        if (plan.Examples is not null) OutputFolder.Create(photos);
        IEnumerable<IReadOnlyList<SweepUnit>> mine = Batches.Where((_, number) => shard.Has(number));
        foreach (IGrouping<object, IReadOnlyList<SweepUnit>> kind in mine.GroupBy(batch => (object)(batch[0].Layer, batch[0].Make)))
        {
            OutputFolder.Create(Path.Combine(folder, SweepUnit.FolderOf(kind.First()[0].Layer)));
            bool isComplete = kind.First()[0].Make == SweepMake.Examples ? RunExamples(kind, done, stop, cancellation) : Run([.. kind], observe, done, stop, cancellation);
            if (!isComplete) return false;
        }
        return true;
    }

    private bool RunExamples(IEnumerable<IReadOnlyList<SweepUnit>> batches, Action<SweepUnit, string?>? done, Func<bool>? stop, CancellationToken cancellation)
    {
        foreach (SweepUnit unit in batches.SelectMany(batch => batch).Where(unit => !SweepRecord.IsDone(folder, unit)))
        {
            if (cancellation.IsCancellationRequested || (stop?.Invoke() ?? false)) return false;
            string? failure = plan.Examples!.Write(folder, unit);
            done?.Invoke(unit, failure);
        }
        return true;
    }

    // All batches of a layer and a make, for which the model is compiled once. What a batch gave is written while the next one is made.
    private bool Run(IReadOnlyCollection<IReadOnlyList<SweepUnit>> batches, Action<IReadOnlyList<SweepUnit>, AscentStep>? observe, Action<SweepUnit, string?>? done, Func<bool>? stop, CancellationToken cancellation)
    {
        using IEnumerator<IReadOnlyList<SweepUnit>> ahead = batches.GetEnumerator();
        IReadOnlyList<SweepUnit> inHand = [];
        Recipe recipe = batches.First()[0].Recipe;
        bool stopped = false;
        var snapshots = new Dictionary<(int Image, int Step), (Picture Picture, double Value)>();
        using var writer = new SweepWriter(done);
        while (true)
        {
            try
            {
                if (!RunOn(Pending())) return false;
                writer.Wait();
                return !stopped && !cancellation.IsCancellationRequested;
            }
            catch (Exception error) when (IsOfUnits(error))
            {
                // One of them fails: each by itself, and then on.
                IReadOnlyList<SweepUnit> failed = inHand;
                snapshots = [];
                if (failed.Count == 1) writer.Write(() => Fail(failed[0], error));
                else
                    foreach (SweepUnit unit in failed)
                    {
                        try
                        {
                            if (!RunOn([[unit]])) return false;
                        }
                        catch (Exception own) when (IsOfUnits(own))
                        {
                            snapshots = [];
                            writer.Write(() => Fail(unit, own));
                        }
                    }
            }
        }

        // Looked up when a batch's turn comes: another process may have done it by then.
        IEnumerable<IReadOnlyList<SweepUnit>> Pending()
        {
            while (ahead.MoveNext())
            {
                SweepUnit[] missing = [.. ahead.Current.Where(unit => !SweepRecord.IsDone(folder, unit))];
                if (missing.Length == 0) continue;
                if (stopped = stop?.Invoke() ?? false) yield break;
                yield return missing;
            }
        }

        // Whether it was not cut off.
        bool RunOn(IEnumerable<IReadOnlyList<SweepUnit>> pending)
        {
            foreach (IReadOnlyList<Rendering> batch in Render(recipe, pending.Select(units => inHand = units), Step, cancellation))
            {
                if (cancellation.IsCancellationRequested && batch.Any(rendering => !rendering.IsDone && rendering.Divergence is null)) return false;
                (IReadOnlyList<SweepUnit> units, var kept) = (inHand, snapshots);
                snapshots = [];
                writer.Write(() => [.. units.Zip(batch).Select((pair, place) =>
                {
                    try
                    {
                        Save(pair.First, pair.Second, place, kept);
                        return (pair.First, pair.Second.Divergence?.Message);
                    }
                    catch (Exception error) when (IsOfUnits(error))
                    {
                        return Fail(pair.First, error)[0];
                    }
                })]);
            }
            return true;
        }

        void Step(int first, AscentStep step)
        {
            writer.ThrowIfFailed();
            observe?.Invoke(inHand, step);
            if (!inHand[0].Snapshots.Contains(step.Index) || step.Index == inHand[0].Recipe.Steps) return;
            IReadOnlyList<double> values = step.CleanValues();
            foreach ((Picture picture, int image) in step.Pictures().Select((picture, image) => (picture, image)))
                snapshots[(first + image, step.Index)] = (picture, values[values.Count == 1 ? 0 : image]);
        }
    }

    // Of what concerns the folder or the machine all units would fail.
    private static bool IsOfUnits(Exception error) => error is not (IOException or UnauthorizedAccessException or OutOfMemoryException or OperationCanceledException);

    private IReadOnlyList<(SweepUnit, string?)> Fail(SweepUnit unit, Exception error)
    {
        SweepRecord.WriteFailure(folder, unit, plan.Model, error.Message);
        return [(unit, error.Message)];
    }

    // Of one layer and one make.
    private IEnumerable<IReadOnlyList<Rendering>> Render(Recipe recipe, IEnumerable<IReadOnlyList<SweepUnit>> batches, Action<int, AscentStep> observe, CancellationToken cancellation)
    {
        var visualizer = new Visualizer(plan.Model, recipe);
        return recipe.Batch > 1
            ? visualizer.RenderEach(batches.Select(batch => batch[0].Objective), step => observe(0, step), cancellation).Select(rendering => (IReadOnlyList<Rendering>)[rendering])
            : visualizer.RenderTogether(batches.Select(batch => (IReadOnlyList<Objective>)[.. batch.Select(unit => unit.Objective)]), observe, cancellation);
    }

    private void Save(SweepUnit unit, Rendering rendering, int place, Dictionary<(int Image, int Step), (Picture Picture, double Value)> snapshots)
    {
        var files = new List<(string, string)>();
        foreach ((string file, int image, int step) in unit.Files)
        {
            Picture picture;
            if (step == unit.Recipe.Steps) picture = rendering.Pictures[image];
            else if (snapshots.TryGetValue((unit.Recipe.Batch > 1 ? image : place, step), out (Picture Picture, double Value) snapshot))
                picture = snapshot.Picture.With(Provenance.Of(plan.Model, unit.Objective, unit.Recipe, image, step, [.. Enumerable.Repeat(snapshot.Value, unit.Recipe.Batch)]).ToTexts());
            else continue;                                           // the ascent ended before it
            files.Add(SweepRecord.WritePicture(folder, file, picture));
        }
        SweepRecord.Write(folder, unit, plan.Model, rendering, files);
    }

    private static IEnumerable<IReadOnlyList<SweepUnit>> Split(IReadOnlyList<SweepUnit> units) => units.GroupBy(unit => (unit.Layer, unit.Make))
        .SelectMany(kind => kind.Chunk(kind.First().Recipe.Batch > 1 ? 1 : Visualizer.MostTogether));
}
