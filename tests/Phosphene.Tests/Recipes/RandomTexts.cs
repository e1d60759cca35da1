using System.Collections.Concurrent;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Transforms;

namespace Phosphene.Tests.Recipes;

/// <summary>A text that is probably no longer what it was, and which language it was in.</summary>
public sealed record BrokenText(string Kind, string Text);

/// <summary>Everything that a text can say, at random, with names and numbers that are hard to print; and texts that were damaged.</summary>
public static class RandomTexts
{
    private static readonly string[] Names =
    [
        "inception_4c/output", "4c", "/layer3/relu", "mixed4c", "a.b", "300", "1e5", "1e-5", "NaN", "Infinity", "-1", "a-b", "a b", "", " ", "x:0", "it's", "share", "layer",
        "\"q\"", "back\\slash", "\\'", "tv", "none", "été", "层", "a\nb", "a@b", "(", "1.2.3", ".5", "5.", "0x10", "1e", "_", "/", ".", "centre", "a*b", "|", "a;b", "a,b", "custom",
    ];

    private static readonly float[] Hard =
    [
        0, 1, -1, 0.5f, -0.5f, 0.1f, 1e-10f, 1e20f, -1e-30f, float.MaxValue, -float.MaxValue, float.Epsilon, 1 / 3f, 16777216, 123456.789f, -2, 1000,
    ];

    private static Gen<bool> Truth => Gen.Elements(true, false);

    private static Gen<string> Name => Gen.Elements(Names);

    private static Gen<Layer> Place => LayerOf(2);

    // A generator is made once for each depth: made anew for each sample, those of objectives take minutes.
    private static readonly ConcurrentDictionary<int, Gen<Layer>> s_layers = [];
    private static readonly ConcurrentDictionary<int, Gen<Objective>> s_objectives = [];

    private static Gen<Layer> LayerOf(int depth) => s_layers.GetOrAdd(depth, Layers);

    private static Gen<Objective> Nested(int depth) => s_objectives.GetOrAdd(depth, Objectives);

    private static Gen<Layer> Layers(int depth) => depth == 0 ? Name.Select(name => (Layer)name) : Gen.Frequency(
        (6, Name.Select(name => (Layer)name)),
        (1, LayerOf(depth - 1).Select(Layer.Pre)),
        (1, from layer in LayerOf(depth - 1) from index in Gen.Choose(0, 9) select Layer.Branch(layer, index)),
        (1, from layer in LayerOf(depth - 1) from index in Gen.Choose(0, 9) from heads in Gen.Choose(0, 16) select Layer.Head(layer, index, heads == 0 ? null : heads)),
        (1, from layer in LayerOf(depth - 1) from index in Gen.Choose(0, 200) select Layer.Token(layer, index)),
        (1, from layer in LayerOf(depth - 1) from path in File select Layer.Feature(layer, path)),
        (1, from layer in LayerOf(depth - 1) from path in File select Layer.Code(layer, path)));

    private static Gen<string> File => Name.Where(name => name.Length > 0);

    private static Gen<Direction> Vector => Gen.OneOf(
        from first in Number from rest in Gen.ListOf(Number, 4) select Direction.Of([first, .. rest]),
        Gen.Choose(0, int.MaxValue).Select(Direction.Random),
        from first in Number from weights in Gen.ListOf(Number, 3) select Direction.Channels(weights.Append(first).Select((weight, i) => (weight, i)).ToDictionary(pair => pair.i * 7, pair => pair.weight)),
        from path in File from row in Gen.Choose(0, 9) select Direction.File(path, row == 0 ? null : row),
        Reference.Select(Direction.MeanOf));

    private static Gen<Objective> Directed =>
        from layer in Place from vector in Vector from power in Gen.OneOf(Positive, Gen.Constant(0f)) from matrix in File.OrNull() select Objective.Direction(layer, vector, power, matrix);

    private static Gen<float> Any => Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite);

    private static Gen<float> Number => Gen.OneOf(Gen.Elements(Hard), Any);

    private static Gen<float> Positive => Number.Select(MathF.Abs);

    private static Gen<float> Share => Gen.Choose(0, 1 << 24).Select(i => i / (float)(1 << 24));

    private static Gen<(float From, float To)> Range => from a in Share from b in Share where a != b select (Math.Min(a, b), Math.Max(a, b));

    private static Gen<float> Within(float least, float most) => Gen.OneOf(Gen.Elements(least, most), Share.Select(share => Math.Clamp(least + share * (most - least), least, most)));

    private static readonly Lazy<Gen<Objective>> s_leaf = new(() => Leaves);

    private static Gen<Objective> Leaf => s_leaf.Value;

    private static Gen<Objective> Leaves => Gen.OneOf(
        from layer in Place from channel in Gen.Choose(0, 2000) select Objective.Channel(layer, channel),
        from layer in Place from channel in Gen.Choose(0, 2000) from y in Gen.Choose(0, 99) from x in Gen.Choose(0, 99) select Objective.Neuron(layer, channel, y, x),
        from layer in Place from channel in Gen.Choose(0, 9) select Objective.Neuron(layer, channel),
        Place.Select(Objective.DeepDream),
        from layer in Place
        from photo in Reference
        from power in Gen.OneOf(Positive, Gen.Constant(0f))
        from objective in Gen.Elements(Objective.Invert(layer, photo), Objective.Caricature(layer, photo, power), Objective.Style(layer, photo), Objective.Guide(layer, photo), Objective.Grid(layer, photo, power))
        select objective,
        from layer in Place from first in Number from rest in Gen.ListOf(Number, 4) select Objective.Direction(layer, [first, .. rest]),
        Directed,
        Gen.OneOf(Name, Gen.Choose(0, 1000).Select(index => $"{index}")).SelectMany(label => Gen.Elements(Objective.Logit(label), Objective.Probability(label), Objective.LogProbability(label))),
        Number.SelectMany(centre => Gen.Elements(Objective.L1(centre), Objective.L2(centre), Objective.LargestDistance(centre))),
        from power in Within(1, 1000) from centre in Number select Objective.Norm(power, centre),
        Within(0.01f, 1000).Select(Objective.Variation),
        from width in Gen.Choose(0, 99) from centre in Number select Objective.Boundary(width, centre),
        from operators in OperatorsOf(2) where !operators.IsEmpty select Objective.Residual([.. operators.Operators]),
        Gen.Elements(Objective.Colours(), Objective.Opacity()),
        from path in File from step in Gen.Choose(0, 9) from objective in Gen.Elements(Objective.Denoiser(path), Objective.Prototypes(path), Objective.Patches(path, step == 0 ? null : step)) select objective,
        from layer in Place from measure in Gen.Elements(Enum.GetValues<DiversityMeasure>()) select Objective.Diversity(layer, measure),
        from layer in Place from ratio in Positive from reach in Gen.Choose(1, 9) from columns in Gen.Choose(0, 9) select Objective.Alignment(layer, 1 + ratio, reach, columns == 0 ? null : columns),
        Gen.Constant(Objective.TotalVariation()));

    private static Gen<Objective> Objectives(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (2, from a in Nested(depth - 1) from b in Nested(depth - 1) select a + b),
        (2, from a in Nested(depth - 1) from b in Nested(depth - 1) select a - b),
        (1, Nested(depth - 1).Select(a => -a)),
        (2, from weight in Number from a in Nested(depth - 1) select weight * a),
        (1, from a in Nested(depth - 1) from b in Nested(depth - 1) from share in Number select Objective.Lerp(a, b, share)),
        (1, from a in Nested(depth - 1) from model in Name.Where(name => name.Length > 0) select Objective.Across(a, model, "b.onnx")),
        (1, Nested(depth - 1).Select(Objective.PerValue)),
        (1, from a in Nested(depth - 1) from y in Range from x in Range select Objective.Mask(a, y.From, y.To, x.From, x.To)),
        (1, from a in Nested(depth - 1) from layer in Place from weight in Number from measure in Gen.Elements(Enum.GetValues<DiversityMeasure>()) select Objective.Varied(a, layer, weight, measure)),
        (1, from a in Nested(depth - 1) from layer in Place from weight in Number from columns in Gen.Choose(0, 9) select Objective.Aligned(a, layer, weight, columns == 0 ? null : columns)),
        (1, from first in Nested(depth - 1) from rest in Gen.ListOf(Nested(depth - 1), 2) select Objective.Each([first, .. rest])));

    private static Gen<Draw> Draws(Gen<float> value) => Gen.OneOf(
        from a in value from b in value select Draw.Between(Math.Min(a, b), Math.Max(a, b)),
        from values in Gen.NonEmptyListOf(from one in value from times in Gen.Choose(1, 3) select Enumerable.Repeat(one, times)) select Draw.OneOf([.. values.Take(9).SelectMany(same => same)]));

    private static Gen<ITransform> Transform => Gen.Frequency(
        (9, One), (1, Gen.Choose(0, 3).SelectMany(count => Gen.ListOf(One, count)).Select(transforms => (ITransform)new PerImage(Pipeline.Of([.. transforms])))));

    private static Gen<ITransform> One => Gen.OneOf(
        from pixels in Gen.Choose(0, 1024) from fill in Gen.Elements(Enum.GetValues<PadFill>()) select (ITransform)new Pad(pixels, fill),
        Draws(Within(-80, 80)).Select(degrees => (ITransform)new Shear(degrees)),
        Within(0, 1).Select(probability => (ITransform)new Flip(probability)),
        from sizes in Draws(Within(0.01f, 100))
        from centre in Gen.OneOf(Positive, Gen.Constant(0.15f))
        from last in Draws(Within(0.01f, 100)).OrNull()
        from steps in Gen.Choose(0, 300)
        from side in Gen.Choose(0, 300)
        select (ITransform)new ResizedCrop(sizes, centre, last, steps, side == 0 ? null : side, side == 0 ? null : side + 1),
        Draws(Within(0.01f, 100)).Select(sigmas => (ITransform)new Blur(sigmas)),
        Positive.Select(deviation => (ITransform)new Noise(deviation)),
        from brightness in Within(0, 1) from contrast in Within(0, 1) from saturation in Within(0, 1) select (ITransform)new ColourJitter(brightness, contrast, saturation),
        from sizes in Draws(Within(0, 1)) from probability in Within(0, 1) select (ITransform)new Erase(sizes, probability),
        Gen.Choose(0, 1024).Select(pixels => (ITransform)new Jitter(pixels)),
        Gen.Choose(0, 1024).Select(pixels => (ITransform)new Roll(pixels)),
        from factors in Draws(Within(0.01f, 100)) from nearest in Truth select (ITransform)new Scale(factors, nearest),
        from degrees in Draws(Gen.OneOf(Within(-360, 360), Gen.Choose(-360, 360).Select(degrees => (float)degrees))) from nearest in Truth select (ITransform)new Rotate(degrees, nearest),
        Gen.Constant((ITransform)new Crop()),
        from height in Side from width in Side select (ITransform)new Crop(height, width));

    private static Gen<int> Side => Gen.Choose(1, Picture.MaximumSide);

    private static Gen<Pipeline> Pipe => Gen.Choose(0, 7).SelectMany(count => Gen.ListOf(Transform, count)).Select(transforms => Pipeline.Of([.. transforms]));

    private static Gen<OperatorPipeline> OperatorsOf(int depth) => Gen.Choose(0, 4).SelectMany(count => Gen.ListOf(Operator(depth), count)).Select(operators => OperatorPipeline.Of([.. operators]));

    private static Gen<IImageOperator> Operator(int depth) => Gen.OneOf(
        Within(0.1f, 100).Select(sigma => (IImageOperator)new GaussianBlur(sigma)),
        Gen.Choose(1, 49).Select(radius => (IImageOperator)new Soften(2 * radius + 1)),
        from sigma in Within(0.1f, 10) from range in Within(1e-6f, 1000) select (IImageOperator)new BilateralFilter(sigma, range),
        from a in Number from b in Number where a != b select (IImageOperator)new ValueClip(Math.Min(a, b), Math.Max(a, b)),
        from share in Within(0, 1) from centre in Gen.OneOf(Number, Gen.Constant(0.5f)) select (IImageOperator)new Decay(share, centre),
        Gen.Elements(Enum.GetValues<ImageMeasure>()).Select(by => (IImageOperator)new Normalization(by)),
        Gen.Choose(1, 12).Select(levels => (IImageOperator)new LaplacianNormalization(levels)),
        Within(1e-20f, 1000).Select(most => (IImageOperator)new LengthLimit(most)),
        depth == 0 ? Gen.Constant((IImageOperator)new Soften()) : from steps in Gen.Choose(1, 1000) from operators in OperatorsOf(depth - 1) where !operators.IsEmpty select (IImageOperator)new Every(steps, operators));

    private static Gen<IOptimizer> Rule => RuleOf(2);

    private static Gen<IOptimizer> RuleOf(int depth) => depth == 0 ? Simple : Gen.Frequency(
        (3, Simple),
        (1, from inner in RuleOf(depth - 1)
            from steps in Gen.Choose(1, 10_000)
            from share in Within(0.001f, 1)
            from rule in Gen.Elements<IOptimizer>(new LinearSchedule(inner, steps, share), new CosineSchedule(inner, steps, share), new ExponentialSchedule(inner, steps, share), new DropSchedule(inner, steps, share), new WarmUp(inner, steps), new Averaged(inner, share))
            select rule));

    private static Gen<IOptimizer> Simple => Gen.OneOf(
        Positive.SelectMany(rate => Gen.Elements<IOptimizer>(new GradientAscent(rate), new SignAscent(rate))),
        from rate in Positive from share in Within(0, 1) from nesterov in Truth select (IOptimizer)new Momentum(rate, share, nesterov),
        from rate in Positive from share in Within(0, 1) from epsilon in Gen.OneOf(Positive, Gen.Constant(1e-7f)) select (IOptimizer)new RmsProp(rate, share, epsilon),
        from rate in Positive
        from beta1 in Gen.OneOf(Within(0, 1), Gen.Constant(0.9f))
        from beta2 in Gen.OneOf(Within(0, 1), Gen.Constant(0.999f))
        from epsilon in Gen.OneOf(Positive, Gen.Constant(1e-8f))
        from decay in Positive
        from rule in Gen.Elements<IOptimizer>(new Nadam(rate, beta1, beta2, epsilon, decay), new AdamW(rate, decay, beta1, beta2, epsilon))
        select rule,
        from rate in Positive
        from beta1 in Gen.OneOf(Within(0, 1), Gen.Constant(0.9f))
        from beta2 in Gen.OneOf(Within(0, 1), Gen.Constant(0.999f))
        from epsilon in Gen.OneOf(Positive, Gen.Constant(1e-8f))
        select (IOptimizer)new Adam(rate, beta1, beta2, epsilon),
        from rate in Positive from byMean in Truth select (IOptimizer)new NormalizedAscent(rate, byMean));

    private static Gen<IParameterization> Image => Gen.Frequency(
        (5, Opaque),
        (1, from colours in Opaque from penalty in Number from plain in Truth select (IParameterization)new AlphaImage(colours, penalty, plain)));

    private static Gen<IParameterization> Opaque => Gen.OneOf(
        from levels in Gen.Choose(1, 14)
        from deviation in Gen.OneOf(Positive, Gen.Constant(0.01f))
        from decorrelate in Truth
        from nearest in Truth
        from power in Number
        select (IParameterization)new Pyramid(levels, deviation, decorrelate, nearest, power),
        from layers in Gen.Choose(1, 100) from channels in Gen.Choose(1, 1000) from periodic in Truth select (IParameterization)new Cppn(layers, channels, periodic),
        from photos in Photos.OrNull() from contrast in Gen.OneOf(Positive, Gen.Constant(1.2f)) from transparent in Truth from standardize in Truth select (IParameterization)new Maco(photos, contrast, transparent, standardize),
        from path in File
        from noise in Positive
        from steps in Gen.Choose(0, 300)
        from prior in Positive
        from clip in Positive
        from decay in Within(0, 1)
        select (IParameterization)new DecoderImage(path, null, noise, steps, prior, clip, decay),
        Spectrum.Select(fourier => (IParameterization)fourier),
        Spectrum.Select(fourier => (IParameterization)new Shared(fourier)),
        from deviation in Gen.OneOf(Positive, Gen.Constant(0.01f)) from decorrelate in Truth from clip in Truth select (IParameterization)new Pixels(deviation, decorrelate, clip));

    private static Gen<Fourier> Spectrum =>
        from deviation in Gen.OneOf(Positive, Gen.Constant(0.01f))
        from decay in Gen.OneOf(Number, Gen.Constant(1f))
        from decorrelate in Truth
        from contrast in Gen.OneOf(Positive, Gen.Constant(0f))
        from statistics in Photos.OrNull()
        from exact in Truth
        select new Fourier(deviation, decay, decorrelate, contrast, statistics, exact);

    private static Gen<StatisticsReference> Photos => Reference.Select(reference => new StatisticsReference(reference.Path, reference.Sha256));

    private static Gen<ImageReference> Reference =>
        from path in Name.Where(name => name.Length > 0)
        from digits in Gen.ArrayOf(Gen.Elements("0123456789abcdef".ToCharArray()), 64)
        from known in Truth
        select new ImageReference(path, known ? new string(digits) : null);

    private static Gen<Start> Begin => Gen.OneOf(Reference.Select(Start.From), Gen.Choose(1, 3).SelectMany(count => Gen.ListOf(Reference, count)).Select(images => Start.From([.. images])));

    private static Gen<Display> Shown => Gen.OneOf(Gen.Constant(Display.All), Gen.Choose(0, 99).Select(channel => Display.Of(channel)), Gen.ListOf(Gen.Choose(0, 99), 3).Select(channels => Display.Of([.. channels])));

    private static Gen<Stage> Part =>
        from steps in Gen.Choose(1, 1000)
        from transforms in Pipe.OrNull()
        from optimizer in Rule.OrNull()
        from penalty in Nested(2).OrNull()
        from onImage in OperatorsOf(1).OrNull()
        from onGradient in OperatorsOf(0).OrNull()
        from height in Gen.Choose(0, 300)
        from width in Gen.Choose(0, 300)
        select new Stage(steps) { Transforms = transforms, ImageOperators = onImage, GradientOperators = onGradient, Optimizer = optimizer, Penalty = penalty, Height = height == 0 ? null : height, Width = width == 0 ? null : width };

    private static Gen<Recipe> Whole =>
        from preset in Gen.Elements("lucid", "distill", "naive", "custom", "my \"own\" préset")
        from image in Image
        from transforms in Pipe
        from optimizer in Rule
        from onImage in OperatorsOf(2)
        from onGradient in OperatorsOf(0)
        from patience in Gen.Choose(0, 50)
        from penalty in Nested(3).OrNull()
        from start in Begin.OrNull()
        from stages in Gen.Choose(0, 3).SelectMany(count => Gen.ListOf(Part, count))
        from steps in Gen.Choose(3000, 5000)
        from seed in Gen.Two(Gen.Choose(int.MinValue, int.MaxValue))
        from height in Gen.OneOf(Side.Select(side => (int?)side), Gen.Constant((int?)null))
        from width in Gen.OneOf(Side.Select(side => (int?)side), Gen.Constant((int?)null))
        from batch in Gen.Choose(1, 100)
        from redirect in Gen.Choose(0, 100)
        from display in Shown
        select new Recipe
        {
            Preset = preset,
            Parameterization = image,
            Transforms = transforms,
            Optimizer = optimizer,
            ImageOperators = onImage,
            GradientOperators = onGradient,
            Patience = patience == 0 ? null : patience,
            Penalty = penalty,
            Start = start,
            Stages = [.. stages],
            Steps = steps,
            Seed = (ulong)(uint)seed.Item1 << 32 | (uint)seed.Item2,
            Height = height,
            Width = width,
            Batch = batch,
            RedirectSteps = redirect,
            Display = display,
        };

    // Some printable characters that mean something in a text, some that do not, and some of other kinds.
    private static readonly char[] Letters = [.. "ab:09@,.;()+-*'\"\\ /_|lerp1ex\t\n\u0001\u00e9\ud83d\u5c42"];

    private static readonly string[] Words =
    [
        "logit(", "tv()", "lerp(", "each(", "diverse(", "align(", "shared(", "direction(", "a:0", "'", "0.5", "1e", "e5", "..", "@centre", "l1(", "pad(", "crop", "none", "|", "scale(1", "rate:", "adam(", "cosine(adam(", "residual(", "every(2, ", "blur(1)", "fourier(", "invert(", "roll(", "'p.jpg'", "pre(", "branch(4c, 1)", "mask(", "0..1", "true", "image('", "custom('a')", "{3: 1}", "random(", "feature(4c, 'a.npy', 3)", "file('a', '", "row: 2", "1e99", "99999999999",
    ];

    /// <summary>A valid text, damaged in one to three places, or anything made of words and characters.</summary>
    public static Gen<string> Broken(Gen<string> valid) => Gen.Frequency(
        (3, from text in valid from damages in Gen.Choose(1, 3).SelectMany(count => Gen.ListOf(Damage, count)) select damages.Aggregate(text, (changed, damage) => damage(changed))),
        (1, from parts in Gen.ListOf(Gen.OneOf(Gen.Elements(Words), Gen.Elements(Letters).Select(letter => $"{letter}"))) select string.Concat(parts.Take(12))));

    private static Gen<Func<string, string>> Damage =>
        from kind in Gen.Choose(0, 5)
        from place in Share
        from other in Share
        from letter in Gen.Elements(Letters)
        from word in Gen.Elements(Words)
        select new Func<string, string>(text =>
        {
            int at = (int)(place * text.Length), to = (int)(other * text.Length);
            (int start, int end) = (Math.Min(at, to), Math.Max(at, to));
            return kind switch
            {
                0 => text.Insert(at, $"{letter}"),
                1 => text.Insert(at, word),
                2 => text[..at],
                3 => text.Remove(start, Math.Min(end - start, 5)),
                4 => text.Insert(end, text[start..Math.Min(end, start + 20)]),
                _ => at < text.Length ? text.Remove(at, 1).Insert(at, $"{letter}") : text,
            };
        });

    /// <summary>A text with blanks where they do not matter: around what stands between the parts, outside quotes.</summary>
    public static string Spread(string text)
    {
        var spread = new StringBuilder();
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0' && c == '\\') spread.Append(text[i++]);
            else if (quote == c) quote = '\0';
            else if (quote == '\0' && c is '\'' or '"') quote = c;
            bool between = quote == '\0' && c is '(' or ')' or ',' or ';' or '|' or '*' or ':' or '@';
            spread.Append(between ? $" {text[i]}\t" : $"{text[i]}");
        }
        return spread.ToString();
    }

    public static Arbitrary<Objective> Objectives() => Arb.From(Nested(4));

    public static Arbitrary<Pipeline> Pipelines() => Arb.From(Pipe);

    public static Arbitrary<OperatorPipeline> OperatorPipelines() => Arb.From(OperatorsOf(2));

    public static Arbitrary<IOptimizer> Optimizers() => Arb.From(Rule);

    public static Arbitrary<IParameterization> Parameterizations() => Arb.From(Image);

    public static Arbitrary<Start> Starts() => Arb.From(Begin);

    public static Arbitrary<Recipe> Recipes() => Arb.From(Whole);

    public static Arbitrary<BrokenText> BrokenTexts() => Arb.From(Gen.OneOf(
        Broken(Nested(3).Select(objective => objective.ToString())).Select(text => new BrokenText("penalty", text)),
        Broken(Pipe.Select(pipeline => pipeline.ToString())).Select(text => new BrokenText("transforms", text)),
        Broken(OperatorsOf(1).Select(operators => operators.ToString())).Select(text => new BrokenText("imageOperators", text)),
        Broken(Rule.Select(Texts.Optimizers.Print)).Select(text => new BrokenText("optimizer", text)),
        Broken(Image.Select(Texts.Parameterizations.Print)).Select(text => new BrokenText("parameterization", text)),
        Broken(Begin.Select(Texts.Starts.Print)).Select(text => new BrokenText("start", text)),
        Broken(Shown.Select(display => display.ToString())).Select(text => new BrokenText("display", text))));
}
