using System.Globalization;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>What can be carried out, and yet is likely to disappoint: one sentence for each, which says what to do instead.</summary>
internal static class Warnings
{
    // A picture of fewer positions shows little but the layer's padding.
    private const int FewPositions = 2;

    // Adam moves each parameter by about its rate: from 20 times the usual one on, colours saturate within a few steps.
    private const float HighRate = 20;

    /// <summary>The warnings for an ascent.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">The recipe; it has a size.</param>
    /// <param name="objective">What is maximized.</param>
    public static IReadOnlyList<string> Of(Model model, Recipe recipe, Objective objective) =>
        [.. OfSize(model, recipe, objective), .. OfClasses(model, objective), .. OfUnits(model, objective), .. OfTransforms(recipe), .. OfTransparency(recipe, objective), .. OfRate(recipe)];

    private static IEnumerable<string> OfSize(Model model, Recipe recipe, Objective objective)
    {
        (int height, int width) = (recipe.Height!.Value, recipe.Width!.Value);
        (int usualHeight, int usualWidth) = model.UsualSize;
        string usual = model.InputSize is null ? $"{usualHeight} x {usualWidth}, which is usual" : $"{usualHeight} x {usualWidth}, which the model is made for";
        foreach (Layer layer in objective.Layers.Distinct())
        {
            if (Positions(model, layer, height, width) is not { } here || Positions(model, layer, usualHeight, usualWidth) is not { } there) continue;
            if (Math.Min(here.Height, here.Width) > FewPositions || Math.Min(there.Height, there.Width) < 2 * Math.Min(here.Height, here.Width)) continue;
            yield return $"at {height} x {width} pixels layer '{layer.Name}' has {here.Height} x {here.Width} positions, which see little but the edge of the image; at {usual}, it has {there.Height} x {there.Width}. Choose a larger size.";
            yield break;
        }
        if (objective.Classes.Any() && model.InputSize is not null && (4 * height <= usualHeight || 4 * width <= usualWidth))
            yield return $"a picture of {height} x {width} pixels has little room for a class of a model that is made for {usualHeight} x {usualWidth}. Choose a larger size.";
    }

    // Null also where the layer does not take the size: the image will be made to fit.
    private static (int Height, int Width)? Positions(Model model, Layer layer, int height, int width) =>
        model.LayerShape(layer, height, width) is { Rank: 4 } shape ? (shape.Height, shape.Width) : null;

    private static IEnumerable<string> OfClasses(Model model, Objective objective) => objective.Classes.Any() && model.ClassDoubt is { } doubt ? [doubt] : [];

    private static IEnumerable<string> OfUnits(Model model, Objective objective)
    {
        (Objective Unit, Layer Layer, int Channel, bool Least)[] units = [.. ObjectiveTerms.Of(objective).Select(UnitOf).OfType<(Objective, Layer, int, bool)>().DistinctBy(unit => (unit.Item2, unit.Item4))];
        if (units.Length == 0) return [];
        var linearity = new Linearity(model);
        return units.Select(unit => OfUnit(linearity, unit.Unit, unit.Layer, unit.Channel, unit.Least)).OfType<string>();
    }

    private static string? OfUnit(Linearity linearity, Objective unit, Layer layer, int channel, bool least)
    {
        string sign = least ? "-" : "";
        if (linearity.IsLinear(layer))
            return $"layer '{layer.Name}' is linear in the image: no activation stands before it, so that each step pushes the same way and the picture ends in flat, saturated islands.{(linearity.ActivationAfter(layer) is { } after ? $" Take the activation after it, '{sign}{Renamed(unit, after, channel)}'." : "")}";
        if (least && linearity.ComesOutOfRelu(layer, channel))
            return $"layer '{layer.Name}' is what a ReLU gives, which is never below 0: every image that leaves the channel silent is as good as any other, noise too. Take what the ReLU reads, '-{Renamed(unit, Layer.Pre(layer), channel)}'.";
        return null;
    }

    private static (Objective, Layer, int, bool)? UnitOf((Objective Term, float Weight) entry) => entry.Term switch
    {
        ChannelObjective channel => (channel, channel.Layer, channel.Index, entry.Weight < 0),
        NeuronObjective neuron => (neuron, neuron.Layer, neuron.Index, entry.Weight < 0),
        _ => null,
    };

    private static string Renamed(Objective unit, Layer layer, int channel) =>
        (unit as NeuronObjective is { } neuron ? neuron with { Layer = layer, Index = channel } : Objective.Channel(layer, channel)).ToString();

    private static IEnumerable<string> OfTransforms(Recipe recipe)
    {
        int side = Math.Min(recipe.Height!.Value, recipe.Width!.Value), shift = recipe.Transforms.Transforms.OfType<Jitter>().Sum(jitter => jitter.Pixels);
        if (2 * shift >= side)
            yield return $"the transforms shift the image by up to {shift} pixels, and its shorter side has {side}, so that much of it is often out of sight. Choose a larger size, or a smaller jitter.";
    }

    // What a random background covers is lost to the objective, so that without a price an image becomes opaque.
    private static IEnumerable<string> OfTransparency(Recipe recipe, Objective objective)
    {
        if (recipe.Parameterization is AlphaImage { Penalty: <= 0 } && !ObjectiveTerms.Of(objective).Concat(recipe.Penalties.SelectMany(penalty => ObjectiveTerms.Of(penalty))).Any(entry => entry.Term is OpacityObjective))
            yield return "nothing makes the image transparent: being opaque costs nothing, and shows more. Give alpha(...) a penalty, as in alpha(fourier(), 40), or subtract 40*opacity().";
    }

    private static IEnumerable<string> OfRate(Recipe recipe)
    {
        (string name, Recipe preset) = Recipe.Presets.TryGetValue(recipe.Preset, out Recipe? known) ? ($"preset {recipe.Preset}", known) : ("a new recipe", new Recipe());
        if (recipe.Optimizer is Adam { LearningRate: var rate } && preset.Optimizer is Adam { LearningRate: var usual } && rate >= HighRate * usual)
            yield return string.Create(CultureInfo.InvariantCulture, $"the learning rate {rate} is {rate / usual:0} times the {usual} of {name}, so the colours will saturate in a few steps. Rates from {usual / 2:G2} to {4 * usual:G2} are usual.");
    }
}
