using System.Collections.Immutable;
using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;

namespace Phosphene.Visualization;

/// <summary>
/// A gradient ascent, step by step: parameters → image → transforms → model → objective, and back. All of a step, the optimizer's move too, is one compiled
/// graph. The first steps run a plan that looks for dead ReLUs and, once there are any, one that redirects their gradients; the others run the plain one. An ascent is used by one thread at a time; several
/// ascents may share a model.
/// </summary>
public sealed class Ascent : IDisposable
{
    private readonly IReadOnlyList<Objective> _watched;
    private readonly IReadOnlyList<Leg> _legs;
    private readonly IReadOnlyList<Picture> _pictures;               // what it starts from; none for noise
    private readonly Plateau? _plateau;                              // of the last leg, if the recipe has a patience
    private Canvas _canvas;
    private CompiledStep? _last;
    private bool _foundDead;                                         // a ReLU of the present objective
    private IReadOnlyList<string>? _warnings;                        // of the present objective
    private Goal? _goal;                                             // of the present leg and objective

    /// <summary>The start of an ascent; its first step is compiled.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">How to ascend.</param>
    /// <param name="objective">What is maximized.</param>
    /// <param name="watched">Other objectives that are computed in each step, and only looked at.</param>
    /// <exception cref="UsageException">The objective or the recipe does not fit the model.</exception>
    /// <exception cref="Syntax.InputFileException">The image that the recipe starts from is missing, or is another than the recipe says.</exception>
    public Ascent(Model model, Recipe recipe, Objective objective, params IReadOnlyList<Objective> watched) : this(model, recipe, objective, null, watched)
    {
    }

    /// <summary>The start of an ascent from pictures, if some are given, rather than from what the recipe starts from.</summary>
    internal Ascent(Model model, Recipe recipe, Objective objective, IReadOnlyList<Picture>? pictures, IReadOnlyList<Objective> watched)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(watched);
        (recipe with { Steps = int.MaxValue }).Check();              // fewer steps than its stages have are the beginning of a longer ascent
        (recipe, objective) = (recipe.For(model).Pinned(), objective.Pinned());
        recipe.Display.Check(model.Input.Channels);
        ImageLimit.Require(recipe.Batch, model.Input.Channels, recipe.Height!.Value, recipe.Width!.Value);
        if (recipe.Start?.Images.Length > recipe.Batch)
            throw new UsageException($"The recipe starts from {recipe.Start.Images.Length} images and has a batch of {recipe.Batch}, so that some would not be seen; give as large a batch, or fewer images.");
        _pictures = pictures ?? recipe.Start?.Read() ?? [];
        if (_pictures.Count > 0) recipe = WideEnough(model, recipe, _pictures);
        (Model, Recipe, Objective, _watched, _legs) = (model, recipe, objective, watched, Leg.Of(recipe));
        _plateau = recipe.Patience is { } patience ? new Plateau(patience) : null;
        _canvas = StartOf(_legs[0]);
        try
        {
            NextStep();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether what is compiled is kept for a <see cref="Restart"/>, rather than given back as soon as the ascent no longer needs it: more memory, less time.
    /// </summary>
    public bool KeepsPlans { get; init; }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The recipe, with the size of the images and the SHA-256 of each file that it refers to.</summary>
    public Recipe Recipe { get; private set; }

    /// <summary>What is maximized.</summary>
    public Objective Objective { get; private set; }

    /// <summary>How many steps were done: how many times the parameters have moved.</summary>
    public int StepsDone { get; private set; }

    /// <summary>Whether the objective no longer rises, as the recipe's <see cref="Recipe.Patience"/> has it; never without one. It can be gone on with all the same.</summary>
    public bool HasStoppedRising => _plateau is not null && _plateau.IsReached(StepsDone - _legs[^1].First);

    /// <summary>Whether all steps of the recipe are done, or the objective no longer rises.</summary>
    public bool IsDone => StepsDone >= Recipe.Steps || HasStoppedRising;

    /// <summary>The objective that the last step started from, on the transformed image, averaged over the batch; penalties of the recipe are not in it.</summary>
    public float Value { get; private set; }

    /// <summary>How many images of the batch had a dead ReLU opened in the last step.</summary>
    public int RedirectedImages { get; private set; }

    /// <summary>In how many steps a dead ReLU was opened, for any image of the batch.</summary>
    public int RedirectedSteps { get; private set; }

    /// <summary>How the transformed image was made to fit the model, in words; null if it fitted.</summary>
    public string? Fit { get; private set; }

    /// <summary>What can be carried out, and yet is likely to disappoint: sentences that say what to do instead. Found when first asked for.</summary>
    public IReadOnlyList<string> Warnings => _warnings ??= Visualization.Warnings.Of(Model, Recipe, Objective);

    /// <summary>What the last step ran, before the first what it will run: for its cost and its profile. It belongs to the ascent.</summary>
    public Plan Plan => Last.Plan;

    /// <summary>The objective that the last step started from, for each image; one number if it is one for the whole batch. Valid until the next step.</summary>
    public ReadOnlySpan<float> Values => Last.ValuesOf(0);

    /// <summary>A watched objective in the last step, by its place, for each image. Valid until the next step.</summary>
    public ReadOnlySpan<float> WatchedValues(int watched) => Last.ValuesOf(Goal.PlaceOf(watched));

    /// <summary>The values of a parameter of the image, by its place. Valid until the next step.</summary>
    public ReadOnlySpan<float> Parameter(int index) => _canvas.States[index].Values;

    private CompiledStep Last => _last ?? NextStep();

    private Goal Goal => _goal ??= GoalOf(_canvas.Leg, Objective);

    private Goal GoalOf(Leg leg, Objective objective) => new(objective, leg.Penalty, _watched);

    /// <summary>Does a step.</summary>
    /// <exception cref="AscentDivergedException">
    /// The objective, its gradient or a parameter became NaN or infinite. The parameters are the last that gave a number; the ascent cannot go on.
    /// </exception>
    public void Advance() => TryAdvance(CancellationToken.None);

    /// <summary>Does a step, or gives it up where that is asked for: nothing has moved then, and it can be done again.</summary>
    /// <returns>Whether it was done.</returns>
    /// <inheritdoc cref="Advance"/>
    public bool TryAdvance(CancellationToken cancellation)
    {
        if (StepsDone == _canvas.Leg.End) GoOnWith(_canvas.Next(LegAt(StepsDone)));
        if (Run(cancellation) is not { } step) return false;
        Value = step.Value;
        if (!step.IsFinite)
        {
            int number = StepsDone + 1;
            if (StepsDone > _canvas.Leg.First) Undo();
            throw new AscentDivergedException($"The objective '{Objective}' became {(float.IsFinite(Value) ? "infinite by its penalties" : Value)} in step {number}; try a smaller learning rate or another seed.");
        }
        RedirectedImages = step.DeadImages();
        if (RedirectedImages > 0) RedirectedSteps++;
        bool finite = step.Plan.Assign() && _canvas.Change(StepsDone + 1);
        if (_canvas.Leg.IsLast) _plateau?.Note(StepsDone - _canvas.Leg.First, Value);
        StepsDone++;
        if (finite) return true;
        Undo();
        throw new AscentDivergedException(step.GradientIsFinite
            ? $"Step {StepsDone + 1} would move '{Objective}' to infinity; try a smaller learning rate."
            : $"The gradient of '{Objective}' is not finite in step {StepsDone + 1}{AdviceOnGradient()}");
    }

    // Everything of a step but the move; null if it was given up. Dead ReLUs are rare, and looking for them takes less than opening them: once one is found, the step is run again with it opened, and so are those that follow.
    private CompiledStep? Run(CancellationToken cancellation)
    {
        CompiledStep step = _last = NextStep();
        _canvas.Draw(step, Recipe.Seed, StepsDone);
        if (!step.Plan.TryRun(cancellation)) return null;
        if (Dead(StepsDone) != DeadRelus.Watched || step.DeadImages() == 0) return step;
        _foundDead = true;
        return Run(cancellation);
    }

    // Before anything has moved it cannot be the learning rate.
    private string AdviceOnGradient() => StepsDone > 0
        ? "; try a smaller learning rate or another seed. If it takes a quotient or a logarithm, keep what that is taken of away from 0."
        : string.Create(CultureInfo.InvariantCulture, $", though its value, {Value:G4}, is: a division by 0 or a logarithm of 0 has an infinite slope. Keep what it is taken of away from 0, as in (x + 1e-6f).Log().");

    private void Undo()
    {
        foreach (ParameterState state in _canvas.States) state.Undo();
        StepsDone--;
    }

    /// <summary>
    /// Begins anew with another objective, and another seed if one is given. What was compiled serves again if the objectives differ only in the channels of
    /// their layers.
    /// </summary>
    /// <exception cref="UsageException">The objective does not fit the model; nothing has changed.</exception>
    public void Restart(Objective objective, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        objective = objective.Pinned();
        _canvas.Restart(GoalOf(_canvas.Leg, objective));
        (_goal, _warnings) = (null, null);
        Objective = objective;
        Recipe = Recipe with { Seed = seed ?? Recipe.Seed };
        if (_canvas.Leg == _legs[0])
        {
            using ParameterizedImage start = Canvas.Start(Model, Recipe, _legs[0], _pictures);
            for (int i = 0; i < _canvas.States.Length; i++) _canvas.States[i].Restart(start.Parameters[i].Parameter.Values);
        }
        else GoOnWith(StartOf(_legs[0]));
        (StepsDone, RedirectedSteps, RedirectedImages, Value, _last, _foundDead) = (0, 0, 0, 0, null, false);
    }

    /// <summary>Where the ascent stands, to be restored later, perhaps in another process.</summary>
    public AscentSnapshot Snapshot() => new(StepsDone, RedirectedSteps, ArraysOf(_canvas).ToImmutableSortedDictionary(entry => entry.Name, entry => ImmutableArray.Create(entry.Array), StringComparer.Ordinal));

    /// <summary>Goes back, or on, to a snapshot of an ascent of the same model, recipe and objective.</summary>
    /// <exception cref="UsageException">The snapshot has other arrays than this ascent; nothing has changed.</exception>
    public void Restore(AscentSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNegative(snapshot.Step);
        Restore(snapshot.Step, snapshot.RedirectedSteps, _ => snapshot.Arrays);
    }

    /// <summary>Goes to where a snapshot was taken, whose arrays are read once it is known which there are: names in order, and lengths.</summary>
    internal void Restore(int step, int redirectedSteps, Func<IReadOnlyList<(string Name, int Length)>, IReadOnlyDictionary<string, ImmutableArray<float>>> read)
    {
        // A snapshot at the end of a leg is of that leg: the next one begins with the next step.
        int last = Math.Max(0, step - 1);
        Leg leg = LegAt(last);
        Canvas canvas = _canvas.Leg == leg ? _canvas : Canvas.Of(Model, Recipe, leg, _pictures, Canvas.Start(Model, Recipe, leg, []));
        try
        {
            canvas.Step(GoalOf(leg, Objective), Dead(last), KeepsPlans);      // which makes what the optimizer remembers
            Fill(canvas, read([.. ArraysOf(canvas).Select(entry => (entry.Name, entry.Array.Length)).OrderBy(entry => entry.Name, StringComparer.Ordinal)]));
        }
        catch
        {
            if (ReferenceEquals(canvas, _canvas)) _last = null;      // its plan may have made room
            else canvas.Dispose();
            throw;
        }
        if (!ReferenceEquals(canvas, _canvas)) GoOnWith(canvas);
        (StepsDone, RedirectedSteps, RedirectedImages, _last) = (step, redirectedSteps, 0, null);
    }

    private void Fill(Canvas canvas, IReadOnlyDictionary<string, ImmutableArray<float>> snapshot)
    {
        const string advice = "Restore it to an ascent of the recipe and objective that it was taken of.";
        (string Name, float[] Array)[] arrays = [.. ArraysOf(canvas)];
        foreach ((string name, float[] array) in arrays)
            if (!snapshot.TryGetValue(name, out ImmutableArray<float> stored) || stored.Length != array.Length)
                throw new UsageException($"The snapshot is of another ascent: '{name}' has {(stored.IsDefault ? "no" : stored.Length)} values in it, where {array.Length} are expected. {advice}");
        if (snapshot.Count != arrays.Length)
            throw new UsageException($"The snapshot is of another ascent: it has {snapshot.Count} arrays, where {arrays.Length} are expected. {advice}");
        foreach ((string name, float[] array) in arrays) snapshot[name].CopyTo(array);
    }

    private IEnumerable<(string Name, float[] Array)> ArraysOf(Canvas canvas) =>
        [.. canvas.States.SelectMany((state, i) => state.Arrays.Select(entry => ($"parameter {i}/{entry.Name}", entry.Array))), .. _plateau is null ? [] : new[] { ("last values", _plateau.Values) }];

    /// <summary>The pictures as they are now, one for each image of the batch.</summary>
    public IReadOnlyList<Picture> Pictures()
    {
        ReadOnlySpan<float> pixels = _canvas.Image(out ReadOnlySpan<float> opacity);
        int size = pixels.Length / Recipe.Batch, alphas = opacity.Length / Recipe.Batch;
        var pictures = new Picture[Recipe.Batch];
        for (int n = 0; n < pictures.Length; n++)
        {
            pictures[n] = Recipe.Display.Show(pixels.Slice(n * size, size), _canvas.Leg.Height, _canvas.Leg.Width);
            if (alphas > 0) pictures[n] = pictures[n].WithAlpha(opacity.Slice(n * alphas, alphas));
        }
        return pictures;
    }

    /// <summary>The objective on each image as it is now, without transforms; one number if it is one for the whole batch.</summary>
    public IReadOnlyList<double> CleanValues() => CleanValues(0);

    /// <summary>A watched objective, by its place, on each image as it is now, without transforms.</summary>
    public IReadOnlyList<double> CleanWatchedValues(int watched) => CleanValues(Goal.PlaceOf(watched));

    /// <summary>
    /// How alike the images are as they are now, without transforms, in each layer in which the objective compares them (<see cref="Objective.Diversity"/>): the
    /// mean of the cosines of their Gram matrices over all pairs, from 1, all alike, to 0.
    /// </summary>
    public IReadOnlyDictionary<Layer, double> Similarities() =>
        Goal.Compared.Select((layer, i) => KeyValuePair.Create(layer, CleanValues(Goal.Objectives.Count + i)[0])).ToDictionary();

    private double[] CleanValues(int objective)
    {
        (double[] values, string? fit) = _canvas.CleanValues(Goal, objective);
        Fit ??= fit;
        return values;
    }

    private CompiledStep NextStep()
    {
        CompiledStep step = _canvas.Step(Goal, Dead(StepsDone), KeepsPlans);
        Fit = step.Fit;
        return step;
    }

    private Canvas StartOf(Leg leg) => Canvas.Of(Model, Recipe, leg, _pictures, Canvas.Start(Model, Recipe, leg, _pictures));

    // The recipe with a parameterization that can make the pictures that the ascent starts from.
    private static Recipe WideEnough(Model model, Recipe recipe, IReadOnlyList<Picture> pictures)
    {
        Tensor start = Canvas.StartOf(model, pictures, recipe.Height!.Value, recipe.Width!.Value);
        using Plan plan = model.Backend.Compile(start);
        plan.Run();
        int length = start.Shape.Count / pictures.Count;
        for (int n = 0; n < pictures.Count; n++) recipe = recipe with { Parameterization = recipe.Parameterization.WideEnoughFor(plan.Output(start).Slice(n * length, length)) };
        return recipe;
    }

    private DeadRelus Dead(int step) => step >= Recipe.RedirectSteps ? DeadRelus.Ignored : _foundDead ? DeadRelus.Opened : DeadRelus.Watched;

    private Leg LegAt(int step) => _legs.First(leg => step < leg.End);

    private void GoOnWith(Canvas canvas)
    {
        Canvas old = _canvas;
        _canvas = canvas;
        (_last, _goal) = (null, null);
        if (canvas.SharesImageWith(old)) old.ReleasePlans();
        else old.Dispose();
    }

    /// <summary>Gives the memory of the steps back; another step would compile them anew.</summary>
    internal void ReleaseSteps()
    {
        _canvas.ReleaseSteps();
        _last = null;
    }

    /// <summary>Frees the plans. The model stays open.</summary>
    public void Dispose() => _canvas.Dispose();
}
