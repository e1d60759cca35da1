using System.Collections.Immutable;
using Phosphene.Models;

namespace Phosphene.Evidence.Examples;

/// <summary>Units of a layer: all channels, or some.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Channels">The channels, in this order; all where there are none.</param>
public sealed record UnitChoice(Layer Layer, ImmutableArray<int> Channels)
{
    /// <summary>All channels of a layer.</summary>
    public UnitChoice(Layer layer) : this(layer, []) { }
}
