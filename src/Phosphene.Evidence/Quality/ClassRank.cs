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
        _logits = judge.Activate(judge.Input.FromColours(_colours))[judge.LogitsLayer];
        if (_logits.Shape.Rank < 2 || _logits.Shape.Count != _logits.Shape.Channels)
            throw new UsageException($"Model '{judge.Path}' gives '{judge.LogitsLayer}' {_logits.Shape} for an image, where one number for each class is expected, [1, classes]: it does not classify. Give a classifier.");
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
        if (objective.Classes.Distinct().ToArray() is not [var name]) return null;
        int classes = _logits.Shape.Channels;
        if (model.Labels.Count == 0 || _judge.Labels.Count == 0)
            throw new UsageException($"Whether '{_judge.Path}' sees class '{name}' needs the labels of both networks, since numbers may mean different classes; '{(model.Labels.Count == 0 ? model : _judge).Path}' has none. Name them in MODEL.phosphene.json beside the model, or import them into it.");
        string label = model.Labels[model.Labels.Find(name, model.Labels.Count)];
        foreach (string synonym in label.Split(',', StringSplitOptions.TrimEntries).Prepend(label))
            if (_judge.Labels.TryFind(synonym, classes) is { } found) return found;
        throw new UsageException($"Model '{_judge.Path}' has no class '{label}', which '{name}' is; give another network to judge, or other classes.");
    }

    /// <summary>The place of a class in a picture: 1 if the judge sees it first.</summary>
    /// <param name="picture">The picture, brought to the judge's size as <see cref="Picture.Cover"/> does.</param>
    /// <param name="class">The judge's number of the class.</param>
    public int Of(Picture picture, int @class)
    {
        ArgumentNullException.ThrowIfNull(picture);
        picture.Cover(_size.Height, _size.Width).ToPlanar(_plan.Input(_colours));
        _plan.Run();
        ReadOnlySpan<float> logits = _plan.Output(_logits);
        int before = 0;
        foreach (float logit in logits) before += logit > logits[@class] ? 1 : 0;
        return before + 1;
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
