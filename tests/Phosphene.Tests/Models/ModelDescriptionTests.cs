using System.Text;
using Phosphene.Models;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Models;

/// <summary>Where preprocessing and labels are known from: what is given, else the sidecar file, else the model's metadata.</summary>
public sealed class ModelDescriptionTests
{
    private static readonly (string, string)[] Metadata = [("phosphene.preprocessing", "imagenet"), ("phosphene.labels", "a\nb\nc\nd")];

    [Fact]
    public void A_model_that_states_nothing_is_assumed_to_read_RGB_from_0_to_1_and_says_so()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Equal(Preprocessing.Unit, model.Preprocessing);
        Assert.Equal("assumed: the model states none", model.PreprocessingSource);
        Assert.Equal(0, model.Labels.Count);
    }

    [Fact]
    public void The_models_own_metadata_count()
    {
        using var tiny = new TinyModel { Metadata = Metadata };
        using Model model = tiny.Load();
        Assert.Equal("imagenet", model.Preprocessing.ToString());
        Assert.Equal("from the model's metadata, phosphene.preprocessing", model.PreprocessingSource);
        Assert.Equal(("c", 4), (model.Labels[2], model.Labels.Count));
    }

    [Fact]
    public void A_sidecar_goes_before_the_metadata_entry_by_entry()
    {
        using var tiny = new TinyModel { Metadata = Metadata };
        Sidecar(tiny, """{ "preprocessing": "caffe" }""");
        using (Model model = tiny.Load())
        {
            Assert.Equal("caffe", model.Preprocessing.ToString());
            Assert.Equal("from tiny.phosphene.json", model.PreprocessingSource);
            Assert.Equal("c", model.Labels[2]);
        }
        Sidecar(tiny, """{ "labels": ["n01440764 x", "y"] }""");
        using (Model model = tiny.Load())
        {
            Assert.Equal("imagenet", model.Preprocessing.ToString());
            Assert.Equal(("x", 2), (model.Labels[0], model.Labels.Count));
        }
    }

    [Fact]
    public void A_sidecars_label_file_is_found_beside_it()
    {
        using var tiny = new TinyModel();
        tiny.Write("classes.txt", Encoding.UTF8.GetBytes("one\ntwo\n"));
        Sidecar(tiny, """{ "labels": "classes.txt" }""");
        using Model model = tiny.Load();
        Assert.Equal(("two", 2), (model.Labels[1], model.Labels.Count));
    }

    [Fact]
    public void What_is_given_goes_before_all()
    {
        using var tiny = new TinyModel { Metadata = Metadata };
        Sidecar(tiny, """{ "preprocessing": "caffe", "labels": ["x"] }""");
        using Model model = tiny.Load(new ModelOptions { Threads = 1, Preprocessing = Preprocessing.Parse("signed"), Labels = Labels.Of(["given"]) });
        Assert.Equal("signed", model.Preprocessing.ToString());
        Assert.Equal("as given", model.PreprocessingSource);
        Assert.Equal("given", model.Labels[0]);
    }

    [Theory]
    [InlineData("Bgr8", "NominalRange_0_255", false, "caffe")]                   // straight into a convolution: the mean is subtracted outside
    [InlineData("Bgr8", "NominalRange_0_255", true, "bgr*255-(0,0,0)/(1,1,1)")]
    [InlineData("Rgb8", "NominalRange_0_255", false, "rgb*255-(0,0,0)/(1,1,1)")]
    [InlineData("Rgb8", "Normalized_0_1", false, "unit")]
    [InlineData("Bgr8", "Normalized_1_1", false, "bgr*2-(1,1,1)/(1,1,1)")]
    [InlineData("Rgb8", "Normalized_1_1", false, "signed")]
    public void The_standard_image_metadata_count(string format, string range, bool normalizes, string expected)
    {
        using var tiny = new TinyModel { StartsWithNormalization = normalizes, Metadata = [("Image.BitmapPixelFormat", format), ("Image.NominalPixelRange", range)] };
        using Model model = tiny.Load();
        Assert.Equal(expected, model.Preprocessing.ToString());
        Assert.StartsWith($"from the model's metadata, {format} and {range}", model.PreprocessingSource, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_is_not_known_is_not_guessed_at()
    {
        using var tiny = new TinyModel { Metadata = [("Image.BitmapPixelFormat", "Bgr8"), ("Image.NominalPixelRange", "NominalRange_16_235")] };
        using Model model = tiny.Load();
        Assert.Equal("assumed: the model states none", model.PreprocessingSource);
    }

    [Theory]
    [InlineData("{", "cannot be used")]
    [InlineData("[1]", "cannot be used")]
    [InlineData("""{ "preprocesing": "caffe" }""", "unknown entry 'preprocesing'")]
    [InlineData("""{ "preprocessing": "cafe" }""", "did you mean 'caffe'?")]
    [InlineData("""{ "preprocessing": 3 }""", "cannot be used")]
    [InlineData("""{ "labels": "missing.txt" }""", "missing.txt")]
    [InlineData("""{ "labels": [1] }""", "cannot be used")]
    public void A_sidecar_that_is_wrong_is_refused(string json, string hint)
    {
        using var tiny = new TinyModel();
        Sidecar(tiny, json);
        Assert.Contains(hint, Assert.Throws<InputFileException>(() => tiny.Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_that_are_wrong_are_the_models_fault()
    {
        using var tiny = new TinyModel { Metadata = [("phosphene.preprocessing", "cafe")] };
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => tiny.Load());
        Assert.Contains("tiny.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'caffe'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_in_the_metadata_may_end_in_a_line_break_and_have_Windows_ones()
    {
        using var tiny = new TinyModel { Metadata = [("phosphene.labels", "a\r\nb\r\n")] };
        using Model model = tiny.Load();
        Assert.Equal(("b", 2), (model.Labels[1], model.Labels.Count));
    }

    private static void Sidecar(TinyModel tiny, string json) => tiny.Write("tiny.phosphene.json", Encoding.UTF8.GetBytes(json));
}
