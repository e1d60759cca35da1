using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Visualization;

/// <summary>
/// The ascents of several objectives at once, step by step, as the images of a batch, because that is faster: each has the very pixels that its objective and the recipe with a batch of 1 give.
/// What is compiled serves for the next objectives if they differ only in the channels of their layers.
/// </summary>
public sealed class JointAscent : IDisposable
{
    private readonly Recipe _alone;
    private IReadOnlyList<Objective> _objectives;

    /// <summary>The start of the ascents; their first step is compiled.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">How to ascend; its batch does not matter.</param>
    /// <param name="objectives">What is maximized, 1 to <see cref="Visualizer.MostTogether"/>.</param>
    /// <exception cref="UsageException">They cannot be joined (<see cref="CanJoin"/>), or an objective or the recipe does not fit the model.</exception>
    public JointAscent(Model model, Recipe recipe, params IReadOnlyList<Objective> objectives)
    {
        if (!CanJoin(model, recipe, objectives)) throw new UsageException("These ascents cannot be joined: their objectives are of several kinds, or the images of a batch would not be what each is alone. Make one after the other.");
        (_alone, _objectives) = (Alone(model, recipe), objectives);
        Ascent = new Ascent(model, objectives.Count == 1 ? _alone : _alone with { Batch = objectives.Count, Parameterization = new Repeated(_alone.Parameterization) }, Joined(objectives)) { KeepsPlans = true };
    }

    /// <summary>
    /// Whether each image of a batch is what it would be alone: the objectives are of one kind, such as channels of a layer, and the images share nothing, as they do with noise that each draws apart, a decoder's
    /// latents or a patience. One ascent needs nothing of this.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">How to ascend.</param>
    /// <param name="objectives">What is maximized, 1 to <see cref="Visualizer.MostTogether"/>.</param>
    public static bool CanJoin(Model model, Recipe recipe, params IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentOutOfRangeException.ThrowIfZero(objectives.Count, nameof(objectives));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objectives.Count, Visualizer.MostTogether, nameof(objectives));
        return objectives.Count == 1 || EachObjective.AreOfOneKind(objectives) && IndependentImages.In(model, Alone(model, recipe));
    }

    /// <summary>What is maximized, one for each image.</summary>
    public IReadOnlyList<Objective> Objectives => _objectives;

    /// <summary>All of them as one ascent, whose images they are.</summary>
    public Ascent Ascent { get; }

    /// <summary>Begins anew with as many other objectives.</summary>
    /// <exception cref="UsageException">One does not fit the model, or they cannot be joined; nothing has changed.</exception>
    public void Restart(params IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentOutOfRangeException.ThrowIfNotEqual(objectives.Count, _objectives.Count, nameof(objectives));
        if (objectives.Count > 1 && !EachObjective.AreOfOneKind(objectives)) throw new UsageException("These ascents cannot be joined: their objectives are of several kinds.");
        Ascent.Restart(Joined(objectives));
        _objectives = objectives;
    }

    /// <summary>Does the steps that are left, and says what came of each.</summary>
    public IReadOnlyList<Rendering> Finish() => Parts(Visualizer.Finish(Ascent));

    /// <summary>What each image of the whole is by itself.</summary>
    internal IReadOnlyList<Rendering> Parts(Rendering whole) => [.. _objectives.Select((objective, image) => Part(whole, objective, image))];

    private Rendering Part(Rendering whole, Objective objective, int image)
    {
        double value = whole.Values[image];
        Provenance provenance = Provenance.Of(Ascent.Model, objective.Pinned(), _alone, 0, whole.Steps, [value]);
        return whole with { Pictures = [whole.Pictures[image].With(provenance.ToTexts())], Provenances = [provenance], Value = value, Values = [value] };
    }

    private static Recipe Alone(Model model, Recipe recipe) => (recipe with { Batch = 1 }).For(model).Pinned();

    private static Objective Joined(IReadOnlyList<Objective> objectives) => objectives.Count == 1 ? objectives[0] : Objective.Each([.. objectives]);

    /// <summary>Frees what is compiled. The model stays open.</summary>
    public void Dispose() => Ascent.Dispose();
}
