using Phosphene.Atlas.Units;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Pages;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sheets;

/// <summary>A layer of a <see cref="Sheet"/>: which of its channels are shown, and how.</summary>
internal sealed record SheetLayer(Layer Layer, IReadOnlyList<int> Channels, string Description, string ModelFile, Labels? Classes)
{
    /// <exception cref="UsageException">The layer or a channel is not in the model, or the layer has no channels.</exception>
    public static SheetLayer Of(Model model, Recipe recipe, Layer layer, ChannelChoice choice)
    {
        Shape shape = model.LayerShape(layer, recipe.Height, recipe.Width)
            ?? throw new UsageException($"Layer '{layer.Name}' has no shape for images of {recipe.Height} x {recipe.Width} pixels, so its channels are not known; choose another layer or size.");
        if (shape.Rank is not (2 or 4)) throw new UsageException($"Layer '{layer.Name}' has the shape {shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");
        int all = shape[1];
        IReadOnlyList<int> channels = choice.Of(layer, all, recipe.Seed);
        string positions = shape.Rank == 4 ? $", {shape[2]} × {shape[3]} positions each" : "";
        string shown = channels.Count == all ? $"All {all} channels{positions}." : $"{channels.Count} of {all} channels{positions}.";
        return new SheetLayer(layer, channels, shown, Path.GetFileName(model.Path), model.Aliases.Resolve(layer.Name) == model.LogitsLayer && model.Labels.Count == all ? model.Labels : null);
    }

    /// <summary>A picture that is done.</summary>
    /// <param name="model">The model.</param>
    /// <param name="unit">The picture.</param>
    /// <param name="note">A remark in a few words; null for that of the unit itself, if there is one.</param>
    public SheetTile Tile(Model model, UnitPicture unit, string? note = null)
    {
        Objective objective = Objective.Channel(Layer, unit.Channel);
        string file = $"{string.Concat(Layer.Name.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' ? c : '-'))}-{unit.Channel}.png";
        Recipe alone = unit.Provenance.Recipe with { Batch = 1 };
        Preprocessing? given = model.PreprocessingSource == "as given" ? model.Preprocessing : null;         // what neither the file nor its sidecar states
        return new SheetTile(unit.Channel, $"{objective}", unit.Picture)
        {
            Label = Classes?[unit.Channel],
            Value = unit.Value,
            Note = note ?? (unit.Failure is not null ? $"ended after step {unit.Provenance.Step}" : unit.Value is <= 0 ? "silent" : null),
            Details =
            [
                FormattableString.Invariant($"channel · {unit.Value:G4} · seed {alone.Seed} · {unit.Provenance.Step} steps{(unit.Failure is null ? "" : $" · {unit.Failure}")}"),
                $"transforms {alone.Transforms}",
                .. alone.ImageOperators.IsEmpty ? Array.Empty<string>() : [$"image operators {alone.ImageOperators}"],
                .. alone.GradientOperators.IsEmpty ? Array.Empty<string>() : [$"gradient operators {alone.GradientOperators}"],
                $"{Texts.Parameterizations.Print(alone.Parameterization)} · {Texts.Optimizers.Print(alone.Optimizer)}{(alone.Penalty is null ? "" : $" · minus {alone.Penalty}")}",
            ],
            Commands =
            [
                ("Make one like it:", CommandText.Render(ModelFile, objective, alone, file, given)),
                ("Or save this one, which carries its recipe, and make its pixels again:", $"phosphene replay {file}"),
            ],
        };
    }

    /// <summary>A picture that is being made.</summary>
    public SheetTile Growing(int channel, Picture picture, string note) => new(channel, $"{Objective.Channel(Layer, channel)}", picture) { Label = Classes?[channel], Note = note };

    /// <summary>A picture whose turn has not come.</summary>
    public SheetTile Pending(int channel) => new(channel, $"{Objective.Channel(Layer, channel)}", null) { Label = Classes?[channel] };
}
