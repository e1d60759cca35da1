using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Units;

/// <summary>A channel of a layer and the picture that was made for it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Picture">What excites it most.</param>
/// <param name="Provenance">Everything needed to make the picture again.</param>
public sealed record UnitPicture(Layer Layer, int Channel, Picture Picture, Provenance Provenance)
{
    /// <summary>The mean activation of the channel for the picture; null if it was not a number.</summary>
    public double? Value => Provenance.Value;

    /// <summary>Why the ascent ended before its last step, in a sentence; null if it did not.</summary>
    public string? Failure { get; init; }
}
