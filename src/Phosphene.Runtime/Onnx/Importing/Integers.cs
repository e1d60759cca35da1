using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Arithmetic on integers known at import: what files work shapes out with.</summary>
internal static class Integers
{
    /// <summary>A function of each pair, by NumPy's broadcasting.</summary>
    public static IntegerValue Combine(ImportNode node, IntegerValue a, IntegerValue b, Func<long, long, long> function)
    {
        Shape shape = Constants.Known(node, Shape.Broadcast(a.Shape, b.Shape));
        var values = ImmutableArray.CreateBuilder<long>(shape.Count);
        for (int i = 0; i < shape.Count; i++)
        {
            try
            {
                values.Add(function(a.Values[Place(i, shape, a.Shape)], b.Values[Place(i, shape, b.Shape)]));
            }
            catch (DivideByZeroException)
            {
                throw node.Malformed($"divides integer {i} by zero");
            }
        }
        return new IntegerValue(shape, values.DrainToImmutable(), a.DataType);
    }

    /// <summary>Where an operand that broadcasts to a shape has what stands at a place of it.</summary>
    public static int Place(int at, Shape shape, Shape operand)
    {
        if (operand == shape) return at;
        int place = 0, stride = 1;
        for (int axis = shape.Rank - 1, own = operand.Rank - 1; own >= 0; axis--, own--)
        {
            (at, int index) = Math.DivRem(at, shape[axis]);
            if (operand[own] > 1) place += index * stride;
            stride *= operand[own];
        }
        return place;
    }
}
