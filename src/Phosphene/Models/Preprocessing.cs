using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// How a model wants its pictures: y[c] = (x[order(c)]·Factor - Mean[c]) / Deviation[c], with x an image in [0, 1]. As text a name
/// ("caffe", "imagenet", "unit", "signed", "inception") or, written out, "bgr*255-(104,117,123)/(1,1,1)", "grey-(0.13)/(0.31)" or, of any other number of
/// channels, "channels*2-(1)" with one number for all or one for each.
/// </summary>
/// <param name="Bgr">Whether the model's channels are blue, green, red.</param>
/// <param name="Factor">What the image in [0, 1] is multiplied by.</param>
/// <param name="Mean">What is subtracted then, in the model's order of channels.</param>
/// <param name="Deviation">What is divided by then.</param>
public sealed record Preprocessing(bool Bgr, float Factor, ImmutableArray<float> Mean, ImmutableArray<float> Deviation)
{
    private static readonly Dictionary<string, Preprocessing> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        // Caffe's reference models: BGR, 0 to 255, minus the rounded mean of ImageNet.
        ["caffe"] = new(true, 255, [104, 117, 123], [1, 1, 1]),
        // torchvision: RGB, mean and standard deviation of ImageNet.
        ["imagenet"] = new(false, 1, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]),
        // TensorFlow's slim models: RGB in [-1, 1].
        ["signed"] = new(false, 2, [1, 1, 1], [1, 1, 1]),
        // Lucid's InceptionV1: RGB, 0 to 255, minus 117.
        ["inception"] = new(false, 255, [117, 117, 117], [1, 1, 1]),
        ["unit"] = new(false, 1, [0, 0, 0], [1, 1, 1]),
    };

    /// <summary>RGB in [0, 1], as it is.</summary>
    public static Preprocessing Unit => Known["unit"];

    /// <summary>The names that <see cref="Parse"/> knows.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>Reads a name or a formula.</summary>
    /// <exception cref="TextFormatException">The text is neither; the message says what was expected, the exception where.</exception>
    public static Preprocessing Parse(string text)
    {
        var scanner = new Scanner(text, "preprocessing");
        int start = scanner.Position;
        string word = scanner.Letters() ?? "";
        if (Known.TryGetValue(word, out Preprocessing? named))
        {
            scanner.ExpectEnd();
            return named;
        }
        string order = word.ToUpperInvariant();
        int? channels = order switch { "RGB" or "BGR" => 3, "GREY" => 1, "CHANNELS" => null, _ => throw scanner.Error(Unknown(word.Length > 0 ? word : text.Length <= 40 ? text : $"{text[..40]}..."), start) };
        float factor = scanner.Take('*') ? scanner.Number("the factor") : 1;
        ImmutableArray<float> mean = Repeated(0, channels ?? 1), deviation = Repeated(1, channels ?? 1);
        if (scanner.Take('-')) mean = ReadNumbers(scanner, "the mean, as in -(104,117,123)", word, channels);
        int divisor = scanner.Position;
        if (scanner.Take('/')) deviation = ReadNumbers(scanner, "the standard deviation, as in /(0.229,0.224,0.225)", word, channels);
        scanner.ExpectEnd();
        if (mean.Length != deviation.Length && mean.Length != 1 && deviation.Length != 1)
            throw scanner.Error($"{mean.Length} numbers are subtracted, and {deviation.Length} divide; give as many of both, or one for all.", divisor);
        return deviation.Contains(0)
            ? throw scanner.Error("A division by 0; give a standard deviation above 0.", divisor)
            : new Preprocessing(order == "BGR", factor, mean, deviation);
    }

    private static string Unknown(string text) =>
        $"Preprocessing '{text}' is not known{(NearestNames.Question(text, Known.Keys) is { Length: > 0 } question ? question : ".")} Use one of {string.Join(", ", Known.Keys)}, or a formula such as bgr*255-(104,117,123), rgb-(0.485,0.456,0.406)/(0.229,0.224,0.225) or grey-(0.13)/(0.31).";

    private static ImmutableArray<float> ReadNumbers(Scanner scanner, string what, string order, int? channels)
    {
        int start = scanner.Position;
        scanner.Expect('(', $"before {what}");
        var numbers = new List<float>();
        do numbers.Add(scanner.Number(what));
        while (scanner.Take(','));
        scanner.Expect(')', $"after {what}");
        return channels is null || numbers.Count == channels
            ? [.. numbers]
            : throw scanner.Error($"There are {numbers.Count} numbers in parentheses, where {order} has {channels}.", start);
    }

    private static ImmutableArray<float> Repeated(float value, int count) => [.. Enumerable.Repeat(value, count)];

    /// <summary>The model's input [N, C, H, W] of an image [N, C, H, W] in [0, 1].</summary>
    /// <exception cref="UsageException">It is for another number of channels; see <see cref="Fits"/>.</exception>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!Fits(image.Shape.Channels)) throw new UsageException(Misfit(image.Shape.Channels));
        // (x·f - m) / d = x·(f / d) - m / d; the order of channels comes last, where a first convolution takes it into its weights.
        Tensor scaled = Deviation.All(d => Factor / d == 1) ? image : image * PerChannel(image.Shape.Channels, channel => Factor / At(Deviation, channel));
        Tensor centred = Mean.All(mean => mean == 0) ? scaled : scaled - PerChannel(image.Shape.Channels, channel => At(Mean, channel) / At(Deviation, channel));
        return Bgr ? Tensor.Concat(1, centred.Channel(2), centred.Channel(1), centred.Channel(0)) : centred;
    }

    // One number for each channel of the model, or one for all; here by the channels of the image.
    private float At(ImmutableArray<float> numbers, int channel) => numbers.Length == 1 ? numbers[0] : numbers[Bgr ? 2 - channel : channel < numbers.Length ? channel : 0];

    private static Tensor PerChannel(int channels, Func<int, float> value) => Tensor.Constant(new Shape(1, channels, 1, 1), [.. Enumerable.Range(0, channels).Select(value)]);

    /// <summary>Whether it can prepare images of so many channels: it names as many, or treats all alike.</summary>
    public bool Fits(int channels) => (!Bgr || channels == 3) && FitsNumbers(Mean, channels) && FitsNumbers(Deviation, channels);

    private static bool FitsNumbers(ImmutableArray<float> numbers, int channels) => numbers.Length == channels || numbers.All(number => number == numbers[0]);

    /// <summary>What is wrong where it does not fit, in one sentence.</summary>
    internal string Misfit(int channels) =>
        $"Preprocessing '{this}' is for images of {(Bgr ? 3 : Math.Max(Mean.Length, Deviation.Length))} channels, and the model takes {channels}; use unit, signed, or a formula such as {(channels == 1 ? "grey-(0.13)/(0.31)" : "channels*2-(1)")}.";

    /// <inheritdoc/>
    public bool Equals(Preprocessing? other) =>
        other is not null && Bgr == other.Bgr && Factor.Equals(other.Factor) && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Bgr, Factor, Mean[0], Deviation[0]);

    /// <summary>The name, or the formula that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        foreach ((string name, Preprocessing known) in Known)
            if (known == this) return name;
        string order = Bgr ? "bgr" : (Mean.Length, Deviation.Length) switch { (3, 3) => "rgb", (1, 1) => "grey", _ => "channels" };
        return $"{order}*{Printed.Number(Factor)}-({string.Join(',', Mean.Select(Printed.Number))})/({string.Join(',', Deviation.Select(Printed.Number))})";
    }
}
