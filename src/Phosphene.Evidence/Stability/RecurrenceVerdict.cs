namespace Phosphene.Evidence.Stability;

/// <summary>What becomes of a unit's picture with other seeds.</summary>
public enum RecurrenceVerdict
{
    /// <summary>Pictures of other seeds show the same: three of four at least are one facet.</summary>
    Recurs,

    /// <summary>There are several kinds of pictures, each of which comes again.</summary>
    SeveralFacets,

    /// <summary>Pictures of other seeds have no more in common than pictures of different units, or no more than their colours and frequencies; or the unit gives no more for them than for pictures of others.</summary>
    DoesNotRecur,
}
