using System.Collections.Immutable;
using Phosphene.Models;
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
    /// <exception cref="UsageException">A layer has no channels, or one that is asked for is not there.</exception>
    public SweepPlan(Model model, Recipe recipe, IEnumerable<(Layer Layer, Func<int, IEnumerable<int>> Channels)> layers, IReadOnlyList<SweepMake> makes, ImmutableSortedSet<int>? snapshots = null, int pictures = UsualPictures)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(makes);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 2);
        (Model, Recipe) = (model, recipe.For(model).Pinned());
        var units = new List<SweepUnit>();
        foreach ((Layer layer, Func<int, IEnumerable<int>> channels) in layers)
        {
            Shape shape = model.LayerShape(layer, Recipe.Height, Recipe.Width) is { Rank: 2 or 4 } known ? known
                : throw new UsageException($"Layer '{layer.Name}' has no channels that are known for images of {Recipe.Height} x {Recipe.Width} pixels; choose layers [N, channels, height, width] or [N, channels].");
            int[] chosen = [.. channels(shape[1])];
            if (chosen.FirstOrDefault(channel => channel < 0 || channel >= shape[1]) is var beyond && beyond != 0) throw new UsageException($"Layer '{layer.Name}' has channels 0 to {shape[1] - 1}; there is no channel {beyond}.");
            foreach (SweepMake make in makes.Where(make => shape.Rank == 4 || make is SweepMake.Channel or SweepMake.Negative))
                foreach (int channel in chosen)
                    units.Add(new SweepUnit(model, layer, channel, make, Recipe, snapshots ?? [], pictures));
        }
        Units = units;
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The recipe, with a size.</summary>
    public Recipe Recipe { get; }

    /// <summary>The units, layer by layer, and in a layer make by make.</summary>
    public IReadOnlyList<SweepUnit> Units { get; }
}
