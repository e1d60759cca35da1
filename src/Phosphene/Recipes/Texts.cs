using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Recipes;

/// <summary>The small languages in which recipes are written, each with all its words.</summary>
public static class Texts
{
    /// <summary>What the image maximizes.</summary>
    public static TextRegistry<Objective> Objectives => ObjectiveTexts.Registry;

    /// <summary>What objectives look at.</summary>
    public static TextRegistry<Layer> Layers => LayerTexts.Registry;

    /// <summary>Vectors in the activation space of a layer.</summary>
    public static TextRegistry<Direction> Directions => DirectionTexts.Registry;

    /// <summary>What the optimizer changes.</summary>
    public static TextRegistry<IParameterization> Parameterizations => ParameterizationTexts.Registry;

    /// <summary>What happens to the image before the model sees it.</summary>
    public static TextRegistry<ITransform> Transforms => TransformTexts.Registry;

    /// <summary>What is done to the image between steps, and to its gradient within one.</summary>
    public static TextRegistry<IImageOperator> Operators => OperatorTexts.Registry;

    /// <summary>How the parameters move.</summary>
    public static TextRegistry<IOptimizer> Optimizers => OptimizerTexts.Registry;

    /// <summary>What the ascent starts from.</summary>
    public static TextRegistry<Start> Starts => StartTexts.Registry;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextRegistry> All { get; } = [Objectives, Layers, Directions, Parameterizations, Transforms, Operators, Optimizers, Starts];
}
