using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Statistics;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="StatisticsCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record StatisticsJob(Terminal Terminal)
{
    public required string Images { get; init; }

    public required int Size { get; init; }

    public required string Output { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        OutputFile.Require(Output, ".safetensors", "statistics are arrays of that format");
        Dataset images = InputDataset.Open(Images);
        long start = Stopwatch.GetTimestamp();
        StatisticsMeasurement? measured;
        using (Progress? progress = Terminal.Progress(2 * images.Files.Count, Quiet, "image"))
            measured = StatisticsMeasurement.Of(images, Size, Threads, done => progress?.Report(done), Terminal.Interruption.Token);
        if (measured is null)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
            return Terminal.Interruption.Code;
        }
        ImageStatistics statistics = measured.Statistics;
        statistics.Save(Output);
        SkippedImages.Warn(Terminal, measured.Skipped);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (Json) WriteJson(statistics, measured.Skipped, seconds);
        else if (!Quiet)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Output}: {statistics.Images} images at {Size} x {Size}, mean colour {Values(statistics.Mean)}, {seconds:0} s; use it as fourier(statistics: '{Output}') or maco('{Output}')."));
        return ExitCode.Success;
    }

    private static string Values(IReadOnlyList<float> values) => string.Join(", ", values.Select(value => value.ToString("0.00", CultureInfo.InvariantCulture)));

    private void WriteJson(ImageStatistics statistics, IReadOnlyList<SkippedImage> skipped, double seconds) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = Output,
        ["size"] = Size,
        ["images"] = statistics.Images,
        ["mean"] = Numbers(statistics.Mean),
        ["covariance"] = Numbers(statistics.Covariance),
        ["factor"] = Numbers(statistics.Factor),
        ["skipped"] = SkippedImages.Json(skipped),
        ["seconds"] = Math.Round(seconds, 2),
    });

    private static JsonArray Numbers(IReadOnlyList<float> values) => JsonOutput.List(values, value => JsonOutput.Number(value));
}
