namespace Phosphene.Objectives;

/// <summary>By what <see cref="Objective.Diversity"/> tells the images of a batch apart.</summary>
public enum DiversityMeasure
{
    /// <summary>The Gram matrices: which channels occur together, wherever in the image. The article's.</summary>
    Gram,

    /// <summary>The activations themselves: what is where.</summary>
    Cosine,

    /// <summary>The Gram matrices with their strengths, as style transfer compares them.</summary>
    Style,
}
