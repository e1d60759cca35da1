using System.Collections.Immutable;
using Phosphene.Models;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>Numbers by row, the last axis fastest.</summary>
/// <param name="Shape">The extents.</param>
/// <param name="Values">The numbers.</param>
public sealed record NumberArray(Shape Shape, float[] Values);

/// <summary>
/// A model computed on raw numbers, without any preprocessing: layers, and gradients of objectives in the first input. This is what can be held
/// against another runtime.
/// </summary>
public sealed class Evaluation
{
    private Evaluation(ImmutableArray<NumberArray> layers, ImmutableArray<(float Value, NumberArray Gradient)> objectives) => (Layers, Objectives) = (layers, objectives);

    /// <summary>The values of the layers that were asked for, in that order.</summary>
    public ImmutableArray<NumberArray> Layers { get; }

    /// <summary>The objectives that were asked for, averaged over the batch, and their gradients.</summary>
    public ImmutableArray<(float Value, NumberArray Gradient)> Objectives { get; }

    /// <summary>Computes the model once.</summary>
    /// <param name="model">The model, of whatever inputs (<see cref="Model.LoadAny"/>).</param>
    /// <param name="inputs">The inputs by name. One that is left out is an error only for what needs it.</param>
    /// <param name="layers">Layers, by name or alias, or outputs; in the order of the file.</param>
    /// <param name="objectives">What to differentiate; they see layers channels first, and penalties on the image are taken of the first input.</param>
    /// <exception cref="UsageException">There is no such input or layer, or an objective does not fit.</exception>
    /// <exception cref="ModelFormatException">The model does not take the inputs, or something in it is not supported.</exception>
    public static Evaluation Of(Model model, IReadOnlyDictionary<string, NumberArray> inputs, IReadOnlyList<string> layers, IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(objectives);
        OnnxImporter importer = model.Importer;
        Dictionary<string, Tensor> bound = inputs.ToDictionary(input => input.Key, input => new Tensor(new Input(input.Value.Shape, input.Key)) { Name = input.Key });
        ImportedGraph graph = Bind(importer, bound);
        HashSet<string> outputs = [.. importer.Outputs.Select(output => output.Name)];
        Tensor[] values = [.. layers.Select(layer => graph[outputs.Contains(layer) ? layer : model.LayerName(layer)])];

        Tensor[] means = [], gradients = [];
        if (objectives.Count > 0)
        {
            Tensor first = importer.Inputs.Length > 0 && bound.TryGetValue(importer.Inputs[0].Name, out Tensor? given)
                ? given
                : throw new UsageException($"A gradient is taken in the first input of the model, which was not given; it has {string.Join(", ", importer.Inputs.Take(8))}.");
            // Objectives see what they see of a picture: channels first.
            Tensor image = model.TakesChannelsLast ? first.Transpose(0, 3, 1, 2) : first;
            var activations = new Activations(new LayerSource(model, image, name => graph[name]), image);
            means = [.. objectives.Select(objective => objective.Build(activations).Mean())];
            try
            {
                gradients = [.. means.Select(mean => Gradients.Of(mean, [first])[0])];
            }
            catch (NotSupportedException error)
            {
                throw new ModelFormatException($"Model '{model.Path}': {error.Message}", ModelFault.Unsupported, error);
            }
        }

        using Plan plan = model.Backend.Compile([.. values.Concat(means).Concat(gradients).Distinct()]);
        foreach ((string name, Tensor tensor) in bound)
            if (plan.Input(tensor) is { IsEmpty: false } storage) inputs[name].Values.CopyTo(storage);
        plan.Run();
        return new Evaluation([.. values.Select(Read)], [.. means.Zip(gradients, (mean, gradient) => (Read(mean).Values[0], Read(gradient)))]);

        NumberArray Read(Tensor tensor) => new(tensor.Shape, plan.Output(tensor).ToArray());
    }

    private static ImportedGraph Bind(OnnxImporter importer, Dictionary<string, Tensor> inputs)
    {
        try
        {
            return importer.Bind(inputs);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message, error);
        }
    }
}
