using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    // Shares of the work for each thread: enough to even out, few enough that each one's working memory stays in the cache.
    private const int SharesPerThread = 4;

    private readonly Dictionary<int, FourierTransform> _transforms = [];

    private Value Fourier(Tensor tensor, bool adjoint)
    {
        Value given = Unbroken(Plain(tensor.Inputs[0]));
        var result = new Value(tensor.Shape, Layout.Plain);
        (Value spectrum, Value image) = adjoint ? (result, given) : (given, result);
        Shape s = image.Shape;
        if (s.Count == 0) return result;
        var size = new FourierGeometry(s.Batch * s.Channels, s.Height, s.Width, Backend.LaneWidth, SharesPerThread * Backend.Team.Count);
        Value middle = Scratch(size.MiddleFloats), work = Scratch(size.WorkFloats * size.Shares);
        var kernel = new FourierKernel(spectrum, image, middle, work, TransformOf(s.Height), TransformOf(s.Width), size, adjoint);
        Emit(kernel, [given], [result, middle, work]);
        return result;
    }

    private FourierTransform TransformOf(int length)
    {
        if (!_transforms.TryGetValue(length, out FourierTransform? transform)) _transforms.Add(length, transform = new FourierTransform(length));
        return transform;
    }

    private Value Warped(Tensor tensor, Warp warp)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0])), matrix = Unbroken(Plain(tensor.Inputs[1]));
        var y = new Value(tensor.Shape, Layout.Plain);
        Emit(warp.Nearest ? new NearestWarpKernel(x, matrix, y, warp.Fill) : new WarpKernel(x, matrix, y, warp.Fill), [x, matrix], [y]);
        return y;
    }

    private Value WarpedBack(Tensor tensor, bool nearest)
    {
        Value dy = Unbroken(Plain(tensor.Inputs[0])), matrix = Unbroken(Plain(tensor.Inputs[1]));
        var dx = new Value(tensor.Shape, Layout.Plain);
        Emit(nearest ? new NearestWarpGradientKernel(dy, matrix, dx) : new WarpGradientKernel(dy, matrix, dx), [dy, matrix], [dx]);
        return dx;
    }
}
