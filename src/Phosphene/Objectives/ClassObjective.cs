using Phosphene.Models;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Objectives;

/// <summary>The score of a class, by label or number.</summary>
internal abstract record ClassObjective(string Label) : Objective
{
    public sealed override IEnumerable<string> Classes => [Label];

    public sealed override Tensor Build(Activations activations)
    {
        string layer = activations.Model.LogitsLayer;
        Tensor logits = activations[layer];
        int index = activations.Model.Labels.Find(Label, logits.Shape[1]);
        return PerImage(activations.Channels(Scores(logits), layer, _ => index));
    }

    /// <summary>The scores [N, C] of all classes, of their logits [N, C].</summary>
    protected abstract Tensor Scores(Tensor logits);
}

/// <summary>See <see cref="Objective.Logit(string)"/>.</summary>
internal sealed record LogitObjective(string Label) : ClassObjective(Label)
{
    protected override Tensor Scores(Tensor logits) => logits;

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.Probability(string)"/>.</summary>
internal sealed record ProbabilityObjective(string Label) : ClassObjective(Label)
{
    protected override Tensor Scores(Tensor logits) => logits.Softmax(1);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.LogProbability(string)"/>.</summary>
internal sealed record LogProbabilityObjective(string Label) : ClassObjective(Label)
{
    protected override Tensor Scores(Tensor logits) => logits.LogSoftmax(1);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
