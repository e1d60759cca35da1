// Phosphene's peers from NuGet, libtorch (TorchSharp) and ONNX Runtime, on the network of an ONNX file up to a layer. Steps and passes are those of the
// network alone: no spectrum, no transforms, no Adam. benchmarks/peers.sh runs this and "phosphene bench" in turn.
//
//   check         MODEL LAYER SIZE BATCH THREADS    do all compute the same layer, and Phosphene and libtorch the same gradient? If not, the exit code is 1
//   libtorch      MODEL LAYER SIZE BATCH THREADS    the step, forward and the gradient of channel 0's mean with respect to the input; the forward pass
//   libtorch-last MODEL LAYER SIZE BATCH THREADS    the same with the channels of a pixel side by side in memory
//   onnxruntime   MODEL LAYER SIZE BATCH THREADS    the forward pass
//
// Each measurement is a line: step or forward, the median and the least in milliseconds.
using System.Globalization;
using Phosphene.Peers;
using Phosphene.Runtime.Onnx;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length != 6)
{
    Console.Error.WriteLine("Six arguments are expected: check, libtorch, libtorch-last or onnxruntime, then MODEL LAYER SIZE BATCH THREADS.");
    return 2;
}
var work = new Work(args[1], args[2], Size: int.Parse(args[3]), Batch: int.Parse(args[4]), Threads: int.Parse(args[5]));
try
{
    return Run(args[0]);
}
catch (Exception error) when (error is ModelFormatException or NotSupportedException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

int Run(string command)
{
    switch (command)
    {
        case "check":
            string[] differences = [.. Agreement.Differences(work)];
            foreach (string difference in differences) Console.Error.WriteLine(difference);
            return differences.Length > 0 ? 1 : 0;
        case "libtorch" or "libtorch-last":
            using (var torch = new TorchPeer(work, channelsLast: command == "libtorch-last"))
            {
                Timing.Print("step", torch.Step);
                Timing.Print("forward", torch.Forward);
            }
            return 0;
        case "onnxruntime":
            using (var onnxRuntime = new OnnxRuntimePeer(work)) Timing.Print("forward", onnxRuntime.Forward);
            return 0;
        default:
            Console.Error.WriteLine($"'{command}' is not known here; check, libtorch, libtorch-last and onnxruntime are.");
            return 2;
    }
}
