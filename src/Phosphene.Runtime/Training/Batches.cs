using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>The batches of a training or an evaluation, one for each step.</summary>
public interface IBatchSource
{
    /// <summary>
    /// What decides the batches, in words: data, split, seed, distortions. A checkpoint is resumed only with batches of the same description.
    /// </summary>
    string Description { get; }

    /// <summary>
    /// Fills all inputs for a step, counted from 0: a pure function of the step. It is called on other threads than the caller's, one call at a time.
    /// </summary>
    void Fill(long step, Batch batch);
}

/// <summary>Memory for the values of all inputs of a plan.</summary>
public sealed class Batch
{
    private readonly Dictionary<string, (Tensor Input, float[] Values)> _inputs = [];

    /// <summary>Memory for the inputs that the given tensors depend on.</summary>
    /// <exception cref="ArgumentException">Two inputs have one name, or there is none.</exception>
    public Batch(IEnumerable<Tensor> outputs)
    {
        foreach (Tensor tensor in Tensor.InOrder(outputs))
        {
            if (tensor.Operator is not Input input) continue;
            if (Names.Count == 0 && input.Shape.Rank > 0) Size = input.Shape.Batch;
            if (!_inputs.TryAdd(input.Name, (tensor, new float[input.Shape.Count])))
                throw new ArgumentException($"Two inputs have the name '{input.Name}'; give each a name of its own.");
        }
        if (_inputs.Count == 0) throw new ArgumentException("What is to be computed depends on no input, so there is nothing to fill.");
    }

    /// <summary>The names of the inputs, in the order of the graph.</summary>
    public IReadOnlyCollection<string> Names => _inputs.Keys;

    /// <summary>The first extent of the first input: how many images.</summary>
    public int Size { get; }

    /// <summary>The values of an input, row-major; what an earlier step left is still there.</summary>
    /// <exception cref="ArgumentException">There is no such input.</exception>
    public Span<float> this[string input] => Find(input).Values;

    /// <summary>The extents of an input.</summary>
    /// <exception cref="ArgumentException">There is no such input.</exception>
    public Shape ShapeOf(string input) => Find(input).Input.Shape;

    /// <summary>Copies all values into a plan's inputs.</summary>
    internal void CopyTo(Plan plan)
    {
        foreach ((Tensor input, float[] values) in _inputs.Values)
            if (plan.Input(input) is { IsEmpty: false } target) values.CopyTo(target);
    }

    private (Tensor Input, float[] Values) Find(string input) =>
        _inputs.TryGetValue(input, out var found) ? found : throw new ArgumentException($"The model has no input '{input}'; it has {string.Join(", ", _inputs.Keys)}.");
}
