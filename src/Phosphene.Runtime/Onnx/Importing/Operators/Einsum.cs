using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Einstein's summation: each axis of each operand has a letter; what is not in the result is summed over. Two operands at a time become one matrix
/// product over the letters that they share.
/// </summary>
internal static class Einsum
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Einsum", 12, 1, OnnxOperator.Any, Import),
    ];

    // An operand and the letters of its axes.
    private readonly record struct Term(Tensor Tensor, string Letters)
    {
        public int Extent(char letter) => Tensor.Shape[Letters.IndexOf(letter)];

        public Term Ordered(string letters)
        {
            string own = Letters;
            int[] order = [.. letters.Select(letter => own.IndexOf(letter))];
            return letters == Letters ? this : new Term(Tensor.Transpose(order), letters);
        }

        /// <summary>Summed over the letters that are not kept.</summary>
        public Term Keeping(Func<char, bool> keeps)
        {
            string own = Letters;
            int[] gone = [.. Enumerable.Range(0, own.Length).Where(axis => !keeps(own[axis]))];
            if (gone.Length == 0) return this;
            return new Term(Tensor.SumOver(gone).Reshape(Shapings.Without(Tensor.Shape, [.. gone])), string.Concat(own.Where(keeps)));
        }
    }

    private static Tensor Import(ImportNode node)
    {
        string equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length > 2 || inputs.Length != node.InputCount) throw Wrong(node, equation);
        Term[] terms = [.. inputs.Select((letters, i) => TermOf(node, equation, node.Tensor(i), letters))];
        string hidden = string.Concat(terms.SelectMany(term => term.Letters).Where(letter => letter < ' ').Distinct().OrderDescending());
        string all = string.Concat(terms.Select(term => term.Letters));
        string result = sides.Length == 2
            ? sides[1].Replace("...", hidden, StringComparison.Ordinal)
            : hidden + string.Concat(all.Where(letter => letter >= ' ' && sides[0].Count(other => other == letter) == 1).Order());
        if (result.Distinct().Count() != result.Length || result.Any(letter => !all.Contains(letter))) throw Wrong(node, equation);

        Term left = terms[0];
        for (int i = 1; i < terms.Length; i++)
        {
            string later = result + string.Concat(terms.Skip(i + 1).Select(term => term.Letters));
            left = Product(left, terms[i], later.Contains);
        }
        return left.Keeping(result.Contains).Ordered(result).Tensor;
    }

    private static ModelFormatException Wrong(ImportNode node, string equation) =>
        node.Malformed($"has the equation {Printable.Quote(equation)}, which does not describe its {node.InputCount} inputs");

    // The axes of an ellipsis get control characters as letters, counted from the last. A letter that stands twice takes the diagonal.
    private static Term TermOf(ImportNode node, string equation, Tensor x, string letters)
    {
        int hidden = x.Shape.Rank - letters.Replace("...", "", StringComparison.Ordinal).Length;
        if (hidden < 0 || (hidden > 0 && !letters.Contains("...", StringComparison.Ordinal))) throw Wrong(node, equation);
        letters = letters.Replace("...", string.Concat(Enumerable.Range(0, hidden).Select(i => (char)(hidden - i))), StringComparison.Ordinal);
        if (letters.Length != x.Shape.Rank || letters.Any(letter => letter >= ' ' && !char.IsAsciiLetter(letter))) throw Wrong(node, equation);
        var term = new Term(x, letters);
        while (letters.FirstOrDefault(letter => letters.IndexOf(letter) != letters.LastIndexOf(letter)) is var twice && twice != 0)
        {
            int first = letters.IndexOf(twice), second = letters.LastIndexOf(twice), extent = x.Shape[first];
            if (x.Shape[second] != extent) throw node.Mismatch($"takes the diagonal of {x.Shape}, whose extents differ");
            int[] rest = [.. Enumerable.Range(0, letters.Length).Where(axis => axis != first && axis != second)];
            Tensor square = x.Transpose([.. rest, first, second]);
            Shape outer = new([.. rest.Select(axis => term.Tensor.Shape[axis]), extent * extent]);
            x = square.Reshape(outer).Pick(outer.Rank - 1, [.. Enumerable.Range(0, extent).Select(i => i * (extent + 1))]);
            letters = string.Concat(rest.Select(axis => letters[axis])) + twice;
            term = new Term(x, letters);
        }
        return term;
    }

    private static Term Product(Term a, Term b, Func<char, bool> keeps)
    {
        a = a.Keeping(letter => keeps(letter) || b.Letters.Contains(letter));
        b = b.Keeping(letter => keeps(letter) || a.Letters.Contains(letter));
        string shared = string.Concat(a.Letters.Where(b.Letters.Contains));
        (a, b) = (Broadcast(a, b, shared), Broadcast(b, a, shared));
        string batch = string.Concat(shared.Where(keeps)), inner = string.Concat(shared.Where(letter => !keeps(letter)));
        string rows = string.Concat(a.Letters.Where(letter => !shared.Contains(letter))), columns = string.Concat(b.Letters.Where(letter => !shared.Contains(letter)));
        Tensor left = Matrix(a.Ordered(batch + rows + inner), batch.Length, rows.Length), right = Matrix(b.Ordered(batch + inner + columns), batch.Length, inner.Length);
        Shape shape = new([.. batch.Select(a.Extent), .. rows.Select(a.Extent), .. columns.Select(b.Extent)]);
        return new Term(left.MatMul(right).Reshape(shape), batch + rows + columns);
    }

    // An extent of 1 counts as repeated.
    private static Term Broadcast(Term term, Term other, string shared)
    {
        Shape shape = new([.. term.Letters.Select(letter => shared.Contains(letter) ? Math.Max(term.Extent(letter), other.Extent(letter)) : term.Extent(letter))]);
        return term with { Tensor = term.Tensor.BroadcastTo(shape) };
    }

    private static Tensor Matrix(Term term, int batch, int rows)
    {
        Shape s = term.Tensor.Shape;
        return term.Tensor.Reshape(new Shape(s.CountOf(0, batch), s.CountOf(batch, batch + rows), s.CountOf(batch + rows, s.Rank)));
    }
}
