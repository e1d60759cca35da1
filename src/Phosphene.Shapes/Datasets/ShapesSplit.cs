namespace Phosphene.Shapes.Datasets;

/// <summary>The parts of a dataset, 8 : 1 : 1. No image is in two of them.</summary>
public enum ShapesSplit
{
    /// <summary>What a model learns from.</summary>
    Training,

    /// <summary>What choices are made by, such as when to stop.</summary>
    Validation,

    /// <summary>What is looked at once, at the end.</summary>
    Test,
}
