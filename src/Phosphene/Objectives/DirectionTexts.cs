using Phosphene.Images;
using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Objectives;

/// <summary>The words of directions, and what else one can be written as.</summary>
internal static class DirectionTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<Direction> Registry { get; } = new("direction",
        "A vector in the activation space of a layer. It is written as a number for each channel, `1, -0.5, 0`; as channels with weights, `{97: 1, 143: -1}`, the others being 0; as a .npy file "
        + "[C], [K, C] or [C, height, width], `'file.npy'`; or by a word.",
        grammar: scanner => Read(scanner, "the direction"))
    {
        { "random", "A vector of length 1, all directions being equally likely.", "random(5)", Whole("seed", "Another seed gives another direction."), seed => new RandomDirection(seed), random => random.Seed },
        { "image", "What a photo has in the layer: the mean of its activations over all positions.", "image('photo.jpg')",
            File("path", "The path of the file."), Sha256("sha256", "That of the file, so that no other takes its place; filled in when a picture is made."),
            (path, sha256) => new ImageDirection(new ImageReference(path, sha256)), image => (image.Photo.Path, image.Photo.Sha256) },
    };

    /// <summary>A direction as a parameter.</summary>
    public static TextParameter<Direction> Vector { get; } = new("vector", "The direction: a number for each channel, or another form.", "direction", Read, direction => direction.ToString()) { IsList = true };

    private static Direction Read(Scanner scanner, string what)
    {
        int position = scanner.Position;
        Registry.Offer(scanner);
        if (scanner.Next == '{') return Channels(scanner, what);
        if (scanner.IsAtQuote) return new FileDirection(FileReference.Read(FileDirection.Kind, scanner, what), null);
        if (scanner.IsAtNumber || scanner.Next == '-') return new NumbersDirection(ReadNumbers(scanner, what));
        string? word = scanner.Bare();
        if (word is null || scanner.Next != '(')
            throw scanner.Error($"A direction is expected for {what}: numbers, {{97: 1, 143: -1}}, random(5), 'file.npy' or image('photo.jpg'); found {scanner.Found(position)}.", position);
        if (word == FileReference.Word)
        {
            scanner.Return(position);
            return new FileDirection(FileReference.Read(FileDirection.Kind, scanner, what), null);
        }
        TextEntry<Direction> entry = Registry.Find(word, scanner, position);
        scanner.Take('(');
        return TextRegistry<Direction>.ReadArguments(entry, scanner, position);
    }

    // {97: 1, 143: -1}
    private static ChannelsDirection Channels(Scanner scanner, string what)
    {
        scanner.Take('{');
        var weights = new SortedDictionary<int, float>();
        do
        {
            int position = scanner.Position, channel = scanner.Integer($"a channel of {what}");
            scanner.Expect(':', $"between channel {channel} and its weight");
            if (!weights.TryAdd(channel, scanner.Number($"the weight of channel {channel}"))) throw scanner.Error($"Channel {channel} is given twice in {what}.", position);
        }
        while (scanner.Take(','));
        scanner.Expect('}', "to close {");
        return new ChannelsDirection([.. weights.Select(weight => (weight.Key, weight.Value))]);
    }
}
