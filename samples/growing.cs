#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// A picture grows. The ascent is a lazy sequence of steps: the caller decides what to show, what to save and when to stop. Ctrl-C ends it after the step.
//
//     dotnet run -c Release samples/growing.cs [-- MODEL PICTURE.png OBJECTIVE]

using System.Numerics;
using Phosphene;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "growing.png";
Objective objective = Objective.Parse(args.ElementAtOrDefault(2) ?? "logit('white double circle')");

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;                                             // the program goes on, to save what there is
    stop.Cancel();
};

var recipe = Recipe.Lucid with { Steps = 512, Seed = 7 };
var growth = new List<AnimationFrame>();
foreach (AscentStep step in new Visualizer(model, recipe).Ascend(objective))
{
    Console.Write($"\rstep {step.Index,3} of {recipe.Steps}: {step.Value,8:F2}");
    bool last = step.Index == recipe.Steps || stop.IsCancellationRequested;
    if (last || BitOperations.IsPow2(step.Index)) growth.Add(new AnimationFrame(step.Pictures()[0], 500));
    if (!last) continue;
    step.Save(file);                                                 // with its recipe: 'phosphene replay' makes it again
    break;
}
Animation.Save(Path.ChangeExtension(file, ".gif"), growth);
Console.WriteLine($"\n{file}, and how it grew in {Path.ChangeExtension(file, ".gif")}.");
