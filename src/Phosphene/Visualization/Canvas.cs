using System.Numerics;
using System.Runtime.InteropServices;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>What an ascent works on in one leg: the image and its parameters, and everything that is compiled for them, each when it is first needed.</summary>
internal sealed class Canvas : IDisposable
{
    private const float Enormous = 1e12f;                            // far above what any ascent needs, and far below what overflows in a sum over the frequencies of an image

    private readonly Model _model;
    private readonly Recipe _recipe;
    private readonly ParameterizedImage _image;
    private readonly IReadOnlyList<Picture> _pictures;               // what the ascent started from; none for noise
    private readonly RandomVariables _random = new();
    private readonly Tensor _transformed;
    private readonly ImageChange _change;
    private Tensor? _opacity;
    private readonly CompiledStep?[] _steps = new CompiledStep?[Enum.GetValues<DeadRelus>().Length];
    private Plan? _preview;
    private (Plan Plan, ObjectiveGraph Objectives)? _clean;

    private Canvas(Model model, Recipe recipe, Leg leg, IReadOnlyList<Picture> pictures, ParameterizedImage image, ParameterState[]? states)
    {
        (_model, _recipe, Leg, _pictures, _image) = (model, recipe, leg, pictures, image);
        States = states ?? [.. image.Parameters.Select(parameter => new ParameterState(parameter.Values))];
        _transformed = leg.Transforms.Apply(image.Seen, _random);
        _change = new ImageChange(model, image, leg.ImageOperators, recipe.Parameterization);
    }

    /// <summary>A canvas with an image of its own: as it starts, or, for a snapshot, to be filled.</summary>
    public static Canvas Of(Model model, Recipe recipe, Leg leg, IReadOnlyList<Picture> pictures, ParameterizedImage image)
    {
        try
        {
            return new Canvas(model, recipe, leg, pictures, image, null);
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>The image of a leg as an ascent starts from it: noise from the recipe's seed or, if some are given, pictures.</summary>
    public static ParameterizedImage Start(Model model, Recipe recipe, Leg leg, IReadOnlyList<Picture> pictures) =>
        Build(model, recipe, leg, pictures.Count == 0 ? null : StartsOf(model, recipe, pictures, leg));

    /// <summary>The pictures that an ascent starts from in one of its sizes: [pictures, C, H, W], a constant.</summary>
    public static Tensor StartOf(Model model, IReadOnlyList<Picture> pictures, int height, int width) =>
        model.Input.FromColours(Tensor.Constant(new Shape(pictures.Count, 3, height, width), [.. pictures.SelectMany(picture => picture.Cover(height, width).ToPlanar())]));

    // For each image of the batch [N, C, H, W], or one for all of them [1, C, H, W].
    private static Tensor StartsOf(Model model, Recipe recipe, IReadOnlyList<Picture> pictures, Leg leg) =>
        StartOf(model, pictures.Count == 1 ? pictures : [.. Enumerable.Range(0, recipe.Batch).Select(n => pictures[n % pictures.Count])], leg.Height, leg.Width);

    /// <summary>
    /// The canvas of the next leg, which goes on with the image as it is, at the new size if that is another. Of a picture that the ascent started from, the detail that the size
    /// before had no room for comes back, as in DeepDream's octaves. This one keeps what is compiled until it is disposed of.
    /// </summary>
    /// <param name="recipe">The recipe that the leg is of. With another parameterization than until now, too, the canvas goes on with the image as it is.</param>
    /// <param name="leg">The leg.</param>
    /// <exception cref="UsageException">The size or the parameterization is another, and it cannot begin from an image.</exception>
    public Canvas Next(Recipe recipe, Leg leg)
    {
        bool isOfSize = (leg.Height, leg.Width) == (Leg.Height, Leg.Width);
        if (isOfSize && recipe.Parameterization.Equals(_recipe.Parameterization))
            return new Canvas(_model, recipe, leg, _pictures, _image, leg.Optimizer.Continues(Leg.Optimizer) ? States : null);
        Tensor image = isOfSize ? _image.Image : _image.Image.Resize(leg.Height, leg.Width);
        if (_pictures.Count > 0 && !isOfSize) image += StartsOf(_model, _recipe, _pictures, leg) - StartsOf(_model, _recipe, _pictures, Leg).Resize(leg.Height, leg.Width);
        return Of(_model, recipe, leg, _pictures, Build(_model, recipe, leg, image.Clip(0, 1)));
    }

    /// <summary>The leg. Another one that is like it (<see cref="Leg.IsLike"/>) may take its place.</summary>
    public Leg Leg { get; set; }

    /// <summary>The parameters, and what the optimizer remembers of them.</summary>
    public ParameterState[] States { get; }

    // The image of a leg; made of the parameters that make a picture [1 or N, C, H, W], if one is given.
    private static ParameterizedImage Build(Model model, Recipe recipe, Leg leg, Tensor? picture)
    {
        ParameterizedImage image = recipe.Parameterization.Build(new Shape(recipe.Batch, model.Input.Channels, leg.Height, leg.Width), recipe.Seed);
        try
        {
            if (picture is not null) SetTo(model, recipe, image, picture);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static void SetTo(Model model, Recipe recipe, ParameterizedImage image, Tensor picture)
    {
        if (image.Inverse is null)
            throw new UsageException($"The parameterization {Texts.Parameterizations.Print(recipe.Parameterization)} cannot begin from an image, neither from one that is given as a start nor from one of another size; choose another parameterization.");
        Tensor[] values = [.. image.Inverse(picture.BroadcastTo(image.Image.Shape))];
        using Plan plan = model.Backend.Compile(values);
        plan.Run();
        for (int i = 0; i < values.Length; i++) plan.Output(values[i]).CopyTo(image.Parameters[i].Parameter.Values);
    }

    /// <summary>The plan of a step; with the numbers of the step drawn.</summary>
    /// <param name="goal">What is looked for.</param>
    /// <param name="dead">What becomes of dead ReLUs.</param>
    /// <param name="keepsOthers">Whether the other kinds of step stay compiled.</param>
    public CompiledStep Step(Goal goal, DeadRelus dead, bool keepsOthers)
    {
        ref CompiledStep? wanted = ref _steps[(int)dead];
        if (wanted is not null) return wanted;
        CompiledStep made = new(_model, _image, States, Leg, Objectives(goal), goal.Penalty is not null, dead);
        if (!keepsOthers) ReleaseCompiledSteps();
        return wanted = made;
    }

    /// <summary>Draws what is random in a step.</summary>
    public void Draw(CompiledStep step, ulong seed, int number)
    {
        _random.Draw(step.Plan, seed, number);
        _image.Random.Draw(step.Plan, seed, number);
    }

    /// <summary>Changes the image between two steps, as the recipe's image operators say.</summary>
    /// <param name="steps">How many steps were done.</param>
    /// <returns>Whether all parameters are finite.</returns>
    public bool Change(int steps) => _change.Run(steps);

    /// <summary>The colours that are saved, as they are now.</summary>
    /// <param name="opacity">How opaque they are, [N, 1, H, W]; empty if they are wholly.</param>
    /// <returns>[N, C, H, W]. Both are valid until the next call.</returns>
    public ReadOnlySpan<float> Image(out ReadOnlySpan<float> opacity)
    {
        _opacity ??= _image.Opacity?.Invoke(Importance.Of(States, _image.Image.Shape));
        _preview ??= _model.Backend.Compile(_opacity is null ? [_image.Shown] : [_image.Shown, _opacity]);
        RunShown(_preview);
        opacity = _opacity is null ? [] : _preview.Output(_opacity);
        return _preview.Output(_image.Shown);
    }

    /// <summary>Whether the colours are numbers. Finite parameters make others only where they are so large that sums of them overflow, which is looked for first: it takes next to nothing.</summary>
    public bool IsImageFinite()
    {
        if (!States.Any(state => IsEnormous(state.Values))) return true;
        foreach (float value in Image(out _))
            if (!float.IsFinite(value)) return false;
        return true;
    }

    private static bool IsEnormous(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> most = Vector<float>.Zero;
        foreach (Vector<float> vector in vectors) most = Vector.Max(most, Vector.Abs(vector));
        if (Vector.GreaterThanAny(most, new Vector<float>(Enormous))) return true;
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            if (Math.Abs(value) > Enormous) return true;
        return false;
    }

    /// <summary>What a goal computes of the clean images, by its place, as they are now; and how the image was made to fit the model.</summary>
    public (double[] Values, string? Fit) CleanValues(Goal goal, int objective)
    {
        if (_clean is not var (plan, objectives))
        {
            objectives = ObjectiveGraph.Of(_model, goal.OfCleanImages, _image.Image, _image.Image, _image.Alpha);
            plan = _model.Backend.Compile(objectives.Values);
            objectives.Numbers.Set(plan);
            _clean = (plan, objectives);
        }
        RunShown(plan);
        return ([.. plan.Output(objectives.Values[objective]).ToArray().Select(value => (double)value)], objectives.Fit);
    }

    // Runs a plan of the image that is shown, of other values than those that move if the optimizer has such.
    private void RunShown(Plan plan)
    {
        (ParameterState State, float[] Moving)[] others = [.. States.Where(state => Leg.Optimizer.Shown(state) != state.Values).Select(state => (state, state.Values.ToArray()))];
        foreach ((ParameterState state, _) in others) Leg.Optimizer.Shown(state).CopyTo(state.Values);
        plan.Run();
        foreach ((ParameterState state, float[] moving) in others) moving.CopyTo(state.Values, 0);
    }

    /// <summary>Turns to another goal. What is compiled stays if the goals differ only in the channels of their layers.</summary>
    /// <exception cref="UsageException">The goal does not fit the model; nothing has changed.</exception>
    public void Aim(Goal goal)
    {
        ObjectiveGraph objectives = Objectives(goal), clean = _clean is null ? objectives : ObjectiveGraph.Of(_model, goal.OfCleanImages, _image.Image, _image.Image, _image.Alpha);
        foreach (ref CompiledStep? step in _steps.AsSpan())
            if (step?.Takes(objectives) == false) Release(ref step);
        if (_clean is not var (plan, old) || old.TakeChannelsOf(clean, plan)) return;
        plan.Dispose();
        _clean = null;
    }

    /// <summary>Turns to another goal, if all that is compiled for a step serves for that, too: if the goals differ only in the channels of their layers.</summary>
    /// <returns>Whether it does; otherwise nothing has changed.</returns>
    /// <exception cref="UsageException">The goal does not fit the model; nothing has changed.</exception>
    public bool Takes(Goal goal)
    {
        ObjectiveGraph objectives = Objectives(goal);
        CompiledStep[] compiled = [.. _steps.OfType<CompiledStep>()];
        if (compiled.Length == 0 || !compiled.All(step => step.Takes(objectives))) return false;
        Aim(goal);
        return true;
    }

    private ObjectiveGraph Objectives(Goal goal) => ObjectiveGraph.Of(_model, goal.Objectives, _transformed, _image.Seen, _image.Alpha);

    /// <summary>Gives the memory of the steps back; another step would compile them anew.</summary>
    public void ReleaseSteps()
    {
        ReleaseCompiledSteps();
        _change.Dispose();
    }

    private void ReleaseCompiledSteps()
    {
        foreach (ref CompiledStep? step in _steps.AsSpan()) Release(ref step);
    }

    /// <summary>Gives back all that is compiled. The image is open for the canvas that goes on with it.</summary>
    public void ReleasePlans()
    {
        ReleaseSteps();
        Release(ref _preview);
        _clean?.Plan.Dispose();
        _clean = null;
    }

    private static void Release<T>(ref T? held) where T : class, IDisposable
    {
        held?.Dispose();
        held = null;
    }

    /// <summary>Whether the other canvas goes on with the same image.</summary>
    public bool SharesImageWith(Canvas other) => ReferenceEquals(_image, other._image);

    public void Dispose()
    {
        ReleasePlans();
        _image.Dispose();
    }
}
