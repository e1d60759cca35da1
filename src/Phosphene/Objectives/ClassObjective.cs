using Phosphene.Models;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Logit(string)"/> and <see cref="Objective.Probability(string)"/>.</summary>
internal sealed record ClassObjective(string Label, bool AfterSoftmax) : Objective
{
    public override IEnumerable<string> Classes => [Label];

    public override Tensor Build(Activations activations)
    {
        string layer = activations.Model.LogitsLayer;
        Tensor logits = activations[layer];
        int index = activations.Model.Labels.Find(Label, logits.Shape[1]);
        return PerImage(activations.Channels(AfterSoftmax ? logits.Softmax(1) : logits, layer, _ => index));
    }

    public override string ToString() => $"{(AfterSoftmax ? "probability" : "logit")}({(IsNumber ? Label : ObjectiveText.Quote(Label))})";

    private bool IsNumber => Label.Length > 0 && Label.All(char.IsAsciiDigit);
}
