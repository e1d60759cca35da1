#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// A parameterization of one's own: a CPPN, a small network that makes a colour of the place of a pixel. Its weights are what the optimizer changes.
// Source: the article "Differentiable Image Parameterizations", Mordvintsev et al. 2018; Lucid's cppn.
//
//     dotnet run -c Release samples/cppn.cs [-- MODEL PICTURE.png OBJECTIVE]

using Phosphene;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "cppn.png", objective = args.ElementAtOrDefault(2) ?? "logit('rainbow double circle')";
var recipe = Recipe.Lucid.For(height: 64, width: 64) with { Parameterization = new Cppn(), Optimizer = new Adam(0.004f), Steps = 256 };
model.Visualize(objective, recipe).Save(file);

internal sealed record Cppn(int Layers = 8, int Features = 24) : IParameterization
{
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        (int h, int w) = (image.Height, image.Width);
        var places = new float[2 * h * w];                           // y and x, from -√3 to √3
        for (int i = 0; i < h * w; i++)
            (places[i], places[h * w + i]) = (MathF.Sqrt(3) * (2f * (i / w) / h - 1), MathF.Sqrt(3) * (2f * (i % w) / w - 1));

        Tensor x = Tensor.Constant(new Shape(1, 2, h, w), places);
        var weights = new List<ImageParameter>();
        for (int layer = 0; layer < Layers; layer++)
        {
            Tensor a = Mixed(Features, MathF.Sqrt(1f / x.Shape.Channels)).Atan();
            x = Tensor.Concat(1, a / 0.67f, a.Square() / 0.6f);
        }
        return new ParameterizedImage(Mixed(image.Channels, 0).Sigmoid().BroadcastTo(image), weights);

        // A 1x1 convolution: every pixel for itself. All images of a batch share the weights.
        Tensor Mixed(int channels, float deviation)
        {
            var shape = new Shape(channels, x.Shape.Channels, 1, 1);
            var start = new float[shape.Count];
            new RandomStream(seed, 0, $"weights {weights.Count}").FillNormal(start, deviation);
            weights.Add(new ImageParameter(new Tensor(new Parameter(shape, start, $"weights {weights.Count}")), batchAxis: null));
            return x.Conv2D(weights[^1].Values, null, new Window(1, 1));
        }
    }
}
