namespace Phosphene.Evidence.Examples;

/// <summary>Why an image is kept as an example of a unit.</summary>
public enum ExampleKind
{
    /// <summary>The unit is highest on it: the largest maximum over positions, the largest first.</summary>
    Top,

    /// <summary>The unit is lowest on it: the smallest minimum over positions, the smallest first; of equals, the one with the smallest maximum.</summary>
    Bottom,

    /// <summary>It hardly excites the unit: the smallest maximum above 0, the smallest first.</summary>
    SlightlyPositive,

    /// <summary>It hardly inhibits the unit: the largest minimum below 0, the largest first.</summary>
    SlightlyNegative,

    /// <summary>Drawn by chance, the same images for all units, sorted by their maximum: quantiles of what the unit gives over the dataset.</summary>
    Random,
}
