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
    private IReadOnlyList<Objective> _watched;
    private IReadOnlyList<Leg> _legs;
    private IReadOnlyList<Picture> _pictures;                        // what it starts from; none for noise
    private Plateau? _plateau;                                       // of the last leg, if the recipe has a patience
    private Canvas _canvas;
    private Canvas? _upcoming;                                       // of the leg that begins with the next step, where that is compiled already
    private Goal _goal;                                              // of the canvas
    private int _since;                                              // the steps done when the parameters became what the canvas moves: none of its moves is before
    private CompiledStep? _last;
    private bool _isTold = true;                                     // by the stages of the recipe: all that was done
    private bool _foundDead;                                         // a ReLU of the present objective
    private IReadOnlyList<string>? _warnings;                        // of the present objective

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
        (recipe, objective) = (Whole(model, recipe), objective.Pinned());
        _pictures = pictures ?? recipe.Start?.Read() ?? [];
        recipe = WideEnough(model, recipe, _pictures);
        (Model, Recipe, Objective, _watched, _legs) = (model, recipe, objective, watched, Leg.Of(recipe));
        _plateau = PlateauOf(recipe);
        _canvas = StartOf(_legs[0]);
        _goal = GoalOf(_legs[0], objective);
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

    /// <summary>
    /// Whether <see cref="Recipe"/> and <see cref="Objective"/> tell all that was done, so that an ascent of them does the same again: always, unless <see cref="GoOn"/> changed what no stage can tell, or the
    /// image is <see cref="Masked"/>, which no text can say.
    /// </summary>
    public bool IsReplayable => _isTold && Recipe.Parameterization is not Masked;

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
    public ReadOnlySpan<float> WatchedValues(int watched) => Last.ValuesOf(_goal.PlaceOf(watched));

    /// <summary>The values of a parameter of the image, by its place. Valid until the next step.</summary>
    public ReadOnlySpan<float> Parameter(int index) => _canvas.States[index].Values;

    private CompiledStep Last => _last ?? NextStep();

    private Goal GoalOf(Leg leg, Objective objective) => new(objective, leg.Penalty, _watched);

    /// <summary>Does a step.</summary>
    /// <exception cref="AscentDivergedException">
    /// The objective, its gradient, a parameter or the image became NaN or infinite. The parameters are the last that gave a number; the ascent cannot go on.
    /// </exception>
    public void Advance() => TryAdvance(CancellationToken.None);

    /// <summary>Does a step, or gives it up where that is asked for: nothing has moved then, and it can be done again.</summary>
    /// <returns>Whether it was done.</returns>
    /// <inheritdoc cref="Advance"/>
    public bool TryAdvance(CancellationToken cancellation)
    {
        if (StepsDone == _canvas.Leg.End) GoOnWithNextLeg();
        if (Run(cancellation) is not { } step) return false;
        Value = step.Value;
        if (!step.IsFinite)
        {
            int number = StepsDone + 1;
            if (StepsDone > _since) Undo();
            throw new AscentDivergedException($"The objective '{Objective}' became {(float.IsFinite(Value) ? "infinite by its penalties" : Value)} in step {number}; try a smaller learning rate or another seed.");
        }
        RedirectedImages = step.DeadImages();
        if (RedirectedImages > 0) RedirectedSteps++;
        bool finite = step.Plan.Assign() && _canvas.Change(StepsDone + 1), isImage = !finite || _canvas.IsImageFinite();
        if (_canvas.Leg.IsLast) _plateau?.Note(StepsDone - _canvas.Leg.First, Value);
        StepsDone++;
        if (finite && isImage) return true;
        Undo();
        throw new AscentDivergedException(!isImage
            ? $"Step {StepsDone + 1} for '{Objective}' would make an image that is no numbers; try a smaller learning rate."
            : step.GradientIsFinite
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

    private void GoOnWithNextLeg()
    {
        Canvas next = _upcoming ?? _canvas.Next(Recipe, LegAt(StepsDone));
        GoOnWith(next, GoalOf(next.Leg, Objective));
        if (next.Leg.IsLast) _plateau = PlateauOf(Recipe);
    }

    private void Undo()
    {
        foreach (ParameterState state in _canvas.States) state.Undo();
        StepsDone--;
    }

    /// <summary>
    /// Goes on with another recipe or another objective from the next step on. Where the parameterization and the size of the image stay, so do the parameters and, where the optimizer is of the same kind,
    /// what it remembers; otherwise the ascent goes on from the picture as it is. The steps are counted on, so that stages of the new recipe that would be over by now are left out. What the first steps were
    /// is told by stages of <see cref="Recipe"/>, as far as stages can tell it: see <see cref="IsReplayable"/>. What differs in nothing that is compiled compiles nothing.
    /// </summary>
    /// <param name="recipe">The recipe; if it has fewer steps than were done, it gets as many.</param>
    /// <param name="objective">What is maximized.</param>
    /// <param name="watched">Other objectives that are computed in each step, and only looked at, in place of those until now.</param>
    /// <exception cref="UsageException">
    /// The objective or the recipe does not fit the model; or it has another batch or, once a step was done, another start; or another parameterization or size, and the parameterization cannot begin from a
    /// picture. Nothing has changed: the ascent can go on as before.
    /// </exception>
    /// <exception cref="Syntax.InputFileException">A file that the recipe or the objective names is missing or cannot be used; nothing has changed.</exception>
    public void GoOn(Recipe recipe, Objective objective, params IReadOnlyList<Objective> watched)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(watched);
        (recipe, objective) = (Whole(Model, recipe), objective.Pinned());
        if (recipe.Batch != Recipe.Batch) throw new UsageException($"An ascent of {Recipe.Batch} images goes on with as many; got a batch of {recipe.Batch}. Begin another ascent.");
        bool begins = StepsDone == 0;
        if (!begins && recipe.Start != Recipe.Start) throw new UsageException("An ascent that has begun cannot start from something else; begin another ascent.");
        IReadOnlyList<Picture> pictures = recipe.Start == Recipe.Start ? _pictures : recipe.Start?.Read() ?? [];
        recipe = WideEnough(Model, recipe, pictures);
        Recipe? told = begins ? recipe : objective == Objective ? Leg.Told(Recipe, StepsDone, recipe) : null;
        recipe = told ?? recipe with { Steps = Math.Max(recipe.Steps, StepsDone) };

        // What can be told becomes a new leg, which begins with the next step; anything else is as if it had been so from the start.
        IReadOnlyList<Leg> legs = Leg.Of(recipe);
        Leg present = Leg.At(legs, Math.Max(0, StepsDone - 1)), next = told is null ? present : Leg.At(legs, StepsDone);
        Goal goal = new(objective, next.Penalty, watched);
        bool foundDead = _foundDead && objective == Objective, isSame = next == present && next.IsLike(_canvas.Leg) && !begins && recipe.Parameterization.Equals(Recipe.Parameterization);
        Canvas? made = isSame && (goal.Equals(_goal) || told is null && _canvas.Takes(goal)) ? null
            : begins ? Canvas.Of(Model, recipe, next, pictures, Canvas.Start(Model, recipe, next, pictures)) : _canvas.Next(recipe, next);
        try
        {
            made?.Step(goal, Dead(StepsDone, recipe, foundDead), KeepsPlans);
        }
        catch
        {
            Release(made!, _canvas);
            throw;
        }

        if (made is not null && next != present)
        {
            DropUpcoming();
            _upcoming = made;
        }
        else if (made is not null) GoOnWith(made, goal);
        else
        {
            DropUpcoming();
            _goal = goal;
        }
        if (next != present || made is null) _canvas.Leg = present;
        if (told is null) _plateau = PlateauOf(recipe);
        (Recipe, Objective, _watched, _legs, _pictures, _foundDead, _warnings, _isTold) = (recipe, objective, watched, legs, pictures, foundDead, null, begins || _isTold && told is not null);
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
        Goal goal = GoalOf(_canvas.Leg, objective);
        _canvas.Aim(goal);
        DropUpcoming();
        (_goal, _warnings) = (goal, null);
        Objective = objective;
        Recipe = Recipe with { Seed = seed ?? Recipe.Seed };
        if (_canvas.Leg == _legs[0])
        {
            using ParameterizedImage start = Canvas.Start(Model, Recipe, _legs[0], _pictures);
            for (int i = 0; i < _canvas.States.Length; i++) _canvas.States[i].Restart(start.Parameters[i].Parameter.Values);
        }
        else GoOnWith(StartOf(_legs[0]), GoalOf(_legs[0], objective));
        (StepsDone, RedirectedSteps, RedirectedImages, Value, _last, _foundDead, _since, _isTold) = (0, 0, 0, 0, null, false, 0, true);
    }

    /// <summary>Where the ascent stands, to be restored later, perhaps in another process.</summary>
    public AscentSnapshot Snapshot() => new(StepsDone, RedirectedSteps, ArraysOf(_canvas).ToImmutableSortedDictionary(entry => entry.Name, entry => ImmutableArray.Create(entry.Array), StringComparer.Ordinal)) { IsReplayable = IsReplayable };

    /// <summary>Goes back, or on, to a snapshot of an ascent of the same model, recipe and objective.</summary>
    /// <exception cref="UsageException">The snapshot has other arrays than this ascent; nothing has changed.</exception>
    public void Restore(AscentSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNegative(snapshot.Step);
        Restore(snapshot.Step, snapshot.RedirectedSteps, snapshot.IsReplayable, _ => snapshot.Arrays);
    }

    /// <summary>Goes to where a snapshot was taken, whose arrays are read once it is known which there are: names in order, and lengths.</summary>
    internal void Restore(int step, int redirectedSteps, bool isReplayable, Func<IReadOnlyList<(string Name, int Length)>, IReadOnlyDictionary<string, ImmutableArray<float>>> read)
    {
        // A snapshot at the end of a leg is of that leg: the next one begins with the next step.
        int last = Math.Max(0, step - 1);
        Leg leg = LegAt(last);
        Goal goal = GoalOf(leg, Objective);
        Canvas canvas = _canvas.Leg == leg ? _canvas : Canvas.Of(Model, Recipe, leg, _pictures, Canvas.Start(Model, Recipe, leg, []));
        try
        {
            canvas.Step(goal, Dead(last), KeepsPlans);                        // which makes what the optimizer remembers
            Fill(canvas, read([.. ArraysOf(canvas).Select(entry => (entry.Name, entry.Array.Length)).OrderBy(entry => entry.Name, StringComparer.Ordinal)]));
        }
        catch
        {
            if (ReferenceEquals(canvas, _canvas)) _last = null;      // its plan may have made room
            else canvas.Dispose();
            throw;
        }
        DropUpcoming();
        if (!ReferenceEquals(canvas, _canvas)) GoOnWith(canvas, goal);
        (StepsDone, RedirectedSteps, RedirectedImages, _last, _since, _isTold) = (step, redirectedSteps, 0, null, leg.First, isReplayable);
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

    /// <summary>Where a picture comes from, as it is now. Of a <see cref="Masked"/> image the recipe is that of what lies under the mask, which can be read again, and the picture counts as steered.</summary>
    /// <param name="image">Which image of the batch.</param>
    /// <param name="values">The objective on each clean image: <see cref="CleanValues()"/>.</param>
    public Provenance ProvenanceOf(int image, IReadOnlyList<double> values) => Provenance.Of(Model, Objective, Unmasked(Recipe), image, StepsDone, values) with { IsSteered = !IsReplayable };

    private static Recipe Unmasked(Recipe recipe) => recipe.Parameterization is Masked masked ? recipe with { Parameterization = masked.Inner } : recipe;

    /// <summary>The objective on each image as it is now, without transforms; one number if it is one for the whole batch.</summary>
    public IReadOnlyList<double> CleanValues() => CleanValues(0);

    /// <summary>A watched objective, by its place, on each image as it is now, without transforms.</summary>
    public IReadOnlyList<double> CleanWatchedValues(int watched) => CleanValues(_goal.PlaceOf(watched));

    /// <summary>
    /// How alike the images are as they are now, without transforms, in each layer in which the objective compares them (<see cref="Objective.Diversity"/>): the
    /// mean of the cosines of their Gram matrices over all pairs, from 1, all alike, to 0.
    /// </summary>
    public IReadOnlyDictionary<Layer, double> Similarities() =>
        _goal.Compared.Select((layer, i) => KeyValuePair.Create(layer, CleanValues(_goal.Objectives.Count + i)[0])).ToDictionary();

    private double[] CleanValues(int objective)
    {
        (double[] values, string? fit) = _canvas.CleanValues(_goal, objective);
        Fit ??= fit;
        return values;
    }

    private CompiledStep NextStep()
    {
        CompiledStep step = _canvas.Step(_goal, Dead(StepsDone), KeepsPlans);
        Fit = step.Fit;
        return step;
    }

    private Canvas StartOf(Leg leg) => Canvas.Of(Model, Recipe, leg, _pictures, Canvas.Start(Model, Recipe, leg, _pictures));

    // A recipe with all that it leaves to the model, checked.
    private static Recipe Whole(Model model, Recipe recipe)
    {
        (recipe with { Steps = int.MaxValue }).Check();              // fewer steps than its stages have are the beginning of a longer ascent
        recipe = recipe.For(model).Pinned();
        recipe.Display.Check(model.Input.Channels);
        ImageLimit.Require(recipe.Batch, model.Input.Channels, recipe.Height!.Value, recipe.Width!.Value);
        return !(recipe.Start?.Images.Length > recipe.Batch)
            ? recipe
            : throw new UsageException($"The recipe starts from {recipe.Start.Images.Length} images and has a batch of {recipe.Batch}, so that some would not be seen; give as large a batch, or fewer images.");
    }

    private static Plateau? PlateauOf(Recipe recipe) => recipe.Patience is { } patience ? new Plateau(patience) : null;

    // The recipe with a parameterization that can make the pictures that the ascent starts from.
    private static Recipe WideEnough(Model model, Recipe recipe, IReadOnlyList<Picture> pictures)
    {
        if (pictures.Count == 0) return recipe;
        Tensor start = Canvas.StartOf(model, pictures, recipe.Height!.Value, recipe.Width!.Value);
        using Plan plan = model.Backend.Compile(start);
        plan.Run();
        int length = start.Shape.Count / pictures.Count;
        for (int n = 0; n < pictures.Count; n++) recipe = recipe with { Parameterization = recipe.Parameterization.WideEnoughFor(plan.Output(start).Slice(n * length, length)) };
        return recipe;
    }

    private DeadRelus Dead(int step) => Dead(step, Recipe, _foundDead);

    private static DeadRelus Dead(int step, Recipe recipe, bool found) => step >= recipe.RedirectSteps ? DeadRelus.Ignored : found ? DeadRelus.Opened : DeadRelus.Watched;

    private Leg LegAt(int step) => Leg.At(_legs, step);

    private void GoOnWith(Canvas canvas, Goal goal)
    {
        if (ReferenceEquals(canvas, _upcoming)) _upcoming = null;
        DropUpcoming();
        Release(_canvas, canvas);
        (_canvas, _goal, _last, _since) = (canvas, goal, null, StepsDone);
    }

    private void DropUpcoming()
    {
        if (_upcoming is not null) Release(_upcoming, _canvas);
        _upcoming = null;
    }

    // Two canvases may have one image.
    private static void Release(Canvas canvas, Canvas kept)
    {
        if (canvas.SharesImageWith(kept)) canvas.ReleasePlans();
        else canvas.Dispose();
    }

    /// <summary>Gives the memory of the steps back; another step would compile them anew.</summary>
    internal void ReleaseSteps()
    {
        _canvas.ReleaseSteps();
        _last = null;
    }

    /// <summary>Frees the plans. The model stays open.</summary>
    public void Dispose()
    {
        DropUpcoming();
        _canvas.Dispose();
    }
}
