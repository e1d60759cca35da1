using System.Numerics;
using System.Runtime.InteropServices;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>
/// One gradient ascent: parameters → image → transforms → network → objective, and back. The first steps run a plan whose ReLUs redirect dead
/// gradients; the others run the plain one.
/// </summary>
internal sealed class Ascent : IDisposable
{
    // The floats of a parameter that one thread moves at a time: with what the optimizer remembers of them they fit into the first-level caches.
    private const int PartLength = 4096;

    private readonly Model _model;
    private readonly Recipe _recipe;
    private readonly Objective _objective;
    private readonly ParameterizedImage _start;
    private readonly RandomVariables _random = new();
    private readonly Tensor _transformed;
    private readonly IOptimizerState _optimizer;
    private readonly Parameter[] _parameters;
    private readonly float[][] _before;                              // the parameters before the last move
    private readonly (int Parameter, int Start, int Length)[] _parts;
    private readonly Action<int> _move;
    private volatile bool _finite;
    private StepPlan? _step;

    /// <summary>A compiled step: the plan and what is read from it.</summary>
    private sealed record StepPlan(Plan Plan, Tensor Value, Tensor[] Gradients, Tensor? Redirected);

    public Ascent(Model model, Recipe recipe, Objective objective)
    {
        (_model, _recipe, _objective) = (model, recipe, objective);
        if (recipe.Height < 1 || recipe.Width < 1 || recipe.Batch < 1)
            throw new ArgumentException($"A recipe needs a size and a batch of at least 1; got {recipe.Height} x {recipe.Width} pixels and {recipe.Batch} images.");
        recipe.Display.Check(model.Input.Channels);
        _start = recipe.Parameterization.Build(new Shape(recipe.Batch, model.Input.Channels, recipe.Height, recipe.Width), recipe.Seed);
        _transformed = recipe.Transforms.Apply(_start.Image, _random);
        _parameters = [.. _start.Parameters.Select(parameter => (Parameter)parameter.Operator)];
        _optimizer = recipe.Optimizer.Start([.. _parameters.Select(parameter => parameter.Values.Length)]);
        _before = [.. _parameters.Select(parameter => parameter.Values.ToArray())];
        _parts = [.. _parameters.SelectMany((parameter, index) => Parts(index, parameter.Values.Length))];
        _move = Move;
        _step = Compile(redirect: recipe.RedirectSteps > 0);
    }

    private static IEnumerable<(int Parameter, int Start, int Length)> Parts(int parameter, int length)
    {
        for (int start = 0; start < length; start += PartLength) yield return (parameter, start, Math.Min(PartLength, length - start));
    }

    public int StepsDone { get; private set; }

    public float Value { get; private set; }

    public int RedirectedImages { get; private set; }

    public int RedirectedSteps { get; private set; }

    /// <summary>What a step runs.</summary>
    public Plan Plan => _step!.Plan;

    /// <summary>How the transformed image was made to fit the network, in words; null if it fitted.</summary>
    public string? Fit { get; private set; }

    public void Advance()
    {
        if (_step!.Redirected is not null && StepsDone >= _recipe.RedirectSteps)
        {
            StepPlan redirecting = _step;
            _step = Compile(redirect: false);
            redirecting.Plan.Dispose();
        }
        _random.Draw(_step.Plan, _recipe.Seed, StepsDone);
        _step.Plan.Run();
        Value = _step.Plan.Output(_step.Value)[0];
        if (!float.IsFinite(Value))
        {
            int step = StepsDone + 1;
            UndoLastMove();
            throw new AscentDivergedException($"The objective '{_objective}' became {Value} in step {step}; try a smaller learning rate or another seed.");
        }

        RedirectedImages = 0;
        if (_step.Redirected is { } redirected)
        {
            foreach (float count in _step.Plan.Output(redirected)) RedirectedImages += count > 0 ? 1 : 0;
            if (RedirectedImages > 0) RedirectedSteps++;
        }
        _optimizer.Next();
        _finite = true;
        _model.Backend.For(_parts.Length, _move);
        StepsDone++;
        if (!_finite)
        {
            UndoLastMove();
            bool gradient = _step.Gradients.All(gradient => IsFinite(_step.Plan.Output(gradient)));
            throw new AscentDivergedException(gradient
                ? $"Step {StepsDone + 1} would move '{_objective}' to infinity; try a smaller learning rate."
                : $"The gradient of '{_objective}' is not finite in step {StepsDone + 1}; try a smaller learning rate or another seed.");
        }
    }

    // Moves a part of a parameter, in one pass over memory.
    private void Move(int part)
    {
        (int parameter, int start, int length) = _parts[part];
        Span<float> values = _parameters[parameter].Values.AsSpan(start, length);
        ReadOnlySpan<float> gradient = _step!.Plan.Output(_step.Gradients[parameter]).Slice(start, length);
        values.CopyTo(_before[parameter].AsSpan(start));
        _optimizer.Ascend(parameter, start, values, gradient);
        if (!IsFinite(gradient) || !IsFinite(values)) _finite = false;
    }

    // A move that led to no number is taken back, so that what is left is the last picture that the network could read.
    private void UndoLastMove()
    {
        if (StepsDone == 0) return;
        for (int i = 0; i < _parameters.Length; i++) _before[i].CopyTo(_parameters[i].Values, 0);
        StepsDone--;
    }

    /// <summary>The pictures as they are now.</summary>
    public IReadOnlyList<Picture> Pictures()
    {
        using Plan plan = _model.Backend.Compile(_start.Image);
        plan.Run();
        ReadOnlySpan<float> pixels = plan.Output(_start.Image);
        int size = pixels.Length / _recipe.Batch;
        var pictures = new Picture[_recipe.Batch];
        for (int n = 0; n < pictures.Length; n++)
            pictures[n] = _recipe.Display.Show(pixels.Slice(n * size, size), _recipe.Height, _recipe.Width);
        return pictures;
    }

    /// <summary>The objective on each image as it is now, without transforms.</summary>
    public IReadOnlyList<double> CleanValues()
    {
        Tensor values = Build(_start.Image, out string? fit);
        Fit ??= fit;
        using Plan plan = _model.Backend.Compile(values);
        plan.Run();
        ReadOnlySpan<float> each = plan.Output(values);
        return each.Length == 1 ? [each[0]] : [.. each.ToArray().Select(value => (double)value)];
    }

    private StepPlan Compile(bool redirect)
    {
        Tensor value = Build(_transformed, out string? fit).Mean();
        Fit = fit;
        var rules = redirect ? new RedirectedRelu(_recipe.Batch) : null;
        Tensor[] gradients = Gradients.Of(value, _start.Parameters, rules?.Rules);
        Tensor? redirected = rules?.Count();
        Tensor[] outputs = redirected is null ? [value, .. gradients] : [value, redirected, .. gradients];
        return new StepPlan(_model.Backend.Compile(outputs), value, gradients, redirected);
    }

    // The objective on an image; if the network takes only images of its own size, on the image brought to that size.
    private Tensor Build(Tensor image, out string? fit)
    {
        fit = null;
        try
        {
            return _objective.Build(_model.Activate(image, _start.Image));
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch && _model.InputSize is var (height, width)
            && image.Shape.Height >= height && image.Shape.Width >= width && (image.Shape.Height, image.Shape.Width) != (height, width))
        {
            Tensor fitted = Fitted(image, height, width, out fit);
            return _objective.Build(_model.Activate(fitted, _start.Image));
        }
    }

    private static Tensor Fitted(Tensor image, int height, int width, out string fit)
    {
        Shape s = image.Shape;
        string size = $"the layer needs {height} x {width} pixels, so the {s.Height} x {s.Width} that the transforms leave are";
        // What transforms add around the image is small, and is cut off; a picture that was asked for larger is shrunk.
        if (s.Height <= height * 5 / 4 && s.Width <= width * 5 / 4)
        {
            fit = $"{size} cropped";
            return new Crop(height, width).Apply(image, new RandomVariables());
        }
        fit = $"{size} resized";
        float y = (float)s.Height / height, x = (float)s.Width / width;
        Tensor matrix = Tensor.Constant(new Shape(2, 3), y, 0, y / 2 - 0.5f, 0, x, x / 2 - 0.5f);
        return image.Warp(matrix, height, width, Affine.Grey);
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        // One sum finds any NaN or infinity: 0 times it is NaN, which survives addition.
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> sums = default;
        foreach (Vector<float> vector in vectors) sums += vector * 0;
        float sum = Vector.Sum(sums);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..]) sum += value * 0;
        return sum == 0;
    }

    public void Dispose()
    {
        _step?.Plan.Dispose();
        _step = null;
    }
}
