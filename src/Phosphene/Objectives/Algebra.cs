using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>a + b.</summary>
internal sealed record SumObjective(Objective A, Objective B) : TwofoldObjective(A, B)
{
    public override Tensor Build(Activations activations) => A.Build(activations) + B.Build(activations);

    public override string ToString() => $"{A} + {ObjectiveText.Operand(B, inProduct: false)}";
}

/// <summary>a - b.</summary>
internal sealed record DifferenceObjective(Objective A, Objective B) : TwofoldObjective(A, B)
{
    public override Tensor Build(Activations activations) => A.Build(activations) - B.Build(activations);

    public override string ToString() => $"{A} - {ObjectiveText.Operand(B, inProduct: false)}";
}

/// <summary>weight·a.</summary>
internal sealed record ScaledObjective(float Weight, Objective A) : OuterObjective(A)
{
    public override Tensor Build(Activations activations) => Weight * A.Build(activations);

    internal override bool IsOfOneKindWith(Objective other) => other is ScaledObjective scaled && scaled.Weight == Weight && A.IsOfOneKindWith(scaled.A);

    internal override Tensor? BuildTogether(IReadOnlyList<Objective> all, Activations activations) => A.BuildTogether([.. all.Select(scaled => ((ScaledObjective)scaled).A)], activations) is { } together ? Weight * together : null;

    public override string ToString() => Weight == -1 ? $"-{ObjectiveText.Operand(A, inProduct: true)}" : $"{Printed.Number(Weight)}*{ObjectiveText.Operand(A, inProduct: true)}";
}

/// <summary>(1 - t)·a + t·b.</summary>
internal sealed record LerpObjective(Objective A, Objective B, float T) : TwofoldObjective(A, B)
{
    public override Tensor Build(Activations activations) => (1 - T) * A.Build(activations) + T * B.Build(activations);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.From"/>.</summary>
internal sealed record CustomObjective(string Name, Func<Activations, Tensor> Function) : Objective
{
    public override Tensor Build(Activations activations)
    {
        Tensor result = Function(activations);
        return result.Shape.Rank > 0 && result.Shape[0] == activations.Image.Shape.Batch ? PerImage(result) : result.Mean();
    }

    public override string ToString() => $"custom({Printed.Quoted(Name)})";
}
