using Xunit;

namespace Phosphene.Fuzz.Tests;

/// <summary>The tools of the fuzzing do what they should; else it would find nothing and say that all is well.</summary>
public sealed class MutatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static readonly IReadOnlyList<Seed> Seeds = [.. OwnModels.All().Select(model => new Seed(model.Name, model.Bytes, 1))];

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
        byte[][] mutants = [.. Enumerable.Range(0, 200).Select(number => new Mutator(Seeds, number).Make().Bytes)];
        for (int number = 0; number < mutants.Length; number++) Assert.Equal(mutants[number], new Mutator(Seeds, number).Make().Bytes);
        Assert.InRange(mutants.Select(Convert.ToHexString).Distinct().Count(), 180, 200);
    }

    [Fact]
    public void At_most_one_mutant_in_twenty_is_a_sound_model_still()
    {
        // An edit may find nothing to change, or change something into itself.
        HashSet<string> sound = [.. Seeds.Select(seed => Convert.ToHexString(seed.Bytes))];
        int unchanged = Enumerable.Range(0, 1000).Count(number => sound.Contains(Convert.ToHexString(new Mutator(Seeds, number).Make().Bytes)));
        Assert.InRange(unchanged, 0, 50);
    }

    [Fact]
    public void Every_kind_of_edit_is_made()
    {
        string[] kinds =
        [
            ", drop ", ", double ", ", swap ", ", number ", ", text ", ", rewire ", ", data ", ", graft ", " times", ", renumber ",
            ", cut at ", ", delete at ", ", insert at ", ", repeat at ", ", varint at ", ", splice at ", ", flips",
        ];
        string stories = string.Concat(Enumerable.Range(0, 1000).Select(number => new Mutator(Seeds, number).Make().Story));
        Assert.All(kinds, kind => Assert.Contains(kind, stories, StringComparison.Ordinal));
    }
}
