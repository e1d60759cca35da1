#!/usr/bin/env dotnet
#:project ../src/Phosphene.Atlas/Phosphene.Atlas.csproj

// What does a network trained on a million photos see? 32 units of ResNet-18, from edges to animals, on one page.
// The network comes as a NuGet package with the first restore (Directory.Build.props beside this file says which), and is written beside the page as resnet18.onnx.
//
//     dotnet run -c Release samples/imagenet.cs [-- resnet18.html]

using System.Reflection;
using Phosphene.Atlas.Sheets;
using Phosphene.Atlas.Units;
using Phosphene.Models;
using Phosphene.Recipes;

string page = args.Length > 0 ? args[0] : "resnet18.html", network = Path.ChangeExtension(page, ".onnx");

// The file in the package does not state its preprocessing: ResNetPreprocess.onnx beside it does. A copy that states it goes beside the page, for the commands that the page shows.
string package = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "ResNet18").Value!;
using (Model original = Model.Load(package, new ModelOptions { Preprocessing = Preprocessing.Parse("bgr*255-(103.06,115.90,123.15)") })) ModelImport.Write(original, network);
using Model model = Model.Load(network);

// Where the blocks of the network end, early to late.
int[] ends = [269, 283, 301, 315, 333, 347, 365, 379];
var sheet = new Sheet(model, Recipe.Lucid, ends.Select(end => ((Layer)$"ReLU{end}_Output_0", ChannelChoice.Random(4))));

Console.WriteLine($"{sheet.Count} pictures of {network} in {page}: open it in a browser; it grows.");
sheet.Render(page, (done, step) =>
{
    if (Console.IsOutputRedirected) return;
    int width = (int)(40 * done / sheet.Steps);
    Console.Write($"\r[{new string('#', width)}{new string('.', 40 - width)}] {sheet.Pictures.Count,2} of {sheet.Count}, step {step.Index,3}, activation {step.Value,8:0.0} ");
});
Console.WriteLine($"\nDone: {page}");
