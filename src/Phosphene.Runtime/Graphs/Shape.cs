using System.Collections;
using System.Collections.Immutable;

namespace Phosphene.Runtime.Graphs;

/// <summary>
/// The extents of a tensor, outermost first; row-major. An image batch is [N, C, H, W]: height before width. A scalar has no extents.
/// </summary>
public sealed class Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    private readonly ImmutableArray<int> _extents;

    /// <summary>A shape of the given extents, each at least 0; their product must stay below 2^31.</summary>
    /// <exception cref="ArgumentException">An extent is negative or the product overflows.</exception>
    public Shape(params ReadOnlySpan<int> extents)
    {
        _extents = [.. extents];
        long count = 1;
        foreach (int extent in extents)
        {
            if (extent < 0)
                throw new ArgumentException($"Shape {this} has the negative extent {extent}.");
            count *= extent;
            if (count > int.MaxValue)
                throw new ArgumentException($"Shape {this} has more than {int.MaxValue} elements.");
        }
        Count = (int)count;
    }

    /// <summary>The shape of a single number: no extents, one element.</summary>
    public static Shape Scalar { get; } = new();

    /// <summary>The number of elements: the product of the extents, 1 for a scalar.</summary>
    public int Count { get; }

    /// <summary>The number of extents.</summary>
    public int Rank => _extents.Length;

    /// <summary>The extent of one axis; a negative axis counts from the end.</summary>
    public int this[int axis] => _extents[NormalizeAxis(axis)];

    /// <summary>The first extent of [N, ...].</summary>
    public int Batch => this[0];

    /// <summary>The second extent of [N, C, ...].</summary>
    public int Channels => this[1];

    /// <summary>The third extent of [N, C, H, W].</summary>
    public int Height => this[2];

    /// <summary>The fourth extent of [N, C, H, W].</summary>
    public int Width => this[3];

    /// <summary>The extents as a span, outermost first.</summary>
    public ReadOnlySpan<int> Extents => _extents.AsSpan();

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>Maps an axis in [-rank, rank) to [0, rank).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is outside that range.</exception>
    public int NormalizeAxis(int axis) =>
        axis >= -Rank && axis < Rank
            ? (axis < 0 ? axis + Rank : axis)
            : throw new ArgumentOutOfRangeException(nameof(axis), $"Axis {axis} does not exist in shape {this} of rank {Rank}.");

    /// <summary>The product of the extents of the axes in [start, end).</summary>
    public int CountOf(int start, int end)
    {
        int count = 1;
        for (int axis = start; axis < end; axis++) count *= _extents[axis];
        return count;
    }

    /// <summary>The same shape with one extent replaced.</summary>
    public Shape With(int axis, int extent) => new(_extents.SetItem(NormalizeAxis(axis), extent).AsSpan());

    /// <summary>The shape of an elementwise operation on both: NumPy's broadcasting rule.</summary>
    /// <exception cref="ArgumentException">Two extents differ and neither is 1.</exception>
    public static Shape Broadcast(Shape left, Shape right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        int rank = Math.Max(left.Rank, right.Rank);
        Span<int> extents = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int a = i <= left.Rank ? left[^i] : 1, b = i <= right.Rank ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
                throw new ArgumentException($"Shapes {left} and {right} do not broadcast: {a} against {b}.");
            extents[rank - i] = a == 1 ? b : a;
        }
        return new Shape(extents);
    }

    private int this[Index index] => _extents[index.GetOffset(Rank)];

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _extents.AsSpan().SequenceEqual(other._extents.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int extent in _extents) hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>Equality of all extents.</summary>
    public static bool operator ==(Shape? left, Shape? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Difference in rank or any extent.</summary>
    public static bool operator !=(Shape? left, Shape? right) => !(left == right);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_extents).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For example "[1, 3, 224, 224]".</summary>
    public override string ToString() => $"[{string.Join(", ", _extents)}]";
}
