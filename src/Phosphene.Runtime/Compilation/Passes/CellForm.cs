using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// The same graph, but computed on cells of 2×2 pixels where a decoder's last convolutions and a model's first ones meet: few channels of many pixels use
/// few lanes of a vector, four times the channels of a quarter of the pixels use them all. The values are the same but for rounding.
/// </summary>
public sealed class CellForm
{
    private const int FewChannels = 4;                               // with their four pixels no more than the lanes of a block

    private CellForm()
    {
    }

    private readonly Dictionary<Tensor, Tensor> _plain = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor?> _cells = new(ReferenceEqualityComparer.Instance);

    /// <summary>The outputs in this form.</summary>
    public static Tensor[] Of(IEnumerable<Tensor> outputs)
    {
        var form = new CellForm();
        return [.. outputs.Select(form.Plain)];
    }

    private Tensor Plain(Tensor tensor)
    {
        if (_plain.TryGetValue(tensor, out Tensor? known)) return known;
        return _plain[tensor] = tensor.Operator is MaxPool2D { Window: var window } && window == new Window(2, 2, 2, 2) && Cells(tensor.Inputs[0]) is { } cells
            ? LargestOfCell(cells)
            : Over(tensor, [.. tensor.Inputs.Select(Plain)]);
    }

    // [N, 4·C, H / 2, W / 2] for a tensor [N, C, H, W]: channel p·C + c is pixel p = 2·y + x of each cell. Null where nothing is gained.
    private Tensor? Cells(Tensor tensor)
    {
        if (_cells.TryGetValue(tensor, out Tensor? known)) return known;
        return _cells[tensor] = tensor.Operator switch
        {
            Relu or Clip => Cells(tensor.Inputs[0]) is { } cells ? new Tensor(tensor.Operator, cells) : null,
            Conv2D convolution when IsSuited(convolution, tensor) => Convolved(tensor),
            _ => null,
        };
    }

    private static bool IsSuited(Conv2D convolution, Tensor tensor)
    {
        int kernel = convolution.Window.KernelY;
        return kernel is 3 or 5 && convolution == new Conv2D(new Window(kernel, kernel, 1, 1, kernel / 2, kernel / 2, kernel / 2, kernel / 2))
            && tensor.Shape.Channels <= FewChannels && tensor.Shape.Height % 2 == 0 && tensor.Shape.Width % 2 == 0
            && tensor.Inputs.Skip(1).All(weight => weight.Operator is Constant);
    }

    private Tensor? Convolved(Tensor tensor)
    {
        Tensor x = tensor.Inputs[0];
        bool upsampled = x.Operator is Upsample2D { FactorY: 2, FactorX: 2 };
        if ((upsampled ? Plain(x.Inputs[0]) : Cells(x)) is not { } source) return null;
        Tensor weight = Weight((Constant)tensor.Inputs[1].Operator, upsampled);
        Tensor? bias = tensor.Inputs.Length < 3 ? null : Tensor.Concat(0, tensor.Inputs[2], tensor.Inputs[2], tensor.Inputs[2], tensor.Inputs[2]);
        return source.Conv2D(weight, bias, new Window(3, 3, 1, 1, 1, 1, 1, 1));
    }

    // [O, C, K, K] over pixels as [4·O, 4·C, 3, 3] over cells. Where all pixels of a cell are one ("upsampled") as [4·O, C, 3, 3], with sums of taps.
    private static Tensor Weight(Constant pixels, bool upsampled)
    {
        (int outputs, int inputs, int kernel) = (pixels.Shape[0], pixels.Shape[1], pixels.Shape[2]);
        var shape = new Shape(4 * outputs, upsampled ? inputs : 4 * inputs, 3, 3);
        var cells = new float[shape.Count];
        for (int p = 0; p < 4; p++)
            for (int o = 0; o < outputs; o++)
                for (int c = 0; c < inputs; c++)
                    for (int tap = 0; tap < kernel * kernel; tap++)
                    {
                        // Counted from the cell above and to the left.
                        (int y, int x) = (p / 2 + tap / kernel - kernel / 2 + 2, p % 2 + tap % kernel - kernel / 2 + 2);
                        int channel = upsampled ? c : (2 * (y % 2) + x % 2) * inputs + c;
                        cells[((p * outputs + o) * shape[1] + channel) * 9 + y / 2 * 3 + x / 2] += pixels.Values.Span[(o * inputs + c) * kernel * kernel + tap];
                    }
        return new Tensor(new Constant(shape, cells));
    }

    private static Tensor LargestOfCell(Tensor cells)
    {
        int channels = cells.Shape.Channels / 4;
        Tensor[] pixels = [.. Enumerable.Range(0, 4).Select(p => cells.Slice(1, p * channels, channels))];
        return Tensor.Max(Tensor.Max(pixels[0], pixels[1]), Tensor.Max(pixels[2], pixels[3]));
    }

    private static Tensor Over(Tensor tensor, Tensor[] inputs) =>
        tensor.Inputs.Zip(inputs).All(pair => ReferenceEquals(pair.First, pair.Second)) ? tensor : new Tensor(tensor.Operator, inputs) { Name = tensor.Name };
}
