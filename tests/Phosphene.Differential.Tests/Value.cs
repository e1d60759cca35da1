namespace Phosphene.Differential.Tests;

/// <summary>
/// A value of a graph, as ONNX Runtime computes it node by node; and twice more with every intermediate result moved by some roundings, see
/// <see cref="Rounding"/>.
/// </summary>
/// <param name="Place">Where it comes from if it is given, null if a node makes it.</param>
internal sealed record Value(string Name, Numbers Numbers, Numbers[] Shaken, Place? Place)
{
    public int[] Shape => Numbers.Shape;

    public int Rank => Numbers.Rank;

    public int Count => Numbers.Count;

    public bool IsReal => Numbers.IsReal;

    public bool IsFinite { get; } = Numbers.Values.All(double.IsFinite);

    public double Least => Numbers.Values.DefaultIfEmpty(0).Min();

    public double Most => Numbers.Values.DefaultIfEmpty(0).Max();

    /// <summary>The least magnitude of an element.</summary>
    public double Nearest => Numbers.Values.Select(Math.Abs).DefaultIfEmpty(1).Min();
}
