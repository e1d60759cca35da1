using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Models;

/// <summary>The layers of a model that every way from the image to its output runs through: where branches have come together and what passes a block by has been added.</summary>
internal static class MainPath
{
    /// <summary>The layers in their order; the output is the last.</summary>
    public static IReadOnlyList<OnnxLayer> Of(Model model)
    {
        OnnxLayer[] layers = [.. model.Layers];
        var places = new Dictionary<string, int>();                  // the image before all layers, and the layers that see it
        foreach (var input in model.Importer.Inputs) places.Add(input.Name, -1);
        for (int i = 0; i < layers.Length; i++)
            if (Plumbing.InputsOf(model, layers[i]).Any(places.ContainsKey)) places.TryAdd(layers[i].Name, i);

        // Backward from the output: where the last layer stands that reads one, of those that lead there.
        string output = model.Importer.Outputs[0].Name;
        var readers = new Dictionary<string, int> { [output] = int.MaxValue };
        for (int i = layers.Length - 1; i >= 0; i--)
            if (readers.ContainsKey(layers[i].Name))
                foreach (string input in Plumbing.InputsOf(model, layers[i]).Where(places.ContainsKey)) readers.TryAdd(input, i);

        // A layer is on every way if nothing before it is read behind it.
        var found = new List<OnnxLayer>();
        int reach = model.Importer.Inputs.Max(input => readers.GetValueOrDefault(input.Name, -1));
        for (int i = 0; i < layers.Length; i++)
        {
            if (!places.ContainsKey(layers[i].Name) || !readers.TryGetValue(layers[i].Name, out int reader)) continue;
            if (reach <= i) found.Add(layers[i]);
            reach = Math.Max(reach, reader);
        }
        return found;
    }
}
