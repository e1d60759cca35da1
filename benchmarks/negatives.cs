#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// Negative optimization against photos: for some units of a layer, how low their pre-activation is on the picture of -pre(LAYER):c, and how low it is at the lowest on a folder of photos.
//
//     dotnet run -c Release benchmarks/negatives.cs -- googlenet.onnx photos inception_4c/output 3 64 130 200 300 380 420 500

using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Visualization;

(string file, string photos, Layer layer) = (args[0], args[1], Layer.Pre(args[2]));
int[] channels = [.. args[3..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
using Model model = Model.Load(file);
(int height, int width) = model.UsualSize;

// The mean over positions, as a channel objective has it.
var image = new Tensor(new Input(new Shape(1, 3, height, width), "photo"));
Tensor means = model.Activate(image)[layer].MeanOver(2, 3);
float[] least = [.. Enumerable.Repeat(float.MaxValue, channels.Length)];
string[] paths = [.. Directory.GetFiles(photos).Order()];
using (Plan plan = model.Backend.Compile(means))
    foreach (string path in paths)
    {
        Picture.Load(path).Cover(height, width).ToPlanar(plan.Input(image));
        plan.Run();
        for (int i = 0; i < channels.Length; i++) least[i] = Math.Min(least[i], plan.Output(means)[channels[i]]);
    }

Console.WriteLine($"{layer} on {paths.Length} photos, and on the pictures of its negative units");
int at = 0;
foreach (Rendering rendering in new Visualizer(model, Recipe.Lucid).RenderEach(channels.Select(channel => -Objective.Channel(layer, channel))))
{
    rendering.Pictures[0].Save($"negative-{channels[at]}.png");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"channel {channels[at],4}: {least[at],8:0.000} at the lowest of the photos, {-rendering.Value,9:0.000} on its picture{(-rendering.Value < least[at] ? "" : "  ABOVE")}"));
    at++;
}
