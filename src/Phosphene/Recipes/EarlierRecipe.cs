using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Syntax;

namespace Phosphene.Recipes;

/// <summary>
/// Reads what is a text now and was an object in the recipes of earlier pictures:
/// <code>
/// "parameterization": { "kind": "fourier", "standardDeviation": 0.01, "decay": 1, "decorrelate": true }
/// "optimizer": { "kind": "adam", "learningRate": 0.05, "beta1": 0.9, "beta2": 0.999, "epsilon": 1E-08 }
/// </code>
/// </summary>
internal static class EarlierRecipe
{
    public static IParameterization ReadParameterization(JsonMembers members)
    {
        Fourier fourier = new();
        Pixels pixels = new();
        return (members.Has("kind") ? members.Text("kind") : "") switch
        {
            "fourier" => new Fourier(
                members.Has("standardDeviation") ? members.Number("standardDeviation", 0) : fourier.StandardDeviation,
                members.Has("decay") ? members.Number("decay") : fourier.Decay,
                members.Has("decorrelate") ? members.Truth("decorrelate") : fourier.Decorrelate),
            "pixels" => new Pixels(
                members.Has("standardDeviation") ? members.Number("standardDeviation", 0) : pixels.StandardDeviation,
                members.Has("decorrelate") ? members.Truth("decorrelate") : pixels.Decorrelate),
            "custom" => throw members.Wrong("kind", "\"fourier\" or \"pixels\" (a custom parameterization exists only in the code that made it)"),
            _ => throw members.Wrong("kind", "\"fourier\" or \"pixels\""),
        };
    }

    public static IOptimizer ReadOptimizer(JsonMembers members)
    {
        Adam adam = new();
        if (!members.Has("kind") || members.Text("kind") != "adam") throw members.Wrong("kind", "\"adam\"");
        return new Adam(
            members.Has("learningRate") ? members.Number("learningRate") : adam.LearningRate,
            members.Has("beta1") ? members.Number("beta1", 0, 1) : adam.Beta1,
            members.Has("beta2") ? members.Number("beta2", 0, 1) : adam.Beta2,
            members.Has("epsilon") ? members.Number("epsilon", 0) : adam.Epsilon);
    }
}
