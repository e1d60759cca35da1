using Phosphene.Models;
using Phosphene.Operators;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Variation"/>. Source: Mahendran and Vedaldi 2015; keras-vis.</summary>
internal sealed record VariationObjective : Objective
{
    public VariationObjective(float beta) => Beta = beta > 0 ? beta : throw new UsageException($"variation({Printed.Number(beta)}) needs a β above 0.");

    public float Beta { get; }

    public override Tensor Build(Activations activations)
    {
        Tensor x = activations.Image;
        (int height, int width) = (x.Shape.Height - 1, x.Shape.Width - 1);
        if (height == 0 || width == 0) return Tensor.Constant(new Shape(x.Shape.Batch), new float[x.Shape.Batch]);
        Tensor here = x.Slice(..height, ..width);
        Tensor squares = (x.Slice(1.., ..width) - here).Square() + (x.Slice(..height, 1..) - here).Square();
        return L1Objective.Total(Beta == 2 ? squares : squares.Pow(Beta / 2));
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.Norm"/>.</summary>
internal sealed record NormObjective : Objective
{
    // An image that is grey all over is at the tip of a cone, which has no slope.
    private const float Least = 1e-20f;

    public NormObjective(float power, float centre)
    {
        if (!(power >= 1)) throw new UsageException($"pnorm({Printed.Number(power)}) needs a power of at least 1.");
        (Power, Centre) = (power, centre);
    }

    public float Power { get; }

    public float Centre { get; }

    // m·(Σ(|d|/m)^p)^(1/p), with the largest |d| as m, held fixed: it is the same for every m, and no power is too large or too small for single precision.
    public override Tensor Build(Activations activations)
    {
        Tensor distances = (activations.Image - Centre).Abs(), most = Tensor.Max(distances.MaxOver(1, 2, 3), Tensor.Constant(Least)).StopGradient();
        Tensor sum = (distances / most).Pow(Power).SumOver(1, 2, 3);
        Tensor atLeast = Tensor.Max(Tensor.Constant(0.5f), sum);     // of any image that is not grey all over it is 1 or more
        return L1Objective.Total(most * atLeast.Pow(1 / Power));
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.LargestDistance"/>.</summary>
internal sealed record LargestDistanceObjective(float Centre) : Objective
{
    public override Tensor Build(Activations activations) => L1Objective.Total((activations.Image - Centre).Abs().MaxOver(1, 2, 3));

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.Residual"/>.</summary>
internal sealed record ResidualObjective : Objective
{
    public ResidualObjective(OperatorPipeline operators) => Operators = !operators.IsEmpty ? operators
        : throw new UsageException("A residual is what operators take from the image; give at least one, as in residual(blur(1)).");

    public OperatorPipeline Operators { get; }

    public override Tensor Build(Activations activations) =>
        0.5f * L1Objective.Total((activations.Image - Operators.Apply(activations.Image).StopGradient()).Square());

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.Boundary"/>. Source: Lucid, optvis/objectives.py, penalize_boundary_complexity.</summary>
internal sealed record BoundaryObjective(int Width, float Centre) : Objective
{
    private const float WeightOfContrast = 0.8f;

    private static readonly Soften Blur = new(5);

    public override Tensor Build(Activations activations)
    {
        Tensor x = activations.Image;
        (int height, int width) = (x.Shape.Height, x.Shape.Width);
        Tensor complexity = (Blur.Apply(x) - x).Square() + WeightOfContrast * (x - Centre).Square();
        bool Inside(int place, int length) => place >= Width && place < length - Width;
        float[] border = [.. Enumerable.Range(0, height * width).Select(i => Inside(i / width, height) && Inside(i % width, width) ? 0f : 1)];
        return L1Objective.Total(complexity * Tensor.Constant(new Shape(1, 1, height, width), border));
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.Colours"/>. The constants are Lucid's of ImageNet, optvis/param/color.py.</summary>
internal sealed record ColourObjective : Objective
{
    // The largest norm of a column of the root of the covariance, √(0.26² + 0.27² + 0.27²): Colour has the root divided by it.
    private const float LargestColumn = 0.461952f;

    private static readonly Tensor Mean = Tensor.Constant(new Shape(1, 3, 1, 1), 0.48f, 0.46f, 0.41f);

    public override Tensor Build(Activations activations)
    {
        Tensor x = activations.Image;
        return x.Shape.Channels == 3
            ? L1Objective.Total((Colour.Decorrelate(x - Mean) / LargestColumn).Square())
            : throw new UsageException($"'{this}' knows how red, green and blue go together; the image has {x.Shape.Channels} channels.");
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.Opacity"/>.</summary>
internal sealed record OpacityObjective : Objective
{
    public override Tensor Build(Activations activations) => activations.Alpha is { } alpha
        ? PerImage(alpha)
        : throw new UsageException($"'{this}' is how opaque an image with transparency is; this one is wholly. Choose the parameterization alpha(...), as in alpha(fourier()).");

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.PerValue"/>.</summary>
internal sealed record PerValueObjective(Objective A) : OuterObjective(A)
{
    public override Tensor Build(Activations activations) => A.Build(activations) / (activations.Image.Shape.Count / activations.Image.Shape.Batch);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
