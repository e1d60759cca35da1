using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Fourier transforms along one axis, as products with the matrix of their waves, and what goes with them in networks for sound. A complex number is a last
/// axis of two: real and imaginary part. Source: ONNX operators DFT-20 and STFT-17.
/// </summary>
internal static class Signals
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("DFT", 17, 1, 3, Transform),
        OnnxOperator.Of("STFT", 17, 2, 4, ShortTransform),
        OnnxOperator.Value("HannWindow", 17, 1, 1, node => Window(node, 0.5, 0.5, 0)),
        OnnxOperator.Value("HammingWindow", 17, 1, 1, node => Window(node, 25 / 46.0, 21 / 46.0, 0)),
        OnnxOperator.Value("BlackmanWindow", 17, 1, 1, node => Window(node, 0.42, 0.5, 0.08)),
        OnnxOperator.Value("MelWeightMatrix", 17, 5, 5, MelWeights),
    ];

    // [..., n, ..., 1 or 2] along an axis, an attribute until 19. onesided keeps the half of the spectrum that a real signal has, or begins with it, inverse.
    private static Tensor Transform(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        int rank = x.Shape.Rank;
        long stated = node.Opset < 20 ? node.Integer("axis", 1) : node.OptionalIntegers(2) is [var given] ? given : -2;
        int axis = node.Axis(stated, rank);
        bool inverse = node.Flag("inverse"), half = node.Flag("onesided");
        if (rank < 2 || axis == rank - 1 || x.Shape[-1] is not (1 or 2)) throw node.Mismatch($"needs [..., 1] or [..., 2] and another axis than the last; got {x.Shape} and axis {axis}");
        int natural = inverse && half ? 2 * (x.Shape[axis] - 1) : x.Shape[axis];
        int length = node.OptionalIntegers(1) is [var asked] ? Length(node, asked) : natural;
        if (length < 1) throw node.Mismatch($"transforms {length} numbers of axis {axis} of {x.Shape}");
        return Transformed(node, x, axis, length, inverse, half);
    }

    // y[k] = Σ_j x[j]·e^(∓2πi·jk / length), divided by the length if inverse: with x = a + ib and a wave of c + is, (a·c - b·s) + i(a·s + b·c).
    private static Tensor Transformed(ImportNode node, Tensor x, int axis, int length, bool inverse, bool half)
    {
        bool toReal = inverse && half;
        int given = Math.Min(x.Shape[axis], toReal ? length / 2 + 1 : length), made = half && !inverse ? length / 2 + 1 : length;
        Fillings.Affordable(node, new Shape(2, given, made));
        (Tensor cosine, Tensor sine) = (Waves(Math.Cos), Waves(angle => inverse ? Math.Sin(angle) : -Math.Sin(angle)));
        Tensor a = Rows(x, 0);
        Tensor? b = x.Shape[-1] == 2 ? Rows(x, 1) : null;
        Tensor real = a.MatMul(cosine);
        if (b is not null) real -= b.MatMul(sine);
        if (toReal) return Back(real);
        Tensor imaginary = a.MatMul(sine);
        if (b is not null) imaginary += b.MatMul(cosine);
        return Tensor.Concat(-1, Back(real), Back(imaginary));

        // Of a spectrum that stands for its mirror image too, what is between the ends counts twice.
        Tensor Waves(Func<double, double> wave)
        {
            var values = new float[given * made];
            for (int j = 0; j < given; j++)
            {
                double times = (toReal && j > 0 && 2 * j != length ? 2 : 1) / (inverse ? (double)length : 1);
                for (int k = 0; k < made; k++) values[j * made + k] = (float)(times * wave(2 * Math.PI * ((long)j * k % length) / length));
            }
            return Tensor.Constant(new Shape(given, made), values);
        }

        // One part, with the axis last; rank 2 at least.
        Tensor Rows(Tensor all, int part) => Swapped(all.Slice(-1, part, 1).Slice(axis, 0, given));

        Tensor Back(Tensor rows) => Swapped(rows);

        Tensor Swapped(Tensor all)
        {
            int[] order = [.. Enumerable.Range(0, all.Shape.Rank)];
            (order[axis], order[^1]) = (order[^1], order[axis]);
            return all.Transpose(order);
        }
    }

    // Frames of signals [N, T, 1 or 2], each frame_step further on and times the window, transformed: [N, frames, frequencies, 2].
    private static Tensor ShortTransform(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        if (x.Shape.Rank != 3 || x.Shape[2] is not (1 or 2)) throw node.Mismatch($"needs signals [N, T, 1] or [N, T, 2]; got {x.Shape}");
        int step = node.Integers(1) is [var given] ? Length(node, given) : 0;
        Tensor? window = node.OptionalTensor(2);
        int length = node.OptionalIntegers(3) is [var asked] ? Length(node, asked) : window?.Shape.Count ?? x.Shape[1];
        if (step < 1 || length < 1 || length > x.Shape[1] || (window is not null && window.Shape != new Shape(length)))
            throw node.Mismatch($"cuts {x.Shape} into frames of {length} by steps of {step}, with a window {window?.Shape.ToString() ?? "of ones"}, which do not fit");
        int frames = 1 + (x.Shape[1] - length) / step;
        Fillings.Affordable(node, new Shape(frames, length));
        Tensor cut = x.Pick(1, [.. Enumerable.Range(0, frames * length).Select(i => i / length * step + i % length)]).Reshape(new Shape(x.Shape[0], frames, length, x.Shape[2]));
        if (window is not null) cut *= window.Reshape(new Shape(length, 1));
        return Transformed(node, cut, 2, length, inverse: false, half: node.Flag("onesided", absent: true));
    }

    private static int Length(ImportNode node, long length) =>
        length is >= 1 and <= ImportNode.LargestExtent ? (int)length : throw node.Malformed($"has a length of {length}, where 1 to {ImportNode.LargestExtent} is expected");

    // a - b·cos(2πn / N) + c·cos(4πn / N), where N is the size, or one less if the window is not periodic.
    private static TensorValue Window(ImportNode node, double a, double b, double c)
    {
        int size = node.Integers(0) is [var given] ? Length(node, given) : throw node.Malformed("has several sizes, where one is expected");
        double turn = 2 * Math.PI / Math.Max(1, node.Flag("periodic", absent: true) ? size : size - 1);
        return Of(node, Fillings.Affordable(node, new Shape(size)), [.. Enumerable.Range(0, size).Select(n => (float)(a - b * Math.Cos(turn * n) + c * Math.Cos(2 * turn * n)))]);
    }

    // Triangles over the bins of a spectrum, evenly spaced in mel = 2595·log10(1 + hertz / 700): [length / 2 + 1, bins].
    private static ImportedValue MelWeights(ImportNode node)
    {
        int bins = Length(node, node.Integers(0)[0]), length = Length(node, node.Integers(1)[0]);
        long rate = node.Integers(2)[0];
        float low = node.OptionalScalar(3) ?? 0, high = node.OptionalScalar(4) ?? 0;
        Shape shape = Fillings.Affordable(node, new Shape(length / 2 + 1, bins));
        double from = Mel(low), step = (Mel(high) - from) / (bins + 2);
        int[] edges = [.. Enumerable.Range(0, bins + 2).Select(i => (int)Math.Floor((length + 1) * 700 * (Math.Pow(10, (from + i * step) / 2595) - 1) / rate))];
        if (rate < 1 || edges[0] < 0 || edges[^1] > shape[0]) throw node.Mismatch($"spans {low} to {high} hertz, where a rate of {rate} has 0 to {rate / 2.0}");
        var weights = new float[shape.Count];
        for (int bin = 0; bin < bins; bin++)
        {
            (int left, int top, int right) = (edges[bin], edges[bin + 1], edges[bin + 2]);
            for (int j = left; j <= Math.Min(top, shape[0] - 1); j++) weights[j * bins + bin] = top == left ? 1 : (float)(j - left) / (top - left);
            for (int j = top; j < right; j++) weights[j * bins + bin] = (float)(right - j) / (right - top);
        }
        return Of(node, shape, weights);

        static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);
    }

    private static TensorValue Of(ImportNode node, Shape shape, float[] values)
    {
        OnnxDataType type = Constants.DataType(node, node.Integer("output_datatype", (long)OnnxDataType.Float32));
        return type.IsReal() ? new TensorValue(Tensor.Constant(shape, values), type) : throw node.Unsupported($"makes {type}; only real numbers are supported");
    }
}
