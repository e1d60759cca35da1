using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>Objectives on an image, in the graph. If the model takes only images of its own size, the image is brought to that size.</summary>
internal sealed class ObjectiveGraph
{
    private ObjectiveGraph(IReadOnlyList<Tensor> values, ChannelNumbers numbers, string? fit) => (Values, Numbers, Fit) = (values, numbers, fit);

    /// <summary>The value of each objective: [N], or one number for the batch.</summary>
    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>The channels that they look at.</summary>
    public ChannelNumbers Numbers { get; }

    /// <summary>How the image was made to fit the model, in words; null if it fitted.</summary>
    public string? Fit { get; }

    /// <param name="model">The model.</param>
    /// <param name="objectives">What is looked for.</param>
    /// <param name="seen">The image that the model sees.</param>
    /// <param name="image">The image that penalties are taken of.</param>
    /// <param name="alpha">How opaque it is; null for wholly.</param>
    public static ObjectiveGraph Of(Model model, IReadOnlyList<Objective> objectives, Tensor seen, Tensor image, Tensor? alpha = null)
    {
        try
        {
            return Build(seen, null);
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch
            && ((model.Input.Height ?? seen.Shape.Height) != seen.Shape.Height || (model.Input.Width ?? seen.Shape.Width) != seen.Shape.Width))
        {
            Tensor fitted = Fitted(seen, model.Input.Height ?? seen.Shape.Height, model.Input.Width ?? seen.Shape.Width, out string fit);
            return Build(fitted, fit);
        }

        ObjectiveGraph Build(Tensor fitting, string? fit)
        {
            var numbers = new ChannelNumbers();
            Activations activations = model.Activate(fitting, image, numbers, alpha);
            return new ObjectiveGraph([.. objectives.Select(objective => objective.Build(activations))], numbers, fit);
        }
    }

    /// <summary>Whether it is the same graph but for the channels; then a plan that was compiled of it looks at the other's channels.</summary>
    public bool TakeChannelsOf(ObjectiveGraph other, Plan plan)
    {
        if (!Tensor.AreSame(Values, other.Values)) return false;
        Numbers.CopyFrom(other.Numbers);
        Numbers.Set(plan);
        return true;
    }

    private static Tensor Fitted(Tensor image, int height, int width, out string fit)
    {
        Shape s = image.Shape;
        string size = $"the layer needs {height} x {width} pixels, so the {s.Height} x {s.Width} that the transforms leave are";
        // What transforms add around the image is small, and is cut off; a picture that was asked for larger is shrunk, a smaller one enlarged.
        if (s.Height >= height && s.Width >= width && s.Height <= height * 5 / 4 && s.Width <= width * 5 / 4)
        {
            fit = $"{size} cropped";
            return new Crop(height, width).Apply(image, new RandomVariables());
        }
        fit = $"{size} {(s.Height <= height && s.Width <= width ? "enlarged" : "resized")}";
        float y = (float)s.Height / height, x = (float)s.Width / width;
        Tensor matrix = Tensor.Constant(new Shape(2, 3), y, 0, y / 2 - 0.5f, 0, x, x / 2 - 0.5f);
        return image.Warp(matrix, height, width, Affine.Grey);
    }
}
