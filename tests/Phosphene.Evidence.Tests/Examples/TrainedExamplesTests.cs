using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Models;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Examples;

public sealed class TrainedExamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public void Of_all_dogs_the_golden_retriever_is_likeliest_to_be_one()
    {
        string[] dogs = [.. Directory.GetFiles(SharedData.Path("images/imagenet-sample"), "n02*.jpg").Where(file => string.CompareOrdinal(Path.GetFileName(file), "n02085") >= 0 && string.CompareOrdinal(Path.GetFileName(file), "n02114") < 0).Order(StringComparer.Ordinal)];
        Assert.InRange(dogs.Length, 110, 130);
        File.WriteAllLines(_folder.At("dogs.txt"), dogs);
        using Model model = Model.Load(SharedData.Path("models/bvlc_googlenet.onnx"), new ModelOptions { Threads = 2 });
        using ExampleIndex index = ExampleIndex.Build(model, [new UnitChoice("prob", [207]), new UnitChoice("loss3/classifier", [207])], Dataset.Open(_folder.At("dogs.txt")), _folder.At("dogs.sqlite"))!;
        UnitExample top = index.Of("prob", 207, ExampleKind.Top)[0];
        Assert.EndsWith("golden_retriever.jpg", top.File, StringComparison.Ordinal);
        // A class sees all of the photo, which is square.
        Assert.Equal((0, 0, (0, 0, 256, 256)), (top.Y, top.X, top.Crop));
        Assert.Equal(dogs.Length, index.SummaryOf("prob", 207).Images);
        // The logit is higher on some other dogs, of which other logits are higher still.
        Assert.Contains(index.Of("loss3/classifier", 207, ExampleKind.Top), example => example.File == top.File);
    }
}
