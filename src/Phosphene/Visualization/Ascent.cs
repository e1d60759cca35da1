using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>
/// A gradient ascent, step by step: parameters → image → transforms → network → objective, and back. All of a step, the optimizer's move too, is one compiled
/// graph. The first steps run a plan whose ReLUs redirect dead gradients; the others run the plain one. An ascent is used by one thread at a time; several
/// ascents may share a model.
/// </summary>
public sealed class Ascent : IDisposable
{
    private readonly Model _model;
    private readonly IReadOnlyList<Objective> _watched;
    private readonly RandomVariables _random = new();
    private readonly ParameterizedImage _image;
    private readonly ParameterState[] _states;
    private readonly Tensor _transformed;
    private Recipe _recipe;
    private Objective _objective;
    private CompiledStep? _redirecting, _plain, _last;
    private Plan? _preview;
    private (Plan Plan, ObjectiveGraph Objectives)? _clean;

    /// <summary>The start of an ascent; its first step is compiled.</summary>
    /// <param name="model">The network.</param>
    /// <param name="recipe">How to ascend.</param>
    /// <param name="objective">What is maximized.</param>
    /// <param name="watched">Other objectives that are computed in each step, and only looked at.</param>
    /// <exception cref="ArgumentException">The objective or the recipe does not fit the model.</exception>
    public Ascent(Model model, Recipe recipe, Objective objective, params IReadOnlyList<Objective> watched)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(watched);
        (_model, _recipe, _objective, _watched) = (model, recipe, objective, watched);
        if (recipe.Height < 1 || recipe.Width < 1 || recipe.Batch < 1)
            throw new ArgumentException($"A recipe needs a size and a batch of at least 1; got {recipe.Height} x {recipe.Width} pixels and {recipe.Batch} images.");
        recipe.Display.Check(model.Input.Channels);
        _image = Built(recipe.Seed);
        _states = [.. _image.Parameters.Select(parameter => new ParameterState(parameter.Values))];
        _transformed = recipe.Transforms.Apply(_image.Seen, _random);
        try
        {
            Current();
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

    /// <summary>The network.</summary>
    public Model Model => _model;

    /// <summary>The recipe.</summary>
    public Recipe Recipe => _recipe;

    /// <summary>What is maximized.</summary>
    public Objective Objective => _objective;

    /// <summary>How many steps were done: how many times the parameters have moved.</summary>
    public int StepsDone { get; private set; }

    /// <summary>The objective that the last step started from, on the transformed image, averaged over the batch.</summary>
    public float Value { get; private set; }

    /// <summary>How many images of the batch had a dead ReLU opened in the last step.</summary>
    public int RedirectedImages { get; private set; }

    /// <summary>In how many steps a dead ReLU was opened, for any image of the batch.</summary>
    public int RedirectedSteps { get; private set; }

    /// <summary>What the last step ran, before the first what it will run: for its cost and its profile. It belongs to the ascent.</summary>
    public Plan Plan => Last.Plan;

    /// <summary>How the transformed image was made to fit the network, in words; null if it fitted.</summary>
    public string? Fit { get; private set; }

    /// <summary>The objective that the last step started from, for each image; one number if it is one for the whole batch. Valid until the next step.</summary>
    public ReadOnlySpan<float> Values => Last.ValuesOf(0);

    /// <summary>A watched objective in the last step, by its place, for each image. Valid until the next step.</summary>
    public ReadOnlySpan<float> WatchedValues(int watched) => Last.ValuesOf(1 + watched);

    /// <summary>The values of a parameter of the image, by its place.</summary>
    public ReadOnlySpan<float> Parameter(int index) => _states[index].Values;

    /// <summary>Does a step.</summary>
    /// <exception cref="AscentDivergedException">
    /// The objective, its gradient or a parameter became NaN or infinite. The parameters are the last that gave a number; the ascent cannot go on.
    /// </exception>
    public void Advance()
    {
        CompiledStep step = _last = Current();
        _random.Draw(step.Plan, _recipe.Seed, StepsDone);
        _image.Random.Draw(step.Plan, _recipe.Seed, StepsDone);
        step.SetChannels();
        step.Plan.Run();
        Value = step.Value;
        if (!step.IsFinite)
        {
            int number = StepsDone + 1;
            if (StepsDone > 0) Undo();
            throw new AscentDivergedException($"The objective '{_objective}' became {Value} in step {number}; try a smaller learning rate or another seed.");
        }
        RedirectedImages = step.RedirectedImages();
        if (RedirectedImages > 0) RedirectedSteps++;
        bool finite = step.Plan.Assign();
        StepsDone++;
        if (finite) return;
        Undo();
        throw new AscentDivergedException(step.GradientIsFinite
            ? $"Step {StepsDone + 1} would move '{_objective}' to infinity; try a smaller learning rate."
            : $"The gradient of '{_objective}' is not finite in step {StepsDone + 1}; try a smaller learning rate or another seed.");
    }

    private void Undo()
    {
        foreach (ParameterState state in _states) state.Undo();
        StepsDone--;
    }

    /// <summary>
    /// Begins anew with another objective, and another seed if one is given. What was compiled serves again if the objectives differ only in the channels of
    /// their layers.
    /// </summary>
    /// <exception cref="ArgumentException">The objective does not fit the model; nothing has changed.</exception>
    public void Restart(Objective objective, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Objective old = _objective;
        _objective = objective;
        try
        {
            ObjectiveGraph objectives = Objectives(_transformed);
            Keep(ref _redirecting, objectives);
            Keep(ref _plain, objectives);
            if (_clean is { } clean && !clean.Objectives.TakeChannelsOf(Objectives(_image.Image)))
            {
                clean.Plan.Dispose();
                _clean = null;
            }
        }
        catch
        {
            _objective = old;
            throw;
        }
        _last = null;
        _recipe = _recipe with { Seed = seed ?? _recipe.Seed };
        using (ParameterizedImage start = Built(_recipe.Seed))
            for (int i = 0; i < _states.Length; i++) _states[i].Restart(start.Parameters[i].Parameter.Values);
        (StepsDone, RedirectedSteps, RedirectedImages, Value) = (0, 0, 0, 0);

        static void Keep(ref CompiledStep? step, ObjectiveGraph objectives)
        {
            if (step is null || step.Takes(objectives)) return;
            step.Dispose();
            step = null;
        }
    }

    /// <summary>Where the ascent stands, to be restored later, perhaps in another process.</summary>
    public AscentSnapshot Snapshot() => new(StepsDone, RedirectedSteps,
        Arrays().ToImmutableSortedDictionary(entry => entry.Name, entry => ImmutableArray.Create(entry.Array), StringComparer.Ordinal));

    /// <summary>Goes back, or on, to a snapshot of an ascent of the same model, recipe and objective.</summary>
    /// <exception cref="ArgumentException">The snapshot has other arrays than this ascent; nothing has changed.</exception>
    public void Restore(AscentSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        (string Name, float[] Array)[] arrays = [.. Arrays()];
        foreach ((string name, float[] array) in arrays)
            if (!snapshot.Arrays.TryGetValue(name, out ImmutableArray<float> stored) || stored.Length != array.Length)
                throw new ArgumentException($"The snapshot is of another ascent: '{name}' has {(stored.IsDefault ? "no" : stored.Length)} values in it, where {array.Length} are expected. Restore it to the recipe and objective that it was taken of.");
        if (snapshot.Arrays.Count != arrays.Length || snapshot.Step < 0)
            throw new ArgumentException($"The snapshot is of another ascent: it has {snapshot.Arrays.Count} arrays, where {arrays.Length} are expected. Restore it to the recipe and objective that it was taken of.");
        foreach ((string name, float[] array) in arrays) snapshot.Arrays[name].CopyTo(array);
        (StepsDone, RedirectedSteps, RedirectedImages) = (snapshot.Step, snapshot.RedirectedSteps, 0);
    }

    private IEnumerable<(string Name, float[] Array)> Arrays() =>
        _states.SelectMany((state, i) => state.Arrays.Select(entry => ($"parameter {i}/{entry.Name}", entry.Array)));

    /// <summary>The pictures as they are now, one for each image of the batch.</summary>
    public IReadOnlyList<Picture> Pictures()
    {
        _preview ??= _model.Backend.Compile(_image.Image);
        _preview.Run();
        ReadOnlySpan<float> pixels = _preview.Output(_image.Image);
        int size = pixels.Length / _recipe.Batch;
        var pictures = new Picture[_recipe.Batch];
        for (int n = 0; n < pictures.Length; n++)
            pictures[n] = _recipe.Display.Show(pixels.Slice(n * size, size), _image.Image.Shape.Height, _image.Image.Shape.Width);
        return pictures;
    }

    /// <summary>The objective on each image as it is now, without transforms; one number if it is one for the whole batch.</summary>
    public IReadOnlyList<double> CleanValues() => CleanValues(0);

    /// <summary>A watched objective, by its place, on each image as it is now, without transforms.</summary>
    public IReadOnlyList<double> CleanWatchedValues(int watched) => CleanValues(1 + watched);

    private IReadOnlyList<double> CleanValues(int objective)
    {
        if (_clean is not var (plan, objectives))
        {
            objectives = Objectives(_image.Image);
            Fit ??= objectives.Fit;
            plan = _model.Backend.Compile(objectives.Values);
            _clean = (plan, objectives);
        }
        objectives.Numbers.Set(plan);
        plan.Run();
        return [.. plan.Output(objectives.Values[objective]).ToArray().Select(value => (double)value)];
    }

    private ParameterizedImage Built(ulong seed) =>
        _recipe.Parameterization.Build(new Shape(_recipe.Batch, _model.Input.Channels, _recipe.Height, _recipe.Width), seed);

    private ObjectiveGraph Objectives(Tensor seen) => ObjectiveGraph.Of(_model, [_objective, .. _watched], seen, _image.Image);

    // The plan of the next step.
    private CompiledStep Current()
    {
        if (StepsDone < _recipe.RedirectSteps) return _redirecting ??= Compile(_recipe.Batch);
        if (_plain is null)
        {
            _plain = Compile(null);
            if (!KeepsPlans) Release(ref _redirecting);
        }
        return _plain;
    }

    private CompiledStep Last => _last ?? Current();

    private CompiledStep Compile(int? redirectsOver)
    {
        ObjectiveGraph objectives = Objectives(_transformed);
        Fit = objectives.Fit;
        return new CompiledStep(_model, _image, _states, _recipe.Optimizer, objectives, penalized: false, redirectsOver);
    }

    /// <summary>Gives the memory of the steps back; another step would compile them anew.</summary>
    internal void ReleaseSteps()
    {
        Release(ref _redirecting);
        Release(ref _plain);
        _last = null;
    }

    private static void Release<T>(ref T? held) where T : class, IDisposable
    {
        held?.Dispose();
        held = null;
    }

    /// <summary>Frees the plans. The model stays open.</summary>
    public void Dispose()
    {
        ReleaseSteps();
        Release(ref _preview);
        _clean?.Plan.Dispose();
        _clean = null;
        _image.Dispose();
    }
}
