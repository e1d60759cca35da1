// dotnet run -c Release --project benchmarks/Phosphene.Benchmarks -- --filter '*Convolution*'
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
