using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Inputs;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Inputs;

public sealed class InputGuardTests : IDisposable
{
    private const string GoogLeNet = "models/bvlc_googlenet.onnx", SqueezeNet = "models/squeezenet1.1.onnx";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static DatasetPart Photos(int count)
    {
        ImageFolder all = ImageFolder.Open(SharedData.Path("images/imagenet-sample"));
        return new DatasetPart(all, [.. new RandomStream(0, 0, "images").Shuffled(all.Files).Take(count)]);
    }

    private static InputDoubt? Doubt(string network, string preprocessing, Dataset images)
    {
        using Model model = Model.Load(SharedData.Path(network), new ModelOptions { Preprocessing = Preprocessing.Parse(preprocessing) });
        return InputGuard.Of(model, images);
    }

    [SharedTheory]
    [InlineData(GoogLeNet)]
    [InlineData(SqueezeNet)]
    public void Photos_as_a_network_wants_them_are_not_doubted(string network)
    {
        Assert.Null(Doubt(network, "caffe", Photos(64)));
        Assert.Null(Doubt(network, "caffe", new Changed(Photos(24), _ => 0.2f)));                        // dark
        Assert.Null(Doubt(network, "bgr*255-(103.06,115.90,123.15)", new Changed(Photos(24), c => c == 2 ? 0.5f : 1)));  // under a yellow light
    }

    [SharedTheory]
    [InlineData(GoogLeNet, "imagenet")]
    [InlineData(SqueezeNet, "imagenet")]
    public void The_preprocessing_that_a_network_wants_is_offered_in_place_of_another(string network, string wrong)
    {
        InputDoubt doubt = Doubt(network, wrong, Photos(InputGuard.Most))!;
        Assert.Equal((Preprocessing.Parse(wrong), Preprocessing.Parse("caffe")), (doubt.Used, doubt.Better));
        Assert.Matches($"^the preprocessing '{wrong}' is likely to be wrong for this model: over 128 images its answers to an image and to its mirror image agree by -?0\\.\\d\\d, and with 'caffe' by 0\\.\\d\\d; try --preprocess caffe\\.$", doubt.ToString());
    }

    [SharedFact]
    public void A_first_layer_that_is_open_everywhere_or_nowhere_tells_without_images()
    {
        InputDoubt? Without(string network, string preprocessing)
        {
            using Model model = Model.Load(SharedData.Path(network), new ModelOptions { Preprocessing = Preprocessing.Parse(preprocessing) });
            return InputGuard.WithoutImages(model);
        }
        foreach (string network in new[] { GoogLeNet, SqueezeNet })
            foreach (string right in new[] { "caffe", "inception" }) Assert.Null(Without(network, right));
        foreach (string wrong in new[] { "unit", "signed" })
            Assert.Matches($"^the preprocessing '{wrong}' is likely to be wrong for this model: \\d\\d % of the channels of its first ReLU are open everywhere or nowhere, and with 'caffe' 0 %; try --preprocess caffe\\.$", Without(GoogLeNet, wrong)!.ToString());
    }

    [Fact]
    public void Of_the_embedded_classifier_nothing_is_said_without_images()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        Assert.Null(InputGuard.WithoutImages(model));
    }

    [Fact]
    public void A_preprocessing_with_parentheses_is_offered_in_quotation_marks()
    {
        Assert.Equal("--preprocess \"bgr*1-(0,0,0)/(1,1,1)\"", new InputDoubt(Preprocessing.Unit, Preprocessing.Parse("bgr"), "").Option);
        Assert.Equal("--preprocess caffe", new InputDoubt(Preprocessing.Unit, Preprocessing.Parse("caffe"), "").Option);
    }

    [Fact]
    public void A_network_that_nobody_trained_and_few_images_are_not_doubted()
    {
        using var tiny = new TinyModel { FixedSize = (20, 24) };
        using Model model = tiny.Load();
        for (int i = 0; i < 20; i++) _folder.Picture($"{i:00}.png", i, 25, 31);
        Assert.Null(InputGuard.Of(model, ImageFolder.Open(_folder.Path)));
        ImageFolder all = ImageFolder.Open(_folder.Path);
        Assert.Null(InputGuard.Of(model, new DatasetPart(all, [.. all.Files.Take(InputGuard.Fewest - 1)])));
    }

    [Fact]
    public void Files_that_cannot_be_read_are_left_out()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        for (int i = 0; i < 12; i++) File.WriteAllText(_folder.At($"{i:00}.png"), "no picture");
        Assert.Null(InputGuard.Of(model, ImageFolder.Open(_folder.Path)));
    }

    [Fact]
    public void Agreement_is_the_chance_of_the_same_answer_to_the_mirror_image_less_that_to_shuffled_pixels()
    {
        using var tiny = new TinyModel { FixedSize = (20, 24) };
        using Model model = tiny.Load();
        for (int i = 0; i < 3; i++) _folder.Picture($"{i:00}.png", i, 20, 24);
        ImageBatch images = new ImageBatches(ImageFolder.Open(_folder.Path), 20, 24, 3).Read().Single();
        using MirrorAgreement agreement = MirrorAgreement.For(model, 3)!;
        agreement.See(images);
        double[] found = agreement.With(Preprocessing.Parse("signed"), 3);

        var stream = new RandomStream(0, 0, "pixels");
        int[] order = [.. Enumerable.Range(0, 20 * 24).OrderBy(i => stream.Uniform(i))];
        for (int n = 0; n < 3; n++)
        {
            float[] planar = images.Images[n].Picture.ToPlanar();
            double[] p = Answer(planar), mirrored = Answer(At((y, x) => y * 24 + 23 - x)), shuffled = Answer(At((y, x) => order[y * 24 + x]));
            Assert.Equal(Dot(p, mirrored) - 0.5 * (Dot(p, shuffled) + Dot(mirrored, shuffled)), found[n], 1e-4);

            float[] At(Func<int, int, int> from) => [.. Enumerable.Range(0, planar.Length).Select(i => planar[i / 480 * 480 + from(i % 480 / 24, i % 24)])];
        }

        double[] Answer(float[] planar)
        {
            var x = new Runtime.Graphs.Tensor(new Runtime.Graphs.Input(new Runtime.Graphs.Shape(1, 3, 20, 24), "x"));
            float[] logits = Evaluate.Of(model.ActivateWith(Preprocessing.Parse("signed"), x)[model.LogitsLayer], (x, planar));
            double mean = logits.Average(), deviation = Math.Sqrt(logits.Average(z => (z - mean) * (z - mean)));
            double[] e = [.. logits.Select(z => Math.Exp(3 * (z - mean) / deviation))];
            return [.. e.Select(value => value / e.Sum())];
        }

        static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }

    // Photos with each colour times a factor.
    private sealed class Changed(Dataset photos, Func<int, float> factor) : Dataset
    {
        public override string Name => photos.Name;

        public override IReadOnlyList<string> Files => photos.Files;

        public override Picture Read(string file)
        {
            Picture photo = photos.Read(file);
            return new Picture(photo.Height, photo.Width, 3, [.. Enumerable.Range(0, photo.Height * photo.Width * 3).Select(i => (byte)(factor(i % 3) * (photo.Channels == 1 ? photo.Bytes[i / 3] : photo.Bytes[i])))]);
        }
    }
}
