using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Denoiser"/>.</summary>
internal sealed record DenoiserObjective(FileReference File) : Objective
{
    public override Tensor Build(Activations activations)
    {
        Denoiser denoiser = activations.Model.Beside(File, Models.Denoiser.Load);
        Tensor x = activations.Image, noise = x - denoiser.Denoise(x).StopGradient();
        return L1Objective.Total(noise.Square()) * (0.5f / (denoiser.Deviation * denoiser.Deviation));
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => new DenoiserObjective(change(File));

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
