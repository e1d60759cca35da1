using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;

namespace Phosphene.Conformance.Tests;

/// <summary>
/// The architectures of torchvision's classifiers as PyTorch exports them, with few channels (Zoo/make_zoo.py), against PyTorch in float64.
/// </summary>
public sealed class ZooTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Zoo");

    public static TheoryData<string> Models => [.. Directory.GetFiles(Folder, "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Fact]
    public void Every_architecture_is_there() => Assert.Equal(19, Models.Count);

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_and_input_gradient_agree_with_PyTorch(string name)
    {
        (_, float[] logits) = NpyFile.Read(File($"{name}.y.npy"));
        (Shape shape, float[] gradient) = NpyFile.Read(File($"{name}.dx.npy"));
        // The batch is two images, of which the second is the first upside down: what the exporter left open must not be fixed to one image.
        (float[][] y, float[][] dx) = Compute(name, shape, batch: 2);
        Assert.InRange(Distance(y[0], logits), 0, 1e-4);
        Assert.InRange(Distance(dx[0], gradient), 0, 1e-3);
        Assert.True(Distance(y[1], logits) > 1e-3, "The second image of the batch is another, so its logits should be others.");

        (y, dx) = Compute(name, shape, batch: 1);
        Assert.InRange(Distance(y[0], logits), 0, 1e-4);
        Assert.InRange(Distance(dx[0], gradient), 0, 1e-3);
    }

    private static (float[][] Logits, float[][] Gradient) Compute(string name, Shape image, int batch)
    {
        using OnnxModel model = OnnxModel.Open(File($"{name}.onnx"));
        var importer = new OnnxImporter(model);
        var x = new Tensor(new Input(new Shape(batch, 3, image.Height, image.Width), "input"));
        Tensor y = importer.Bind(x)["logits"];
        Tensor dx = Gradients.Of(y.Channel(7).Sum(), [x])[0];
        using var backend = new Backend(threads: 2);
        using Plan plan = backend.Compile(y, dx);
        Span<float> pixels = plan.Input(x);
        for (int i = 0; i < image.Count; i++)
        {
            pixels[i] = (float)((i * 1103515245L + 12345) % (1L << 31) / (double)(1 << 30) - 1);
            if (batch == 2) pixels[2 * image.Count - 1 - i] = pixels[i];
        }
        plan.Run();
        return ([.. plan.Output(y).ToArray().Chunk(10)], [.. plan.Output(dx).ToArray().Chunk(image.Count)]);
    }

    private static double Distance(float[] actual, float[] expected) =>
        Math.Sqrt(actual.Zip(expected, (a, b) => Math.Pow(a - (double)b, 2)).Sum() / expected.Sum(b => (double)b * b));

    private static string File(string name) => Path.Combine(Folder, name);
}
