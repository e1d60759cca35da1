using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>
/// What the optimizer changes, and how an image comes of it: parameters with their start → image tensor [N, C, H, W] in [0, 1]. A good choice
/// makes the same steps lead to better pictures ("preconditioning").
/// </summary>
public interface IParameterization
{
    /// <summary>Parameters with starting values drawn from the seed, and the image that they make, of the given shape [N, C, H, W].</summary>
    /// <exception cref="UsageException">It cannot make images of this shape.</exception>
    ParameterizedImage Build(Shape image, ulong seed);

    /// <summary>The same, with limits as wide as an image needs that an ascent is to start from; itself if it has none that would change the image.</summary>
    /// <param name="image">The values of the image, in [0, 1].</param>
    IParameterization WideEnoughFor(ReadOnlySpan<float> image) => this;

    /// <summary>The same with the SHA-256 of each file that it reads; itself if it reads none.</summary>
    IParameterization Pinned() => this;

    /// <summary>The same with each file that it reads where it can be found now: at its path, otherwise under its name in a folder.</summary>
    IParameterization FoundFrom(string folder) => this;
}
