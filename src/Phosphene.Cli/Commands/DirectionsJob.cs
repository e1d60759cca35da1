using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Directions;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="DirectionsCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record DirectionsJob(Terminal Terminal)
{
    private const string MeanMethod = "mean", PcaMethod = "pca", NmfMethod = "nmf", FacetsMethod = "facets", WhitenMethod = "whiten";
    private const int UsualCount = 8, UsualPositions = 8, Updates = 200;

    /// <summary>What can be found, the usual first.</summary>
    public static IReadOnlyList<string> Methods { get; } = [MeanMethod, PcaMethod, NmfMethod, FacetsMethod, WhitenMethod];

    public required string Model { get; init; }

    public required string Layer { get; init; }

    public required string Images { get; init; }

    public string? Minus { get; init; }

    public required string Method { get; init; }

    public int? Count { get; init; }

    public string? Positions { get; init; }

    public required string Output { get; init; }

    public ulong Seed { get; init; }

    public string? Preprocess { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    // What was found: the array, how well, in words and for JSON.
    private sealed record Found(Shape Shape, IReadOnlyList<float> Values, string Words, params (string Name, JsonNode? Value)[] Facts);

    public int Run()
    {
        if (Minus is not null && Method != MeanMethod) throw new UsageException($"--minus subtracts one mean from another; it goes with --method {MeanMethod}, not with {Method}.");
        if (Count is not null && Method is MeanMethod or WhitenMethod) throw new UsageException($"--count is for {PcaMethod}, {NmfMethod} and {FacetsMethod}; {Method} gives one.");
        PositionChoice positions = Positions is not null ? PositionChoice.Parse(Positions)
            : Method switch { MeanMethod => PositionChoice.Mean, FacetsMethod => PositionChoice.Centre, _ => PositionChoice.Drawn(UsualPositions) };
        OutputFile.Require(Output, ".npy", "directions are an array of NumPy");
        Dataset images = InputDataset.Open(Images);
        Dataset? minus = Minus is null ? null : InputDataset.Open(Minus);
        using Model model = Models.Model.Load(Model, CommonOptions.ModelOptions(Preprocess, null, Threads));
        Layer layer = model.LayerOf(Layer);
        InputCheck.Warn(Terminal, model, images, "what is found");

        long start = Stopwatch.GetTimestamp();
        ActivationSample sample;
        ActivationSample? subtracted = null;
        using (Progress? progress = Terminal.Progress(images.Files.Count + (minus?.Files.Count ?? 0), Quiet, "image"))
        {
            sample = Sample(images, 0);
            if (minus is not null) subtracted = Sample(minus, images.Files.Count);

            ActivationSample Sample(Dataset folder, int before) =>
                ActivationSample.Of(model, layer, folder, positions, Seed, observe: done => progress?.Report(before + done), cancellation: Terminal.Interruption.Token);
        }
        Found? found = Terminal.Interruption.IsRequested ? null : Find(sample, subtracted);
        if (found is null || Terminal.Interruption.IsRequested)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
            return Terminal.Interruption.Code;
        }
        NpyFile.Write(Output, found.Shape, found.Values.ToArray());
        SkippedImage[] skipped = [.. sample.Skipped, .. subtracted?.Skipped ?? []];
        SkippedImages.Warn(Terminal, skipped);
        int used = images.Files.Count + (minus?.Files.Count ?? 0) - skipped.Length;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (Json) WriteJson(found, layer, positions, used, sample.Count + (subtracted?.Count ?? 0), skipped, seconds);
        else if (!Quiet)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {found.Words} of {layer} over {used} images, {found.Shape}, {seconds:0} s; use it as {Use(found, layer)}."));
        return ExitCode.Success;
    }

    private Found Find(ActivationSample sample, ActivationSample? subtracted)
    {
        int channels = sample.Channels, count = Count ?? Math.Min(UsualCount, channels);
        if (Method == PcaMethod && count > channels) throw new UsageException($"Layer '{Layer}' has {channels} channels, and so many components at most; got --count {count}.");
        var shape = new Shape(count, channels);
        switch (Method)
        {
            case MeanMethod:
                double[] mean = sample.Mean(), other = subtracted?.Mean() ?? new double[channels];
                return new Found(new Shape(channels), [.. mean.Zip(other, (a, b) => (float)(a - b))], subtracted is null ? "the mean" : "the difference of the means");
            case PcaMethod:
                PrincipalComponents components = PrincipalComponents.Of(sample, count);
                double explained = components.TotalVariance > 0 ? components.Variances.Sum() / components.TotalVariance : 1;
                return new Found(shape, components.Directions, $"{count} principal components with {Percent(explained)} of the variance",
                    ("explained", JsonOutput.Number(explained)), ("variances", JsonOutput.List(components.Variances, JsonOutput.Number)));
            case NmfMethod:
                NonnegativeFactors factors;
                using (Progress? progress = Terminal.Progress(Updates, Quiet, "update"))
                    factors = NonnegativeFactors.Of(sample, count, Seed, Updates, done => progress?.Report(done), Terminal.Interruption.Token);
                return new Found(shape, factors.Directions, $"{count} parts that make {Percent(factors.Explained)} of the activations",
                    ("explained", JsonOutput.Number(factors.Explained)), ("shares", JsonOutput.List(factors.Shares, JsonOutput.Number)));
            case FacetsMethod:
                Facets facets = Facets.Of(sample, count, Seed, Terminal.Interruption.Token);
                return new Found(shape, facets.Centroids, $"{count} facets of {string.Join(", ", facets.Sizes)} positions", ("sizes", JsonOutput.List(facets.Sizes, size => JsonValue.Create(size))), ("spread", JsonOutput.Number(facets.Spread)));
            default:
                Whitening whitening = Whitening.Of(sample);
                return new Found(new Shape(channels, channels), whitening.Values, $"the whitening matrix{(whitening.LeftOut > 0 ? $" ({whitening.LeftOut} dimensions without activations left out)" : "")}", ("leftOut", whitening.LeftOut));
        }
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");

    private Objective Use(Found found, Layer layer) => Method == WhitenMethod
        ? Objective.Direction(layer, Direction.Random(0), whiten: Output)
        : Objective.Direction(layer, Direction.File(Output, found.Shape.Rank == 2 ? 0 : null));

    private void WriteJson(Found found, Layer layer, PositionChoice positions, int used, int rows, SkippedImage[] skipped, double seconds)
    {
        var document = new JsonObject
        {
            ["file"] = Output,
            ["method"] = Method,
            ["layer"] = layer.ToString(),
            ["shape"] = JsonOutput.List(found.Shape, extent => JsonValue.Create(extent)),
            ["positions"] = positions.ToString(),
            ["images"] = used,
            ["rows"] = rows,
            ["skipped"] = SkippedImages.Json(skipped),
        };
        foreach ((string name, JsonNode? value) in found.Facts) document[name] = value;
        document["seconds"] = Math.Round(seconds, 2);
        JsonOutput.Write(Terminal.Output, document);
    }
}
