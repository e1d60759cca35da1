using System.Globalization;
using Phosphene.Atlas.Units;
using Phosphene.Evidence.Examples;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>Reads which units of a layer a command looks at.</summary>
internal static class InputUnits
{
    /// <summary>A layer, with all its channels or those behind a colon: inception_4c/output:9,300..307. A layer whose own name ends so is that layer.</summary>
    /// <exception cref="UsageException">There is no such layer or channel.</exception>
    public static UnitChoice Read(Model model, string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !text[(colon + 1)..].All(c => char.IsAsciiDigit(c) || c is ',' or '.') || model.Layers.Any(layer => layer.Name == model.Aliases.Resolve(text))) return new UnitChoice(model.LayerOf(text));
        Layer named = model.LayerOf(text[..colon]);
        string channels = text[(colon + 1)..];
        ChannelChoice choice = ChannelChoice.Parse(channels);
        int count = CountOf(model, new UnitChoice(named));
        foreach (string number in channels.Split([',', '.'], StringSplitOptions.RemoveEmptyEntries))
            if (int.Parse(number, CultureInfo.InvariantCulture) >= count) throw new UsageException($"Layer '{named.Name}' has channels 0 to {count - 1}; there is no channel {number}.");
        return new UnitChoice(named, [.. choice.Of(named, count, 0)]);
    }

    /// <summary>Objectives: several channels of a layer, one for each, as in inception_4c/output:9,300..307, or any other objective by itself.</summary>
    /// <exception cref="UsageException">There is no such layer or channel.</exception>
    /// <exception cref="TextFormatException">The text is no objective.</exception>
    public static IReadOnlyList<Objective> Objectives(Model model, string text)
    {
        string channels = text[(text.LastIndexOf(':') + 1)..];
        bool areSeveral = channels.Length < text.Length && channels.All(c => char.IsAsciiDigit(c) || c is ',' or '.') && (channels.Contains(',', StringComparison.Ordinal) || channels.Contains("..", StringComparison.Ordinal));
        if (!areSeveral) return [Objective.Parse(text).Pinned()];
        UnitChoice units = Read(model, text);
        return [.. units.Channels.Select(channel => Objective.Channel(units.Layer, channel))];
    }

    /// <summary>How many units a choice has; 0 of a layer without channels.</summary>
    public static int CountOf(Model model, UnitChoice choice) => !choice.Channels.IsEmpty ? choice.Channels.Length : model.LayerShape(choice.Layer) is { Rank: >= 2 } shape ? shape.Channels : 0;
}
