using System.Collections.Immutable;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>What a sweep makes: channels of layers, and what of each. The same plan has the same units, in the same order, in every process.</summary>
public sealed class SweepPlan
{
    /// <summary>How many pictures differ from each other, if not said otherwise: those of the article's appendix.</summary>
    public const int UsualPictures = 4;

    /// <summary>A plan.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">The recipe of every picture; its batch does not matter.</param>
    /// <param name="layers">The layers, each with the channels that are looked at.</param>
    /// <param name="makes">What is made of each channel. Neurons and diverse pictures are made only of layers with positions.</param>
    /// <param name="snapshots">After which steps pictures are kept besides.</param>
    /// <param name="pictures">How many diverse pictures a channel has.</param>
    /// <param name="examples">Where dataset examples of each channel come from; null for none.</param>
    /// <exception cref="UsageException">A layer has no channels, or one that is asked for is not there, in the model or in the examples.</exception>
    public SweepPlan(Model model, Recipe recipe, IEnumerable<(Layer Layer, Func<int, IEnumerable<int>> Channels)> layers, IReadOnlyList<SweepMake> makes, ImmutableSortedSet<int>? snapshots = null, int pictures = UsualPictures,
        DatasetExamples? examples = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(makes);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 2);
        (Model, Recipe, Examples) = (model, recipe.For(model).Pinned(), examples);
        var units = new List<SweepUnit>();
        foreach ((Layer given, Func<int, IEnumerable<int>> channels) in layers)
        {
            // The file of a dictionary is hashed once, not for each unit.
            Layer layer = Objective.Channel(given, 0).Pinned().Layers.Single();
            Shape shape = model.LayerShape(layer, Recipe.Height, Recipe.Width) is { Rank: 2 or 4 } known ? known
                : throw new UsageException($"Layer '{layer.Name}' has no channels that are known for images of {Recipe.Height} x {Recipe.Width} pixels; choose layers [N, channels, height, width] or [N, channels].");
            int[] chosen = [.. channels(shape[1])];
            if (chosen.FirstOrDefault(channel => channel < 0 || channel >= shape[1]) is var beyond && beyond != 0) throw new UsageException($"Layer '{layer.Name}' has channels 0 to {shape[1] - 1}; there is no channel {beyond}.");
            foreach (SweepMake make in makes.Where(make => shape.Rank == 4 || make is SweepMake.Channel or SweepMake.Negative))
                foreach (int channel in chosen)
                    units.Add(new SweepUnit(model, layer, channel, make, Recipe, snapshots ?? [], pictures));
            if (examples is null) continue;
            Layer indexLayer = examples.Require(given, chosen);
            units.AddRange(chosen.Select(channel => new SweepUnit(model, layer, channel, Recipe, examples, indexLayer)));
        }
        Units = units;
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The recipe, with a size.</summary>
    public Recipe Recipe { get; }

    /// <summary>Where dataset examples come from; null if there are none.</summary>
    public DatasetExamples? Examples { get; }

    /// <summary>The units, layer by layer, and in a layer make by make.</summary>
    public IReadOnlyList<SweepUnit> Units { get; }

    /// <summary>
    /// Writes down in a folder what its sweep makes, so that one can tell how far it is (<see cref="SweepStatus"/>). The same plan gives the same bytes. A plan that is there already is replaced: what was done stays, and what both have is not
    /// made again.
    /// </summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <exception cref="UsageException">The folder has a sweep of another model.</exception>
    /// <exception cref="Runtime.Files.OutputFileException">The folder cannot be written to.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        SweepFolder.Write(this, folder);
    }
}
