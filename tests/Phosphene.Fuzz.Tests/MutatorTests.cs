using Xunit;

namespace Phosphene.Fuzz.Tests;

/// <summary>The tools of the fuzzing do what they should; else it would find nothing and say that all is well.</summary>
public sealed class MutatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names => [.. OwnModels.All().Select(model => model.Name)];

    private static byte[] Model(string name) => OwnModels.All().First(model => model.Name == name).Bytes;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_parsed_and_written_is_the_same(string name) => Assert.Equal(Model(name), Field.ParseModel(Model(name))!.Content());

    [Theory]
    [MemberData(nameof(Names))]
    public void The_models_to_start_from_are_sound_and_computed(string name)
    {
        File.WriteAllBytes(Path.Combine(_folder, OwnModels.WeightsFile), OwnModels.Weights());
        string path = Path.Combine(_folder, "mutant.onnx");
        File.WriteAllBytes(path, Model(name));
        Assert.Equal("computed", Trial.Run(path));
    }

    [Fact]
    public void What_is_refused_without_a_word_of_the_file_is_a_find()
    {
        string path = Path.Combine(_folder, "other.onnx");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => Trial.Run(path));
        File.Move(path, Path.Combine(_folder, "mutant.onnx"));
        Assert.Equal("refused", Trial.Run(Path.Combine(_folder, "mutant.onnx")));
    }

    [Fact]
    public void A_number_is_always_the_same_mutant_and_others_are_others()
    {
        IReadOnlyList<Seed> seeds = [.. OwnModels.All().Select(model => new Seed(model.Name, model.Bytes, 1))];
        byte[][] mutants = [.. Enumerable.Range(0, 200).Select(number => new Mutator(seeds, number).Make().Bytes)];
        for (int number = 0; number < mutants.Length; number++) Assert.Equal(mutants[number], new Mutator(seeds, number).Make().Bytes);
        Assert.InRange(mutants.Select(Convert.ToHexString).Distinct().Count(), 180, 200);
        Assert.DoesNotContain(mutants, mutant => seeds.Any(seed => seed.Bytes.AsSpan().SequenceEqual(mutant) && mutant.Length == 0));
    }
}
