using BenchmarkDotNet.Attributes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Benchmarks;

/// <summary>What happens to a picture of 224 x 224 outside the model: from its spectrum, and through a turned and scaled grid; and back.</summary>
public class ImageBenchmark : CompiledBenchmark
{
    private const int Side = 224;
    private Plan _fourier = null!, _fourierGradient = null!, _warp = null!, _warpGradient = null!;

    [GlobalSetup]
    public void Setup()
    {
        Tensor spectrum = Input(2, 1, 3, Side, Side / 2 + 1), image = Input(1, 3, Side, Side);
        _fourier = Compile(new Tensor(new InverseRealFourier(Side), spectrum), spectrum);
        _fourierGradient = Compile(new Tensor(new InverseRealFourierGradient(), image), image);

        // Three degrees, and 1.05 times as large.
        Tensor matrix = Tensor.Constant(new Shape(2, 3), 0.951f, -0.0498f, 11f, 0.0498f, 0.951f, -0.2f);
        _warp = Compile(image.Warp(matrix, Side, Side, 0.5f), image);
        _warpGradient = Compile(new Tensor(new WarpGradient(image.Shape), image, matrix), image);
    }

    [Benchmark]
    public void Fourier() => _fourier.Run();

    [Benchmark]
    public void FourierGradient() => _fourierGradient.Run();

    [Benchmark]
    public void Warp() => _warp.Run();

    [Benchmark]
    public void WarpGradient() => _warpGradient.Run();
}
