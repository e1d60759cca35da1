using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Sweeps;

/// <summary>
/// One thing that a sweep makes of a channel: an ascent, known by what decides its pixels, or dataset examples. Its files are <c>LAYER/CHANNEL-MAKE-ID.png</c> (of several pictures <c>-0.png</c>, <c>-1.png</c>; of snapshots <c>-step16.png</c>) and,
/// written last, its record <c>LAYER/CHANNEL-MAKE-ID.json</c>: what has a record is done. The photos of dataset examples are shared by many units; the record names them.
/// </summary>
public sealed record SweepUnit
{
    // What makes the same recipe give other pixels is counted here, so that sweeps of before are made anew.
    private const int Numerics = 5;

    internal SweepUnit(Model model, Layer layer, int channel, SweepMake make, Recipe recipe, ImmutableSortedSet<int> snapshots, int pictures)
    {
        Objective lone = Objective.Channel(layer, channel);
        (Layer, Channel, Make, Snapshots) = (layer, channel, make, snapshots);
        Objective = (make switch
        {
            SweepMake.Neuron => Objective.Neuron(layer, channel),
            SweepMake.Negative => -lone,
            SweepMake.Diverse => Objective.Varied(lone, layer),
            _ => lone,
        }).Pinned();
        Recipe = recipe with { Batch = make == SweepMake.Diverse ? pictures : 1 };
        (Id, Name) = Named($"{Numerics}\n{model.Sha256}\n{model.Preprocessing}\n{Objective}\n{Recipe.ToJson()}\n{string.Join(',', snapshots)}");
    }

    /// <summary>The picture of a channel.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="recipe">The recipe; its batch does not matter.</param>
    public static SweepUnit OfChannel(Model model, Layer layer, int channel, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(recipe);
        return new SweepUnit(model, layer, channel, SweepMake.Channel, recipe.For(model).Pinned(), [], 1);
    }

    /// <summary>Dataset examples.</summary>
    internal SweepUnit(Model model, Layer layer, int channel, Recipe recipe, DatasetExamples examples, Layer indexLayer)
    {
        (Layer, Channel, Make, Snapshots, IndexLayer) = (layer, channel, SweepMake.Examples, [], indexLayer);
        Objective = Objective.Channel(layer, channel).Pinned();
        Recipe = recipe with { Batch = 1 };
        (Id, Name) = Named($"{model.Sha256}\n{model.Preprocessing}\n{examples.Identity(layer, channel)}");
    }

    private (string Id, string Name) Named(string identity)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16];
        return (id, $"{FolderOf(Layer)}/{Channel}-{Make.Text()}-{id}");
    }

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>The channel.</summary>
    public int Channel { get; }

    /// <summary>What is made of it.</summary>
    public SweepMake Make { get; }

    /// <summary>What an index of examples calls the layer, of dataset examples.</summary>
    internal Layer? IndexLayer { get; }

    /// <summary>What is maximized; of dataset examples, what they are examples of.</summary>
    public Objective Objective { get; }

    /// <summary>The recipe, with a size and its batch. Dataset examples do not need it.</summary>
    public Recipe Recipe { get; }

    /// <summary>After which steps the picture is kept besides.</summary>
    public ImmutableSortedSet<int> Snapshots { get; }

    /// <summary>
    /// The first 16 hexadecimal digits of the SHA-256 of the model's SHA-256, its preprocessing, the objective, the recipe, the snapshots and the version of the numerics; of dataset examples, of the layer, the channel and what
    /// their index is of in place of all that comes after the preprocessing.
    /// </summary>
    public string Id { get; }

    /// <summary>The beginning of the names of its files, in the folder of the sweep.</summary>
    public string Name { get; }

    /// <summary>The name of its record.</summary>
    public string RecordName => $"{Name}.json";

    /// <summary>The names of its pictures: those after the last step, then, by step, its snapshots. None of dataset examples.</summary>
    public IEnumerable<(string File, int Image, int Step)> Files => Make == SweepMake.Examples ? [] :
        Snapshots.Where(step => step < Recipe.Steps).Prepend(Recipe.Steps).SelectMany(step => Enumerable.Range(0, Recipe.Batch)
            .Select(image => ($"{Name}{(Recipe.Batch > 1 ? $"-{image}" : "")}{(step < Recipe.Steps ? $"-step{step}" : "")}.png", image, step)));

    /// <summary>The folder of a layer's units in that of the sweep: its name, of which everything but letters, digits, '.' and '_' is '-'.</summary>
    public static string FolderOf(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        string name = string.Concat(layer.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('.');
        return name.Length is > 0 and <= 100 ? name : $"layer-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(layer.Name)))[..16]}";
    }
}
