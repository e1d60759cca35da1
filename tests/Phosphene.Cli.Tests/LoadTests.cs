using System.Diagnostics;
using System.Globalization;
using Phosphene.Runtime.Tests.Onnx;
using Xunit;
using Xunit.Abstractions;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

/// <summary>A model of VGG-19's size, 143,667,240 weights of zero that take no room on the disk, in the file or beside it.</summary>
public sealed class LoadTests(ITestOutputHelper output) : CommandTests
{
    private const double MostMemory = 1.3;

    private static readonly (string Name, long[] Shape)[] Weights =
    [
        .. Convolutions().Select((pair, i) => ($"w{i}", (long[])[pair.Out, pair.In, 3, 3])), ("fc6", [25088, 4096]), ("fc7", [4096, 4096]), ("fc8", [4096, 1000]),
    ];

    private static IEnumerable<(int In, int Out)> Convolutions()
    {
        int before = 3;
        foreach (int channels in (int[])[64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512]) yield return (before, before = channels);
    }

    private static byte[][] Nodes()
    {
        var nodes = new List<byte[]>();
        string value = "x";
        for (int i = 0; i < 16; i++)
        {
            nodes.Add(Node("Conv", $"{value} w{i}", $"conv{i}", Attribute("pads", [1L, 1, 1, 1])));
            nodes.Add(Node("Relu", $"conv{i}", value = $"relu{i}"));
            if (i is 1 or 3 or 7 or 11 or 15) nodes.Add(Node("MaxPool", $"relu{i}", value = $"pool{i}", Attribute("kernel_shape", [2L, 2]), Attribute("strides", [2L, 2])));
        }
        nodes.Add(Node("Flatten", value, "flat"));
        nodes.Add(Node("MatMul", "flat fc6", "fc6_out"));
        nodes.Add(Node("MatMul", "fc6_out fc7", "fc7_out"));
        nodes.Add(Node("MatMul", "fc7_out fc8", "y"));
        return [.. nodes];
    }

    private static long Size(long[] shape) => 4 * shape.Aggregate(1L, (a, b) => a * b);

    // The model's file up to the zeros of each weight.
    private long Write(bool external)
    {
        long bytes = Weights.Sum(weight => Size(weight.Shape)), at = 0;
        if (external)
        {
            byte[][] tensors = [.. Weights.Select(weight =>
            {
                byte[] tensor = Join(TensorHead(weight.Name, 1, weight.Shape), OnnxBytes.Bytes(13, Join(Text(1, "location"), Text(2, "vgg.onnx.data"))), OnnxBytes.Bytes(13, Join(Text(1, "offset"), Text(2, $"{at}"))), Varint(14, 1));
                at += Size(weight.Shape);
                return tensor;
            })];
            Write("vgg.onnx", Model(Graph(Nodes(), tensors, [Value("x", 1, 3, 224, 224)], [Value("y")])));
            using FileStream data = File.Create(At("vgg.onnx.data"));
            data.SetLength(bytes);
            return bytes;
        }
        byte[][] heads = [.. Weights.Select(weight => Join(TensorHead(weight.Name, 1, weight.Shape), [0x4A], Number((ulong)Size(weight.Shape))))];
        byte[] rest = Graph(Nodes(), [], [Value("x", 1, 3, 224, 224)], [Value("y")]);
        byte[][] starts = [.. heads.Zip(Weights, (head, weight) => Join([0x2A], Number((ulong)(head.Length + Size(weight.Shape))), head))];
        using FileStream file = File.Create(At("vgg.onnx"));
        file.Write(Join(Varint(1, 8), OnnxBytes.Bytes(8, Opset("", 13)), [0x3A], Number((ulong)(rest.Length + bytes + starts.Sum(start => start.Length))), rest));
        for (int i = 0; i < starts.Length; i++)
        {
            file.Write(starts[i]);
            file.Seek(Size(Weights[i].Shape), SeekOrigin.Current);
        }
        file.SetLength(file.Position);
        return file.Length;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_model_of_575_MB_is_listed_and_not_held_twice(bool external)
    {
        long bytes = Write(external);
        Assert.InRange(bytes, 574_000_000, 576_000_000);
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "layers", At("vgg.onnx"), "--json"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(5))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It has ended in between.
            }
        }
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\"fc7_out\"", await text, StringComparison.Ordinal);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peak / 1e6:0} MB for a file of {bytes / 1e6:0} MB"));
        Assert.InRange(peak, 1, (long)(MostMemory * bytes));
    }
}
