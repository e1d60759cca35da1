using Phosphene.Evidence.Inputs;
using Phosphene.Models;
using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class InputCheckTests : CommandTests
{
    private const string Doubt = "is likely to be wrong for this model: over ";

    // A folder of shapes.
    private string Shapes(int count)
    {
        var shapes = new ShapesImages(new ShapesDataset());
        Directory.CreateDirectory(At("shapes"));
        for (int i = 0; i < count; i++) shapes.Read(shapes.Files[i * 397]).Save(At($"shapes/{i:00}.png"));
        return At("shapes");
    }

    [Fact]
    public void The_embedded_classifier_is_not_doubted_and_gets_its_own_preprocessing_offered_in_place_of_any_other()
    {
        var shapes = new ShapesImages(new ShapesDataset());
        using (Model right = Model.Load(EmbeddedModels.Shapes)) Assert.Null(InputGuard.Of(right, shapes));
        foreach (string wrong in new[] { "imagenet", "caffe", "signed", "inception", "rgb*255" })
        {
            using Model model = Model.Load(EmbeddedModels.Shapes, new ModelOptions { Preprocessing = Preprocessing.Parse(wrong) });
            Assert.Equal(Preprocessing.Unit, InputGuard.Of(model, shapes)?.Better);
        }
    }

    [Fact]
    public void Commands_with_images_say_once_what_is_wrong_and_go_on()
    {
        string folder = Shapes(12);
        foreach (string[] words in new string[][]
        {
            ["classify", "embedded:shapes", folder],
            ["examples", "embedded:shapes", "conv2/relu:5", "--images", folder, "-o", At("a.sqlite"), "--quiet"],
            ["ablate", "embedded:shapes", "dense1:7", "--images", folder],
            ["directions", "embedded:shapes", "conv2/relu", "--images", folder, "-o", At("a.npy")],
            ["facets", "embedded:shapes", "conv2/relu:5", "--images", folder, "--facets", "2", "--steps", "1", "-o", At("a.png")],
        })
        {
            Result wrong = Run([.. words, "--preprocess", "signed"]);
            Assert.Equal(0, wrong.Code);
            Assert.Single(wrong.Error.Split('\n'), line => line.StartsWith($"phosphene: warning: the preprocessing 'signed' {Doubt}12 images", StringComparison.Ordinal) && line.EndsWith("; try --preprocess unit.", StringComparison.Ordinal));
            if (words[0] == "examples") File.Delete(At("a.sqlite"));
            Result right = Run(words);
            Assert.Equal((0, ""), (right.Code, right.Error));
        }
    }

    [Fact]
    public void What_is_found_stands_in_place_of_what_is_not_stated()
    {
        string folder = Shapes(4);
        Assert.DoesNotContain(Doubt, Run("classify", "embedded:shapes", folder, "--preprocess", "signed").Error, StringComparison.Ordinal);      // four images tell nothing
        // Such small values leave the channels of the first ReLU as their biases are, which tells without images.
        Assert.Contains("channels of its first ReLU are open everywhere", Run("classify", At("tiny.onnx"), folder, "--preprocess", "rgb*0.001").Error, StringComparison.Ordinal);
        Write("unstated.onnx", TinyModel.Bytes(height: 24, width: 32, metadata: []));
        // What is assumed is doubted, in place of a word that it is assumed.
        string error = Run("classify", At("unstated.onnx"), folder).Error;
        Assert.Contains("the preprocessing 'unit' is likely to be wrong for this model", error, StringComparison.Ordinal);
        Assert.DoesNotContain("is assumed", error, StringComparison.Ordinal);
    }
}
