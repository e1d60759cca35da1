using BenchmarkDotNet.Attributes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Benchmarks;

/// <summary>Convolutions of GoogLeNet and their gradients in the input, batch 1.</summary>
public class ConvolutionBenchmark : CompiledBenchmark
{
    private Plan _forward = null!, _backward = null!;

    /// <summary>An input [1, Channels, Side, Side] and a window of Kernel x Kernel, padded so that stride 1 keeps the size.</summary>
    public sealed record Layer(int Side, int Channels, int Outputs, int Kernel, int Stride = 1)
    {
        public override string ToString() => $"{Side}x{Side} {Channels}→{Outputs} {Kernel}x{Kernel}{(Stride > 1 ? $"/{Stride}" : "")}";
    }

    /// <summary>The layers: conv2, 3b, 4b, 5b, the first 1x1 of 4b, conv1.</summary>
    public static IEnumerable<Layer> Layers =>
        [new(56, 64, 192, 3), new(28, 128, 192, 3), new(14, 112, 224, 3), new(7, 192, 384, 3), new(14, 512, 160, 1), new(224, 3, 64, 7, 2)];

    [ParamsSource(nameof(Layers))]
    public Layer Shape { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        int pad = Shape.Kernel / 2;
        var window = new Window(Shape.Kernel, Shape.Kernel, Shape.Stride, Shape.Stride, pad, pad, pad, pad);
        Tensor weight = Weight(Shape.Outputs, Shape.Channels, Shape.Kernel, Shape.Kernel), x = Input(1, Shape.Channels, Shape.Side, Shape.Side);
        Tensor y = x.Conv2D(weight, Weight(Shape.Outputs), window), dy = Input(y.Shape.Extents);
        _forward = Compile(y, x);
        _backward = Compile(new Tensor(new Conv2DInputGradient(window, 1, x.Shape), dy, weight), dy);
    }

    [Benchmark]
    public void Forward() => _forward.Run();

    [Benchmark]
    public void InputGradient() => _backward.Run();
}
