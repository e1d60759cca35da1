using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;

namespace Phosphene.Parameterizations;

/// <summary>An image in the graph and the parameters it is made of.</summary>
/// <param name="Image">The image [N, C, H, W] in [0, 1].</param>
/// <param name="Parameters">What the optimizer changes.</param>
public sealed record ParameterizedImage(Tensor Image, params IReadOnlyList<ImageParameter> Parameters) : IDisposable
{
    private readonly Tensor? _seen, _shown;

    /// <summary>The image that a step looks at: <see cref="Image"/>, unless it is another than the one that is saved, made of parameters with noise for example.</summary>
    public Tensor Seen
    {
        get => _seen ?? Image;
        init => _seen = value;
    }

    /// <summary>The colours that are saved, [N, C, H, W]: <see cref="Image"/>, unless they are saved with transparency and Image has them over mid-grey.</summary>
    public Tensor Shown
    {
        get => _shown ?? Image;
        init => _shown = value;
    }

    /// <summary>
    /// How opaque each pixel of the saved picture is, [N, 1, H, W] in [0, 1]; null for wholly. It is a function of how important each pixel has been: the sum over all steps of the mean over channels of
    /// |∂ objective / ∂ <see cref="Seen"/>|, [N, 1, H, W].
    /// </summary>
    public Func<Tensor, Tensor>? Opacity { get; init; }

    /// <summary>How opaque each pixel is that a step looks at, [N, 1, H, W] in [0, 1], where that is of the parameters; null if the image is opaque to the model.</summary>
    public Tensor? Alpha { get; init; }

    /// <summary>What is random in <see cref="Seen"/>, drawn anew for each step.</summary>
    public RandomVariables Random { get; init; } = new();

    /// <summary>How far the parameters are from what the parameterization deems likely, for each image [N]: subtracted from the objective. Null for nothing.</summary>
    public Tensor? Penalty { get; init; }

    /// <summary>
    /// The values of the parameters, in their order, that make an image [N, C, H, W]: for a start from a picture. Null if none can be told.
    /// </summary>
    public Func<Tensor, IReadOnlyList<Tensor>>? Inverse { get; init; }

    /// <summary>What the graph reads and must be open as long as it is used; null for nothing.</summary>
    public IDisposable? Source { get; init; }

    /// <summary>The same with a change of the image, of the one that a step looks at and of the one that is saved; it has no <see cref="Inverse"/>. For a mask, for example.</summary>
    /// <param name="change">Images [N, C, H, W] in [0, 1] to such images.</param>
    public ParameterizedImage Map(Func<Tensor, Tensor> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Tensor image = change(Image);
        return this with { Image = image, Seen = _seen is null ? image : change(_seen), Shown = _shown is null ? image : change(_shown), Inverse = null };
    }

    /// <summary>Closes <see cref="Source"/>.</summary>
    public void Dispose() => Source?.Dispose();
}
