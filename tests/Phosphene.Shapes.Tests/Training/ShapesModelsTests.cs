using Phosphene.Models;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Datasets;
using Phosphene.Shapes.Training;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Shapes.Tests.Training;

/// <summary>The models as ONNX files, against the same models in the graph.</summary>
public sealed class ShapesModelsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-shapes-").FullName;

    private readonly List<OnnxModel> _models = [];                   // their weights are read from the mapped files

    public void Dispose()
    {
        _models.ForEach(model => model.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_classifiers_file_computes_what_the_model_does()
    {
        (ShapesTraining training, IReadOnlyList<string> files) = Written("shapes-classifier");
        Tensor image = Images(3);
        TrainableLayer logits = ShapesModels.Classifier(training.Model.On(image));
        using Model model = Model.Load(Assert.Single(files));
        Activations activations = model.Activate(image);
        Same(image, logits, activations["logits"]);
        Same(image, logits.Softmax(), activations["logits/softmax"]);
        Assert.Equal("logits", model.LogitsLayer);
        Assert.Equal([3, 16, 12, 12], activations["conv3"].Shape);
        Assert.Equal(ShapesDataset.ClassNames, Enumerable.Range(0, model.Labels.Count).Select(index => model.Labels[index]));
    }

    [Fact]
    public void The_autoencoders_files_compute_what_the_model_does()
    {
        (ShapesTraining training, IReadOnlyList<string> files) = Written("shapes-autoencoder");
        Tensor image = Images(2), latent = Latent(2, 6);
        Same(image, ShapesModels.Decode(ShapesModels.Encode(training.Model.On(image))), Imported(files[0], image));
        Same(latent, ShapesModels.Decode(training.Model.On(latent)), Imported(files[1], latent));
        Assert.Equal(6, LatentPrior.Parse(_models[^1].Metadata[LatentPrior.MetadataKey], 6).ToString().Split(' ').Length);
        Assert.Equal(["shapes-autoencoder.onnx", "shapes-autoencoder-decoder.onnx"], files.Select(Path.GetFileName));
    }

    [Fact]
    public void The_variational_autoencoders_files_compute_what_the_model_does()
    {
        (ShapesTraining training, IReadOnlyList<string> files) = Written("shapes-vae");
        Tensor image = Images(2), latent = Latent(2, 10);
        (TrainableLayer mean, _) = ShapesModels.EncodeVariational(training.Model.On(image));
        Same(image, Clipped(ShapesModels.DecodeResidual(mean)), Imported(files[0], image));      // without noise
        Same(latent, Clipped(ShapesModels.DecodeResidual(training.Model.On(latent))), Imported(files[1], latent));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void The_variational_decoder_makes_images_of_ten_numbers(int batch)
    {
        (_, IReadOnlyList<string> files) = Written("shapes-vae");
        Tensor latent = Latent(batch, 10), made = Imported(files[1], latent);
        Assert.Equal([batch, 3, 48, 48], made.Shape);
        float[] pixels = Evaluate.Of(made, (latent, Values(latent, 30)));
        Assert.All(pixels, pixel => Assert.InRange(pixel, 0, 1));
        Assert.True(pixels.Max() - pixels.Min() > 0.1);
    }

    [Fact]
    public void The_cells_of_the_decoder_lie_where_they_belong()
    {
        // Only the bias of the last convolution counts: channel 4·c + 2·y + x of it is the pixel (y, x) of each cell of colour c.
        var model = new TrainableModel("decoder", seed: 1);
        Tensor latent = Latent(1, 10);
        TrainableLayer image = ShapesModels.DecodeResidual(model.On(latent));
        Array.Clear(model.Values("cells/weight"));
        for (int i = 0; i < 12; i++) model.Values("cells/bias")[i] = i - 6;
        float[] pixels = Evaluate.Of(image, (latent, Values(latent, 1)));
        for (int i = 0; i < pixels.Length; i++)
        {
            (int c, int y, int x) = (i / 2304, i / 48 % 48, i % 48);
            Assert.Equal(4 * c + 2 * (y % 2) + x % 2 - 6, pixels[i], 1e-5);
        }
    }

    // After a few steps no bias is zero any more, and so none can be forgotten.
    private (ShapesTraining Training, IReadOnlyList<string> Files) Written(string name)
    {
        ShapesTraining training = ShapesTraining.Of(name, seed: 3, steps: 2);
        using (Trainer trainer = training.Start()) trainer.Run();
        var files = new List<string>();
        foreach ((string ending, OnnxExport model) in training.Models())
        {
            files.Add(Path.Combine(_folder, $"{name}{ending}.onnx"));
            model.Write(files[^1]);
        }
        return (training, files);
    }

    private static Tensor Images(int count) => new(new Input(new Shape(count, 3, 48, 48), "image"));

    private static Tensor Latent(int count, int numbers) => new(new Input(new Shape(count, numbers), "latent"));

    private Tensor Imported(string file, Tensor input)
    {
        _models.Add(OnnxModel.Open(file));
        var importer = new OnnxImporter(_models[^1]);
        Assert.Equal("unit", _models[^1].Metadata["phosphene.preprocessing"]);
        return importer.Bind(input)[Assert.Single(importer.Outputs).Name];
    }

    private static Tensor Clipped(Tensor image) => image.Clip(0, 1);

    private static float[] Values(Tensor input, double most) => Evaluate.Numbers(input.Shape.Count, low: input.Shape.Rank == 4 ? 0 : -most, high: most);

    private static void Same(Tensor input, Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        float[][] values = Evaluate.All([expected, actual], (input, Values(input, 1)));
        Assert.True(values[0].Distinct().Count() > 10);
        // Not to the bit: of weights that do not change the compiler may choose another kernel.
        for (int i = 0; i < values[0].Length; i++) Assert.Equal(values[0][i], values[1][i], 1e-4 + 1e-4 * Math.Abs(values[0][i]));
    }
}
