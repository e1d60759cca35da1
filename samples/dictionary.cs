#!/usr/bin/env dotnet
#:project ../src/Phosphene.Atlas/Phosphene.Atlas.csproj
#:project ../src/Phosphene.Shapes/Phosphene.Shapes.csproj

// Units of one's own. A channel of a small network often answers to several things at once. A sparse autoencoder finds more directions than there are channels, of
// which few are active at a time. This trains one on a layer of the shapes classifier, saves it as .safetensors, and shows its features beside the channels.
//
//     dotnet run -c Release samples/dictionary.cs [-- dictionary.html]

using Phosphene;
using Phosphene.Atlas.Sheets;
using Phosphene.Atlas.Units;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Datasets;

const string LayerName = "conv4/relu";
const int Features = 64, Images = 50, Batches = 20, Rows = 256, Shown = 16;
const float Sparsity = 0.5f;

string page = args.ElementAtOrDefault(0) ?? "dictionary.html", file = Path.ChangeExtension(page, ".safetensors");
using var model = FeatureVisualization.Open("embedded:shapes");

// What the layer has at all positions of 1,000 images, one row each; black corners, where nothing is, tell nothing.
var images = new Tensor(new Input(new Shape(Images, 3, 48, 48), "images"));
Tensor layer = model.Activate(images)[LayerName].Transpose(0, 2, 3, 1);
int channels = layer.Shape[-1];
float[][] all = [.. Inference.Gather(layer, new ShapeImages(new ShapesDataset(seed: 1)), Batches, model.Backend).Chunk(channels)];
float scale = all.Average(row => row.Average());
float[][] rows = [.. all.Where(row => row.Sum() > channels * scale / 4)];

// code = ReLU(W_enc·(x - b_dec) + b_enc), x ≈ W_dec·code + b_dec, the directions of W_dec having length 1.
var dictionary = new TrainableModel("dictionary", seed: 1);
Tensor x = dictionary.Input("x", Rows, channels).Tensor * (1 / scale);
Tensor middle = dictionary.Parameter("b_dec", new Shape(channels), Initialization.Constant(0));
Tensor encoder = dictionary.Parameter("W_enc", new Shape(Features, channels), Initialization.He), bias = dictionary.Parameter("b_enc", new Shape(Features), Initialization.Constant(0));
Tensor free = dictionary.Parameter("W_dec", new Shape(Features, channels), Initialization.He), directions = free / (free.Square().SumOver(1) + 1e-8f).Sqrt();
Tensor code = ((x - middle).MatMul(encoder, transposeOther: true) + bias).Relu();
Tensor error = Losses.MeanSquaredError(code.MatMul(directions) + middle, x), active = code.GreaterThan(0).SumOver(1).Mean();
using (var trainer = new Trainer(dictionary, error + Sparsity * code.SumOver(1).Mean() * (1f / channels), new DrawnRows(rows),
    new TrainingSettings(4000, LearningRate.Constant(3e-3f)) { ReportEvery = 1000 }, new Dictionary<string, Tensor> { ["error"] = error, ["active"] = active }))
    trainer.Run(report => Console.WriteLine($"step {report.Step}: error {report.Metrics["error"]:0.0000}, {report.Metrics["active"]:0.0} of {Features} features active"));

// x was scaled for the training; in the file it is as the layer has it.
float[] Scaled(string parameter, float factor) => [.. dictionary.Values(parameter).Select(value => value * factor)];
float[] unit = [.. dictionary.Values("W_dec").Chunk(channels).SelectMany(row => row.Select(value => value / MathF.Sqrt(row.Sum(v => v * v) + 1e-8f)))];
SafetensorsFile.Write(file,
    ("encoder.weight", new Shape(Features, channels), dictionary.Values("W_enc")), ("encoder.bias", new Shape(Features), Scaled("b_enc", scale)),
    ("W_dec", new Shape(Features, channels), unit), ("b_dec", new Shape(channels), Scaled("b_dec", scale)));

// Which features are active in other images, and how strongly at most.
Layer codes = Layer.Code(LayerName, file);
float[][] used = [.. Inference.Gather(model.Activate(images)[codes].Transpose(0, 2, 3, 1), new ShapeImages(new ShapesDataset(seed: 2)), Batches, model.Backend).Chunk(Features)];
float[] most = [.. Enumerable.Range(0, Features).Select(k => used.Max(row => row[k]))];
Console.WriteLine($"{most.Count(value => value > 0)} of {Features} features are active somewhere in {Images * Batches} other images, {used.Average(row => row.Count(value => value > 0)):0.0} at a position.");

string some = string.Join(',', Enumerable.Range(0, Features).OrderByDescending(k => most[k]).Take(Shown));
var sheet = new Sheet(model, Recipe.Lucid with { Steps = 256 }, [(codes, ChannelChoice.Parse(some)), (LayerName, ChannelChoice.Random(Shown))], batch: 8);
sheet.Render(page);
Console.WriteLine($"{sheet.Count} pictures in {page}, the features in {file}.");

/// <summary>Images of shapes, the next ones in each step.</summary>
internal sealed class ShapeImages(ShapesDataset shapes) : IBatchSource
{
    public string Description => $"{shapes}, in order";

    public void Fill(long step, Batch batch)
    {
        for (int i = 0; i < batch.Size; i++) shapes.Draw((int)(step * batch.Size) + i, batch["images"].Slice(i * shapes.ImageLength, shapes.ImageLength));
    }
}

/// <summary>Rows drawn anew in each step.</summary>
internal sealed class DrawnRows(float[][] rows) : IBatchSource
{
    public string Description => $"{rows.Length} rows, drawn";

    public void Fill(long step, Batch batch)
    {
        var random = new RandomStream(1, step, "rows");
        for (int i = 0; i < batch.Size; i++) rows[random.Integer(i, 0, rows.Length - 1)].CopyTo(batch["x"][(i * rows[0].Length)..]);
    }
}
