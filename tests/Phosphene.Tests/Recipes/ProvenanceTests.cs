using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class ProvenanceTests
{
    private static readonly Provenance Example = new()
    {
        Version = "0.1.0",
        ModelFile = "googlenet.onnx",
        ModelSha256 = "ab12",
        Preprocessing = Preprocessing.Parse("caffe"),
        Objective = "logit('golden retriever') - 0.5*logit(1)",
        Classes = ImmutableSortedDictionary<string, int>.Empty.Add("golden retriever", 207),
        Image = 1,
        Step = 48,
        Value = 31.25,
        InstructionSet = InstructionSet.Vector256,
        Recipe = Recipe.Lucid with { Batch = 2, Seed = 7 },
    };

    /// <summary>The JSON of a provenance.</summary>
    internal static string Json => Example.ToJson();

    [Fact]
    public void A_provenance_comes_back() => Assert.Equal(Example, Provenance.FromJson(Example.ToJson()));

    [Fact]
    public void Its_json_is_this() => Assert.Equal(
        """{"phosphene":"0.1.0","model":{"file":"googlenet.onnx","sha256":"ab12"},"preprocessing":"caffe","objective":"logit('golden retriever') - 0.5*logit(1)","classes":{"golden retriever":207},"image":1,"step":48,"value":31.25,"instructionSet":"Vector256","recipe":"""
        + Example.Recipe.ToJson() + "}", Example.ToJson());

    [Fact]
    public void A_picture_of_all_images_says_how_it_shows_them()
    {
        Provenance whole = Example with { Image = 0, Layout = new Layout(2) { Captions = ["a\n+ b", "c"] } };
        Assert.Contains(@"""image"":0,""layout"":{""columns"":2,""captions"":[""a\n+ b"",""c""]},""step"":48", whole.ToJson(), StringComparison.Ordinal);
        Assert.Equal(whole, Provenance.FromJson(whole.ToJson()));
        Assert.NotEqual(Example with { Image = 0 }, whole);
        Provenance plain = Example with { Layout = new Layout(3) };
        Assert.Equal(plain, Provenance.FromJson(plain.ToJson()));
        Assert.Equal("The recipe: 'layout.columns' is 0, where an integer from 1 to 16384 is expected.",
            Assert.Throws<InputFileException>(() => Provenance.FromJson(plain.ToJson().Replace("\"columns\":3", "\"columns\":0", StringComparison.Ordinal))).Message);
    }

    [Fact]
    public void The_labels_it_gives_find_its_classes()
    {
        Labels labels = Example.Labels();
        Assert.Equal(207, labels.Find("golden retriever", 1000));
        Assert.Equal(1, labels.Find("1", 1000));
    }

    [Fact]
    public void A_value_that_is_no_number_is_null() =>
        Assert.Null(Provenance.FromJson((Example with { Value = null }).ToJson()).Value);

    [Fact]
    public void The_name_of_the_model_never_leads_to_another_folder() =>
        Assert.Equal("m.onnx", Provenance.FromJson(Example.ToJson().Replace("googlenet.onnx", "../../etc/m.onnx", StringComparison.Ordinal)).ModelFile);

    [Fact]
    public void It_travels_in_a_png()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("phosphene-").FullName, "a.png");
        new Picture(2, 3, 3, new byte[18]).Save(path, Example.ToTexts());
        Assert.Equal(Example, Provenance.Read(path));
        Assert.Contains(new PngText("Software", "Phosphene 0.1.0"), ImageReader.Read(path).Texts);

        new Picture(2, 3, 3, new byte[18]).Save(path);
        Assert.Equal($"'{path}' carries no recipe (no text 'phosphene:recipe'), so it was not made by Phosphene or was saved again by another program; give a PNG as 'phosphene render' wrote it.",
            Assert.Throws<InputFileException>(() => Provenance.Read(path)).Message);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData("\"image\":1", "\"image\":2", "The recipe: 'image' is 2, where an integer from 0 to 1 is expected.")]
    [InlineData("\"step\":48", "\"step\":513", "The recipe: 'step' is 513, where an integer from 0 to 512 is expected.")]
    [InlineData("\"image\":1,", "", "The recipe: 'image' is missing, where an integer from 0 to 1 is expected.")]
    [InlineData("Vector256", "Vector1024", "The recipe: 'instructionSet' is 'Vector1024': One of Scalar, Vector128, Vector256, Vector512 is expected.")]
    [InlineData("\"sha256\":\"ab12\"", "\"sha256\":7", "The recipe: 'model.sha256' is 7, where a text is expected.")]
    [InlineData("\"batch\":2", "\"batch\":2,\"beach\":2", "The recipe: there is no member 'recipe.beach'; there are preset, parameterization, transforms, optimizer, imageOperators, gradientOperators, penalty, start, stages, steps, patience, seed, height, width, batch, redirectSteps, display.")]
    [InlineData(":207", ":-1", "The recipe: 'classes.golden retriever' is -1, where an integer from 0 to 1048576 is expected.")]
    public void An_error_names_the_member(string old, string @new, string message) =>
        Assert.Equal(message, Assert.Throws<InputFileException>(() => Provenance.FromJson(Example.ToJson().Replace(old, @new, StringComparison.Ordinal))).Message);
}
