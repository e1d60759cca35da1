using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Fuzz.Tests;

/// <summary>
/// Broken models and images in large numbers. PHOSPHENE_MUTANTS sets how many (5,000 models, 2,000 images), PHOSPHENE_FIRST_MUTANT with which to begin (0): each
/// number is always the same mutant, as long as the seeds are the same.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-fuzz-").FullName;

    public void Dispose()
    {
        if (Directory.GetFiles(_folder, "found-*").Length == 0) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Broken_models_are_refused_in_bounded_time_and_memory() =>
        Check(FuzzChild.Run("models", Variable("PHOSPHENE_FIRST_MUTANT", 0), $"{Variable("PHOSPHENE_MUTANTS", 5000)}", _folder), Variable("PHOSPHENE_MUTANTS", 5000));

    [Fact]
    public void Small_models_cut_at_every_byte_are_refused() => Check(FuzzChild.Run("models", 0, "cuts", _folder), 500);

    [Fact]
    public void Broken_images_are_read_or_refused_in_bounded_time_and_memory() =>
        Check(FuzzChild.Run("images", Variable("PHOSPHENE_FIRST_MUTANT", 0), $"{Variable("PHOSPHENE_MUTANTS", 2000)}", _folder), Variable("PHOSPHENE_MUTANTS", 2000));

    private void Check(FuzzChild.Report report, int least)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Total} mutants: {string.Join(", ", report.Outcomes.OrderByDescending(entry => entry.Value).Select(entry => $"{entry.Value} {entry.Key}"))}; slowest {report.SlowestMilliseconds:0} ms, at most {report.PeakBytes / 1e6:0} MB"));
        Assert.True(report.Finds.Count == 0, $"{report.Finds.Count} finds, kept in {_folder}:\n{string.Join('\n', report.Finds)}");
        Assert.True(report.Total >= least, $"only {report.Total} of {least} mutants were tried");
    }

    private static int Variable(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
