using Xunit;

namespace Phosphene.Fuzz.Tests;

/// <summary>The tools for broken images do what they should.</summary>
public sealed class ImageMutatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_images_to_start_from_are_read_and_those_of_other_kinds_refused()
    {
        string path = Path.Combine(_folder, FuzzSubject.Images.File);
        foreach (Seed seed in ImageSeeds.All())
        {
            File.WriteAllBytes(path, seed.Bytes);
            Assert.Equal((seed.Name, seed.Name is "arithmetic" or "partly-interleaved" or "animated-partly.webp" ? "refused" : "read"), (seed.Name, ImageTrial.Run(path)));
        }
    }

    [Fact]
    public void A_number_is_always_the_same_mutant_and_others_are_others()
    {
        IReadOnlyList<Seed> seeds = ImageSeeds.All(), again = ImageSeeds.All();
        byte[][] mutants = [.. Enumerable.Range(0, 200).Select(number => new ImageMutator(seeds, number).Make().Bytes)];
        for (int number = 0; number < mutants.Length; number++) Assert.Equal(mutants[number], new ImageMutator(again, number).Make().Bytes);
        Assert.InRange(mutants.Select(Convert.ToHexString).Distinct().Count(), 190, 200);
        Assert.InRange(mutants.Count(mutant => seeds.Any(seed => seed.Bytes.AsSpan().SequenceEqual(mutant))), 0, 10);
    }

    [Fact]
    public void Mutants_are_of_every_format()
    {
        IReadOnlyList<Seed> seeds = ImageSeeds.All();
        var starts = Enumerable.Range(0, 500).Select(number => new ImageMutator(seeds, number).Make().Bytes is [var first, ..] ? first : 0).CountBy(first => first).ToDictionary();
        foreach ((byte start, int least) in new[] { ((byte)0x89, 75), ((byte)0xFF, 75), ((byte)'R', 60), ((byte)'G', 40), ((byte)'B', 10), ((byte)'I', 10) })
            Assert.InRange(starts.GetValueOrDefault(start), least, 500);
    }

    [Fact]
    public void What_is_refused_without_a_word_of_the_file_is_a_find()
    {
        string path = Path.Combine(_folder, "other.image");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => ImageTrial.Run(path));
        File.Move(path, Path.Combine(_folder, "mutant.image"));
        Assert.Equal("refused", ImageTrial.Run(Path.Combine(_folder, "mutant.image")));
    }
}
