using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Quality;

/// <summary>The place of a class among all that a network sees in pictures: another network than the one that the pictures were made for tells whether they show the class, or only what fools the first.</summary>
public sealed class ClassRank : IDisposable
{
    private readonly Model _judge;
    private readonly (int Height, int Width) _size;
    private readonly Tensor _colours, _logits;
    private readonly Plan _plan;

    /// <summary>A network as the judge.</summary>
    /// <param name="judge">The network that looks at the pictures; it stays the caller's.</param>
    /// <exception cref="UsageException">It gives no list of classes, or takes other images than grey or coloured ones.</exception>
    public ClassRank(Model judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        (_judge, _size) = (judge, judge.UsualSize);
        _colours = new Tensor(new Input(new Shape(1, 3, _size.Height, _size.Width), "picture"));
        _logits = judge.Logits(_colours);
        _plan = judge.Backend.Compile([_logits]);
    }

    /// <summary>
    /// The class of the judge that an objective of another network is for, by its label: the label that the network has for its number, whole or one of its synonyms. Null for an objective of no class, or of several.
    /// </summary>
    /// <param name="model">The network that the objective is for.</param>
    /// <param name="objective">The objective, for example logit(207).</param>
    /// <exception cref="UsageException">The judge knows no such class, or one of the networks has no labels where they are needed.</exception>
    public int? ClassOf(Model model, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        // A channel of the logits is a class, too.
        if (objective.Layers.ToArray() is [var layer] && model.Aliases.Resolve(layer.Name) == model.LogitsLayer && ChannelOf(objective, layer) is { } channel) return ClassOf(model, channel);
        if (objective.Classes.Distinct().ToArray() is not [var name]) return null;
        RequireLabels(model);
        return ClassOf(model, model.Labels.Find(name, model.Labels.Count));
    }

    // The channel of an objective that is one channel of a layer.
    private static int? ChannelOf(Objective objective, Layer layer) =>
        int.TryParse(objective.ToString().Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int channel) && objective.Equals(Objective.Channel(layer, channel)) ? channel : null;

    /// <summary>The class of the judge that a class of another network is, by its label, whole or one of its synonyms.</summary>
    /// <param name="model">The other network.</param>
    /// <param name="class">Its number of the class.</param>
    /// <exception cref="UsageException">The judge knows no such class, or one of the networks has no labels.</exception>
    public int ClassOf(Model model, int @class)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireLabels(model);
        string label = model.Labels[@class];
        return Known(label) ?? throw new UsageException($"Model '{_judge.Path}' has no class '{label}', which is class {@class} of '{model.Path}'; give another network to judge, or other classes.");
    }

    /// <summary>Whether the judge knows a class of another network.</summary>
    /// <param name="model">The other network.</param>
    /// <param name="class">Its number of the class.</param>
    public bool Knows(Model model, int @class)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Labels.Count > @class && Known(model.Labels[@class]) is not null;
    }

    private int? Known(string label) =>
        label.Split(',', StringSplitOptions.TrimEntries).Prepend(label).Select(synonym => _judge.Labels.TryFind(synonym, _logits.Shape.Channels)).FirstOrDefault(found => found is not null);

    private void RequireLabels(Model model)
    {
        if (model.Labels.Count > 0 && _judge.Labels.Count > 0) return;
        throw new UsageException($"Whether '{_judge.Path}' sees a class of '{model.Path}' needs the labels of both networks, since numbers may mean different classes; '{(model.Labels.Count == 0 ? model : _judge).Path}' has none. Name them in MODEL.phosphene.json beside the model, or import them into it.");
    }

    /// <summary>The place of a class in a picture: 1 if the judge sees it first.</summary>
    /// <param name="picture">The picture, brought to the judge's size as <see cref="Picture.Cover"/> does.</param>
    /// <param name="class">The judge's number of the class.</param>
    public int Of(Picture picture, int @class) => Of(picture, @class, out _);

    /// <summary>The same, with the class that comes first.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="class">The judge's number of the class.</param>
    /// <param name="first">The judge's number of the class that it sees first.</param>
    public int Of(Picture picture, int @class, out int first)
    {
        ArgumentNullException.ThrowIfNull(picture);
        picture.Cover(_size.Height, _size.Width).ToPlanar(_plan.Input(_colours));
        _plan.Run();
        ReadOnlySpan<float> logits = _plan.Output(_logits);
        (int before, first) = (0, 0);
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > logits[@class]) before++;
            if (logits[i] > logits[first]) first = i;
        }
        return before + 1;
    }

    /// <summary>The name of the judge: that of its file, without folders and extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(_judge.Path);

    /// <summary>What the judge calls a class.</summary>
    public string LabelOf(int @class) => _judge.Labels[@class];

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
