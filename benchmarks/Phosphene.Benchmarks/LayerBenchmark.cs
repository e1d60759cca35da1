using BenchmarkDotNet.Attributes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Benchmarks;

/// <summary>Normalization and pooling as GoogLeNet has them after its first convolutions, forward and backward.</summary>
public class LayerBenchmark : CompiledBenchmark
{
    private Plan _lrn = null!, _lrnGradient = null!, _pool = null!, _poolGradient = null!;

    [GlobalSetup]
    public void Setup()
    {
        var lrn = new Lrn(5, 1e-4f, 0.75f, 1);
        Tensor x = Input(1, 192, 56, 56), dy = Input(1, 192, 56, 56);
        _lrn = Compile(new Tensor(lrn, x), x);
        _lrnGradient = Compile(new Tensor(new LrnGradient(lrn), x, dy), x, dy);

        var window = new Window(3, 3, 2, 2, 0, 0, 1, 1);
        Tensor image = Input(1, 64, 112, 112), pooled = image.MaxPool(window), gradient = Input(pooled.Shape.Extents);
        _pool = Compile(pooled, image);
        _poolGradient = Compile(new Tensor(new MaxPool2DGradient(window), image, gradient), image, gradient);
    }

    [Benchmark]
    public void Lrn() => _lrn.Run();

    [Benchmark]
    public void LrnGradient() => _lrnGradient.Run();

    [Benchmark]
    public void MaxPool() => _pool.Run();

    [Benchmark]
    public void MaxPoolGradient() => _poolGradient.Run();
}
