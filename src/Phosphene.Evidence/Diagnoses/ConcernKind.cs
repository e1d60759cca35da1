namespace Phosphene.Evidence.Diagnoses;

/// <summary>What can be the matter with a channel; the gravest first.</summary>
public enum ConcernKind
{
    /// <summary>It is constant on all images, or never above 0.</summary>
    DeadOnData,

    /// <summary>Gradient ascent does not bring it above 0.</summary>
    DeadToOptimization,

    /// <summary>It is above 0 nearly everywhere and varies little, so that it says little of an image.</summary>
    AlwaysOn,

    /// <summary>Another channel of the layer has nearly its weights and nearly its activations.</summary>
    NearDuplicate,

    /// <summary>Its picture has far more of the finest frequencies than those of its layer: it looks like static.</summary>
    StaticLike,

    /// <summary>An image of one colour excites it nearly as much as anything does.</summary>
    FlatLight,

    /// <summary>Pictures of other seeds show something else.</summary>
    DoesNotRecur,
}
