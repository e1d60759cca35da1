#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// What does a network see in a class, a channel or a neuron? Open it, make the picture, save it.
//
//     dotnet run -c Release samples/first.cs [-- MODEL PICTURE.png OBJECTIVE]

using Phosphene;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
var picture = model.Visualize(args.ElementAtOrDefault(2) ?? "logit('rainbow double circle')");
picture.Save(args.ElementAtOrDefault(1) ?? "first.png");
