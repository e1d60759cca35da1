using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>Convolution, pooling and normalization of [N, C, H, W].</summary>
internal static partial class Reference
{
    private static int At(Shape shape, int n, int c, int y, int x) => ((n * shape[1] + c) * shape[2] + y) * shape[3] + x;

    /// <summary>Calls term(y index, x index, w index) for every product x·w in a convolution's sums.</summary>
    private static void Products(Window window, int groups, Shape x, Shape w, Shape y, Action<int, int, int> term)
    {
        int outputsPerGroup = w[0] / groups, inputsPerGroup = w[1];
        for (int n = 0; n < y.Batch; n++)
            for (int o = 0; o < y.Channels; o++)
                for (int i = 0; i < y.Height; i++)
                    for (int j = 0; j < y.Width; j++)
                        for (int c = 0; c < inputsPerGroup; c++)
                            for (int ky = 0; ky < window.KernelY; ky++)
                                for (int kx = 0; kx < window.KernelX; kx++)
                                {
                                    int row = i * window.StrideY + ky * window.DilationY - window.Top;
                                    int column = j * window.StrideX + kx * window.DilationX - window.Left;
                                    if (row < 0 || row >= x.Height || column < 0 || column >= x.Width) continue;
                                    term(At(y, n, o, i, j), At(x, n, o / outputsPerGroup * inputsPerGroup + c, row, column), At(w, o, c, ky, kx));
                                }
    }

    private static double[] Conv2D(Conv2D op, Shape shape, Shape xShape, double[] x, Shape wShape, double[] w, double[]? bias)
    {
        double[] y = bias is null ? new double[shape.Count] : Gathered(Indices(shape).Select(index => bias[index[1]]));
        Products(op.Window, op.Groups, xShape, wShape, shape, (at, from, weight) => y[at] += x[from] * w[weight]);
        return y;
    }

    private static double[] Conv2DInputGradient(Conv2DInputGradient op, Shape dyShape, double[] dy, Shape wShape, double[] w)
    {
        var dx = new double[op.InputShape.Count];
        Products(op.Window, op.Groups, op.InputShape, wShape, dyShape, (at, from, weight) => dx[from] += dy[at] * w[weight]);
        return dx;
    }

    private static double[] Conv2DWeightGradient(Conv2DWeightGradient op, Shape xShape, double[] x, Shape dyShape, double[] dy)
    {
        var dw = new double[op.WeightShape.Count];
        Products(op.Window, op.Groups, xShape, op.WeightShape, dyShape, (at, from, weight) => dw[weight] += dy[at] * x[from]);
        return dw;
    }

    /// <summary>The places in x, row-major, that the window of one output pixel sees.</summary>
    private static IEnumerable<int> Seen(Window window, Shape x, int n, int c, int i, int j)
    {
        for (int ky = 0; ky < window.KernelY; ky++)
            for (int kx = 0; kx < window.KernelX; kx++)
            {
                int row = i * window.StrideY + ky * window.DilationY - window.Top;
                int column = j * window.StrideX + kx * window.DilationX - window.Left;
                if (row >= 0 && row < x.Height && column >= 0 && column < x.Width) yield return At(x, n, c, row, column);
            }
    }

    // Without dy the largest of each window; with dy its gradient, which goes to the first of the largest.
    private static double[] MaxPool(Window window, Shape xShape, double[] x, Shape yShape, double[]? dy)
    {
        var result = new double[dy is null ? yShape.Count : xShape.Count];
        int at = 0;
        foreach (int[] index in Indices(yShape))
        {
            int winner = -1;
            foreach (int from in Seen(window, xShape, index[0], index[1], index[2], index[3]))
                if (winner < 0 || x[from] > x[winner]) winner = from;
            if (dy is null) result[at] = x[winner];
            else result[winner] += dy[at];
            at++;
        }
        return result;
    }

    // Calls term(y index, x index, 1 / divisor, result) for every element of every window.
    private static double[] AveragePool(AveragePool2D op, Shape xShape, Shape yShape, Action<int, int, double, double[]> term, Shape resultShape)
    {
        Window w = op.Window;
        var result = new double[resultShape.Count];
        int at = 0;
        foreach (int[] index in Indices(yShape))
        {
            // The image with the padding that counts, as an image of its own: how much of it does the window see?
            Shape counted = op.CountPadding
                ? new Shape(1, 1, xShape.Height + w.Top + w.Bottom - op.CeilBottom, xShape.Width + w.Left + w.Right - op.CeilRight)
                : new Shape(1, 1, xShape.Height, xShape.Width);
            int divisor = Seen(op.CountPadding ? w with { Top = 0, Left = 0 } : w, counted, 0, 0, index[2], index[3]).Count();
            foreach (int from in Seen(w, xShape, index[0], index[1], index[2], index[3])) term(at, from, 1.0 / divisor, result);
            at++;
        }
        return result;
    }

    private static IEnumerable<int> Neighbours(Lrn op, int channel, int channels) =>
        Enumerable.Range(0, channels).Where(c => c >= channel - (int)Math.Floor((op.Size - 1) / 2.0) && c <= channel + (int)Math.Ceiling((op.Size - 1) / 2.0));

    private static double LrnBase(Lrn op, Shape shape, double[] x, int[] index) =>
        op.Bias + (double)op.Alpha / op.Size * Neighbours(op, index[1], shape.Channels).Sum(c => Math.Pow(x[At(shape, Moved(index, 1, _ => c))], 2));

    private static double[] Lrn(Lrn op, Shape shape, double[] x) =>
        [.. Indices(shape).Select(index => x[At(shape, index)] * Math.Pow(LrnBase(op, shape, x, index), -op.Beta))];

    // y[k] = x[k]·s[k]^-β, so ∂y[k]/∂x[c] = [k = c]·s[k]^-β - x[k]·β·s[k]^(-β - 1)·2·α/size·x[c] for c among the neighbours of k.
    private static double[] LrnGradient(Lrn op, Shape shape, double[] x, double[] dy)
    {
        var dx = new double[shape.Count];
        foreach (int[] index in Indices(shape))
        {
            int k = At(shape, index);
            double s = LrnBase(op, shape, x, index);
            dx[k] += dy[k] * Math.Pow(s, -op.Beta);
            foreach (int c in Neighbours(op, index[1], shape.Channels))
            {
                int at = At(shape, Moved(index, 1, _ => c));
                dx[at] -= dy[k] * x[k] * op.Beta * Math.Pow(s, -op.Beta - 1) * 2 * op.Alpha / op.Size * x[at];
            }
        }
        return dx;
    }
}
