using Phosphene.Images;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests.Images;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

/// <summary>Colours that are decorrelated by statistics of one's own.</summary>
public sealed class StatisticsColourTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-colours-").FullName;

    public StatisticsColourTests() => ImageStatisticsTests.Of(8, (_, _) => 1).Save(Path);

    private string Path => System.IO.Path.Combine(_folder, "s.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_colours_are_the_Cholesky_factor_divided_by_its_largest_column()
    {
        var fourier = new Fourier(StandardDeviation: 1, Statistics: new StatisticsReference(Path));
        float[] flat = Evaluate.Of((fourier with { Decorrelate = false, Statistics = null }).Build(new Shape(1, 3, 6, 8), 3).Image), image = Evaluate.Of(fourier.Build(new Shape(1, 3, 6, 8), 3).Image);
        IReadOnlyList<float> l = ImageStatisticsTests.Of(8, (_, _) => 1).Factor;
        double first = Math.Sqrt(l[0] * l[0] + l[3] * l[3] + l[6] * l[6]);
        double[] t = [.. flat.Select(value => Math.Log(value / (1.0 - value)))];
        for (int i = 0; i < image.Length; i++)
        {
            double u = Enumerable.Range(0, 3).Sum(k => l[i / 48 * 3 + k] / first * t[48 * k + i % 48]);
            Assert.Equal(1 / (1 + Math.Exp(-u)), image[i], 1e-4);
        }
    }

    [Fact]
    public void The_parameters_of_a_picture_make_the_picture()
    {
        ParameterizedImage image = new Fourier(Statistics: new StatisticsReference(Path)).Build(new Shape(1, 3, 9, 14), seed: 1);
        float[] picture = Evaluate.Numbers(3 * 9 * 14, seed: 5, low: 0.02f, high: 0.98f);
        Tensor input = Evaluate.Input(1, 3, 9, 14);
        Evaluate.Of(image.Inverse!(input).Single(), (input, picture)).CopyTo(((Parameter)image.Parameters.Single().Values.Operator).Values, 0);
        float[] made = Evaluate.Of(image.Image);
        for (int i = 0; i < made.Length; i++) Assert.Equal(picture[i], made[i], 3e-4f);
    }

    [Theory]
    [InlineData("fourier(statistics: ", ")")]
    [InlineData("shared(fourier(statistics: ", "))")]
    public void A_recipe_is_pinned_to_its_statistics_and_finds_them_beside_the_picture(string before, string after)
    {
        IParameterization read = Texts.Parameterizations.Parse($"{before}'{Path}'{after}"), pinned = read.Pinned();
        string text = Texts.Parameterizations.Print(pinned);
        Assert.StartsWith($"{before}file('{Path}', '", text, StringComparison.Ordinal);
        Assert.Equal(pinned, Texts.Parameterizations.Parse(text));
        string moved = System.IO.Path.Combine(_folder, "moved");
        Directory.CreateDirectory(moved);
        File.Move(Path, System.IO.Path.Combine(moved, "s.safetensors"));
        Assert.Throws<InputFileException>(() => pinned.Build(new Shape(1, 3, 8, 8), 0));
        pinned.FoundFrom(moved).Build(new Shape(1, 3, 8, 8), 0).Dispose();
    }

    [Fact]
    public void Statistics_that_would_not_be_used_are_refused()
    {
        var statistics = new StatisticsReference(Path);
        Assert.Contains("decorrelate: false takes none", Assert.Throws<UsageException>(() => new Fourier(Decorrelate: false, Statistics: statistics).Build(new Shape(1, 3, 8, 8), 0)).Message, StringComparison.Ordinal);
        Assert.Contains("images of 4 channels have none of them", Assert.Throws<UsageException>(() => new Fourier(Statistics: statistics).Build(new Shape(1, 4, 8, 8), 0)).Message, StringComparison.Ordinal);
    }
}
