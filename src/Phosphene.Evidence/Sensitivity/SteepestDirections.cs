using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Sensitivity;

/// <summary>
/// The directions in which an objective rises most steeply from an image, under several metrics: which small change counts as the smallest decides which is the steepest. Source: the article,
/// "Preconditioning and Parameterization", its figure of three directions of steepest descent.
/// </summary>
public sealed class SteepestDirections
{
    private SteepestDirections(Picture image, float[] gradient, float[] signs, float[] spatial, float[] full) => (Image, L2, LInfinity, Decorrelated, FullyDecorrelated) = (image, gradient, signs, spatial, full);

    /// <summary>The image, at the size of the model.</summary>
    public Picture Image { get; }

    /// <summary>Where changes are measured by their length: the gradient g [C, H, W].</summary>
    public IReadOnlyList<float> L2 { get; }

    /// <summary>Where they are measured by the largest change of a value: sign g.</summary>
    public IReadOnlyList<float> LInfinity { get; }

    /// <summary>Where they are measured in a space whose frequencies have equal energy: J·Jᵀ·g, with J the Jacobian of <c>fourier(decorrelate: false)</c> at the image.</summary>
    public IReadOnlyList<float> Decorrelated { get; }

    /// <summary>The same with decorrelated colours, <c>fourier()</c>: what the article ascends in.</summary>
    public IReadOnlyList<float> FullyDecorrelated { get; }

    /// <summary>Finds the directions.</summary>
    /// <param name="model">The model.</param>
    /// <param name="picture">The image, brought to the size of the model as <see cref="Picture.Cover"/> does.</param>
    /// <param name="objective">What rises.</param>
    /// <exception cref="UsageException">The objective does not fit the model, or does not depend on the image.</exception>
    public static SteepestDirections Of(Model model, Picture picture, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(objective);
        (int height, int width) = model.UsualSize;
        Picture image = picture.Cover(height, width);
        var colours = new Tensor(new Input(new Shape(1, 3, height, width), "picture"));
        Tensor x = model.Input.FromColours(colours), gradient = Gradients.Of(objective.Build(model.Activate(x)).Mean(), [x])[0];
        float[] g = Computed(model, gradient, (colours, image.ToPlanar()));
        if (g.All(value => value == 0)) throw new UsageException($"The objective '{objective}' has no slope on this image, so no direction is the steepest: a unit that is dead here, for example. Choose another image, or pre(LAYER).");
        float[] start = Computed(model, x, (colours, image.ToPlanar()));
        return new SteepestDirections(image, g, [.. g.Select(value => (float)Math.Sign(value))], Along(model, new Fourier(Decorrelate: false), x.Shape, start, g), Along(model, new Fourier(), x.Shape, start, g));
    }

    // J·Jᵀ·g at the parameters that make the image: the gradient of ½|Jᵀ·w|² in w, at w = g.
    private static float[] Along(Model model, Fourier parameterization, Shape shape, float[] image, float[] gradient)
    {
        using ParameterizedImage made = parameterization.Build(shape, 0);
        IReadOnlyList<Tensor> values = made.Inverse!(Tensor.Constant(shape, image));
        for (int i = 0; i < values.Count; i++) Computed(model, values[i]).CopyTo(((Parameter)made.Parameters[i].Values.Operator).Values, 0);
        var w = new Tensor(new Input(shape, "direction"));
        Tensor[] pulled = Gradients.Of((w * made.Image).Sum(), [.. made.Parameters.Select(parameter => parameter.Values)]);
        return Computed(model, Gradients.Of(pulled.Select(part => 0.5f * part.Square().Sum()).Aggregate((a, b) => a + b), [w])[0], (w, gradient));
    }

    private static float[] Computed(Model model, Tensor tensor, params (Tensor Input, float[] Values)[] inputs)
    {
        using Plan plan = model.Backend.Compile(tensor);
        foreach ((Tensor input, float[] values) in inputs) values.CopyTo(plan.Input(input));
        plan.Run();
        return plan.Output(tensor).ToArray();
    }

    /// <summary>A direction as a picture: mid-grey where nothing changes, and two standard deviations to black or white.</summary>
    /// <param name="direction">The direction [C, H, W].</param>
    public Picture Shown(IReadOnlyList<float> direction)
    {
        ArgumentNullException.ThrowIfNull(direction);
        double mean = direction.Average(), deviation = Math.Sqrt(direction.Average(value => (value - mean) * (value - mean)));
        float scale = (float)(1 / (4 * Math.Max(deviation, 1e-30)));
        return Display.All.Show([.. direction.Select(value => Math.Clamp(0.5f + scale * value, 0, 1))], Image.Height, Image.Width);
    }
}
