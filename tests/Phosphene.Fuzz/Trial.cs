using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Fuzz;

/// <summary>What is done with each mutant: opened, all its layers imported for small inputs, and one forward and backward pass.</summary>
internal static class Trial
{
    // What is computed stays small: the point is to run, not to wait.
    private const long MostElements = 4 << 20;
    private const double MostOperations = 30e6;
    private const int Side = 32, OtherExtent = 64;

    /// <summary>How it ended, in a word or two. Every exception but the one for models passes through: it is a find.</summary>
    public static string Run(string path)
    {
        try
        {
            using OnnxModel model = OnnxModel.Open(path);
            var importer = new OnnxImporter(model);
            Dictionary<string, Tensor> inputs = importer.Inputs.DistinctBy(input => input.Name)
                .ToDictionary(input => input.Name, input => new Tensor(new Input(ShapeOf(input), input.Name)) { Name = input.Name });
            ImportedGraph graph = importer.Bind(inputs);
            Tensor? target = Target(importer, graph);
            return target is null ? "loaded" : Compute(target, [.. inputs.Values]);
        }
        catch (ModelFormatException refusal)
        {
            return Sentence(refusal.Message);
        }
    }

    // A refusal has to be a sentence that names the file and does not command a terminal.
    private static string Sentence(string message) =>
        message.Any(char.IsControl) ? throw new InvalidOperationException($"A message has control characters: {message}")
        : message.Length > 4000 ? throw new InvalidOperationException($"A message has {message.Length} characters: {message[..200]}")
        : !message.Contains("mutant", StringComparison.Ordinal) ? throw new InvalidOperationException($"A message does not name the file: {message}")
        : "refused";

    private static Shape ShapeOf(OnnxValue input) => input.Dimensions is { } dimensions
        ? new Shape([.. dimensions.Select((dimension, axis) => dimensions.Length == 4 && axis >= 2 ? Math.Min(dimension.Extent ?? Side, Side) : Math.Min(dimension.Extent ?? (axis == 1 ? 3 : 1), dimensions.Length > 4 ? 4 : OtherExtent))])
        : new Shape(1, 3, Side, Side);

    // The deepest layer that can be had and costs little.
    private static Tensor? Target(OnnxImporter importer, ImportedGraph graph)
    {
        Tensor? deepest = null;
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        long elements = 0;
        double operations = 0;
        foreach (OnnxLayer layer in importer.Layers)
        {
            Tensor tensor;
            try
            {
                tensor = graph[layer.Name];
            }
            catch (ModelFormatException refusal)
            {
                Sentence(refusal.Message);
                continue;
            }
            var open = new Stack<Tensor>([tensor]);
            while (open.TryPop(out Tensor? next))
            {
                if (!seen.Add(next)) continue;
                elements += next.Shape.Count;
                operations += Cost.Of(next);
                foreach (Tensor input in next.Inputs) open.Push(input);
            }
            if (elements > MostElements || operations > MostOperations) break;
            deepest = tensor;
        }
        return deepest;
    }

    private static string Compute(Tensor target, Tensor[] inputs)
    {
        Tensor value = (target * target).Mean();
        Tensor[] gradients = [];
        try
        {
            gradients = Gradients.Of(value, inputs);
        }
        catch (NotSupportedException)
        {
            // An operator without a gradient rule says so, and the forward pass remains.
        }
        using var backend = new Backend(1);
        using Plan plan = backend.Compile([.. gradients.Prepend(value).Distinct()]);
        var random = new RandomStream(0, 0, "x");
        foreach (Tensor input in inputs)
            if (plan.Input(input) is { IsEmpty: false } numbers) random.FillNormal(numbers, 1);
        plan.Run();
        return gradients.Length > 0 ? "computed" : "computed forward";
    }
}
