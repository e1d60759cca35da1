using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>What photos of a kind have in one layer; see <see cref="Prototypes"/>.</summary>
public sealed record LayerPrototype
{
    /// <summary>The prototype of a layer.</summary>
    /// <param name="layer">The layer, as <see cref="Model.LayerOf"/> reads it.</param>
    /// <param name="shape">[C, P].</param>
    /// <param name="values">Row-major; each row rises.</param>
    /// <param name="relevance">How much each channel counts, at least 0 and not all 0; null if all count alike.</param>
    /// <exception cref="ArgumentException">The shape or the numbers are other ones than that.</exception>
    public LayerPrototype(string layer, Shape shape, IReadOnlyList<float> values, IReadOnlyList<float>? relevance = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        if (shape.Rank != 2 || shape[0] < 1 || shape[1] < 1 || values.Count != shape.Count) throw new ArgumentException($"The prototype of layer '{layer}' is [C, P], at least one number; got {shape} and {values.Count} numbers.");
        for (int i = 0; i < values.Count; i++)
            if (!float.IsFinite(values[i]) || (i % shape[1] > 0 && values[i] < values[i - 1])) throw new ArgumentException($"The numbers of each channel of layer '{layer}' are finite and rise; number {i} is {values[i]}.");
        if (relevance is not null && (relevance.Count != shape[0] || relevance.Any(share => !(share >= 0 && float.IsFinite(share))) || relevance.All(share => share == 0)))
            throw new ArgumentException($"The relevance of layer '{layer}' is {shape[0]} finite numbers from 0, not all of them 0.");
        (Layer, Shape, Values, Relevance) = (layer, shape, values, relevance);
    }

    /// <summary>The layer, as <see cref="Model.LayerOf"/> reads it.</summary>
    public string Layer { get; }

    /// <summary>[C, P]: the channels, and the places of the activations of each in ascending order.</summary>
    public Shape Shape { get; }

    /// <summary>Row-major; each row rises.</summary>
    public IReadOnlyList<float> Values { get; }

    /// <summary>How much each channel counts; null if all count alike.</summary>
    public IReadOnlyList<float>? Relevance { get; }

    /// <summary>The numbers for a layer of another number of positions [C, positions]: place i of them is place (i + ½)·P / positions - ½ of these, linearly between neighbours.</summary>
    /// <param name="positions">At least 1.</param>
    public float[] At(int positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        int own = Shape[1];
        var values = new float[Shape[0] * positions];
        for (int i = 0; i < values.Length; i++)
        {
            double place = Math.Clamp((i % positions + 0.5) * own / positions - 0.5, 0, own - 1);
            int before = i / positions * own + (int)place, after = i / positions * own + Math.Min(own - 1, (int)place + 1);
            values[i] = (float)(Values[before] + (place - (int)place) * (Values[after] - (double)Values[before]));
        }
        return values;
    }
}
