using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;

namespace Phosphene.Recipes;

/// <summary>Command lines that a page shows to be copied.</summary>
public static class CommandText
{
    /// <summary>A command for <c>phosphene render</c> with the options that differ from the defaults of the recipe's preset. Texts are quoted for any usual shell.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="objective">What is maximized.</param>
    /// <param name="recipe">The recipe. Of its members those without an option, stages and redirected steps, are not told.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="preprocessing">The preprocessing, if the command has to give it; null if the model's file states it.</param>
    public static string Render(string model, Objective objective, Recipe recipe, string output, Preprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(recipe);
        Recipe preset = Recipe.Presets.GetValueOrDefault(recipe.Preset, Recipe.Lucid), usual = recipe is { Height: { } height, Width: { } width } ? preset.For(height, width) : preset;
        List<string> words = ["phosphene", "render", model, objective.ToString(), "-o", output, "--preset", preset.Preset];
        Option("--size", recipe.Height == recipe.Width ? $"{recipe.Height}" : $"{recipe.Height}x{recipe.Width}", recipe.Height is not null && recipe.Width is not null);
        Option("--steps", Text(recipe.Steps), recipe.Steps != usual.Steps);
        Option("--patience", $"{recipe.Patience}", recipe.Patience is not null && recipe.Patience != usual.Patience);
        Option("--seed", recipe.Seed.ToString(CultureInfo.InvariantCulture), recipe.Seed != 0);
        Option("--batch", Text(recipe.Batch), recipe.Batch != 1);
        Option("--parameterization", Texts.Parameterizations.Print(recipe.Parameterization), !recipe.Parameterization.Equals(usual.Parameterization));
        Option("--transforms", recipe.Transforms.ToString(), recipe.Transforms.ToString() != usual.Transforms.ToString());
        Option("--optimizer", Texts.Optimizers.Print(recipe.Optimizer), !recipe.Optimizer.Equals(usual.WithSteps(recipe.Steps).Optimizer));
        Option("--image-operators", recipe.ImageOperators.ToString(), recipe.ImageOperators != usual.ImageOperators);
        Option("--gradient-operators", recipe.GradientOperators.ToString(), recipe.GradientOperators != usual.GradientOperators);
        Option("--penalty", $"{recipe.Penalty}", recipe.Penalty is not null);
        foreach (ImageReference image in recipe.Start?.Images ?? []) Option("--start", image.Path, true);
        Option("--display", recipe.Display.ToString(), recipe.Display != Display.All);
        Option("--preprocess", $"{preprocessing}", preprocessing is not null);
        return string.Join(' ', words.Select(Quoted));

        void Option(string name, string value, bool isOther)
        {
            if (isOther) words.AddRange([name, value]);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Double quotes work in every shell; what would still be read inside them is escaped as POSIX shells want it.
    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,=@+%".Contains(c, StringComparison.Ordinal))
        ? word
        : $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}\"";
}
