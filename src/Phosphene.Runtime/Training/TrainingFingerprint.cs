using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>What decides how a training goes, as a list of named texts: two trainings with the same list go the same way.</summary>
internal sealed class TrainingFingerprint
{
    private readonly List<(string What, string Is)> _entries;

    private TrainingFingerprint(List<(string, string)> entries) => _entries = entries;

    public static TrainingFingerprint Of(TrainableModel model, IReadOnlyList<Tensor> outputs, TrainingSettings settings, IBatchSource batches)
    {
        var entries = new List<(string, string)>
        {
            ("the model", $"'{model.Name}'"),
            ("the seed", model.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("the number of parameters", model.Parameters.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
        foreach (Tensor parameter in model.Parameters) entries.Add(($"parameter '{parameter.Name}'", parameter.Shape.ToString()));
        entries.AddRange(
        [
            ("the batches", $"'{batches.Description}'"), ("the learning rate", settings.LearningRate.ToString()), ("Adam", settings.Adam.ToString()), ("the graph of the loss and the metrics", GraphHash(outputs)),
        ]);
        return new TrainingFingerprint(entries);
    }

    /// <summary>The first thing that differs, in words; null if nothing does.</summary>
    public string? DifferenceTo(TrainingFingerprint other)
    {
        Dictionary<string, string> mine = new(_entries.Select(entry => KeyValuePair.Create(entry.What, entry.Is)));
        foreach ((string what, string its) in other._entries)
            if (!mine.TryGetValue(what, out string? here)) return $"it has {what} ({its}), which is not here";
            else if (here != its) return $"{what} was {its} there and is {here} here";
        string? missing = _entries.Select(entry => entry.What).FirstOrDefault(what => !other._entries.Exists(entry => entry.What == what));
        return missing is null ? null : $"it lacks {missing}";
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach ((string what, string text) in _entries) json.WriteString(what, text);
        json.WriteEndObject();
    }

    public static TrainingFingerprint Read(JsonElement json) =>
        new([.. json.EnumerateObject().Select(property => (property.Name, property.Value.GetString() ?? throw new JsonException($"'{property.Name}' is no text")))]);

    // Operators with their attributes, shapes and inputs; not the values of constants.
    private static string GraphHash(IReadOnlyList<Tensor> outputs)
    {
        var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        var text = new StringBuilder();
        foreach (Tensor tensor in Tensor.InOrder(outputs))
        {
            numbers.Add(tensor, numbers.Count);
            string what = tensor.Operator is Leaf ? tensor.Operator.Kind : tensor.Operator.ToString();
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{what} {tensor.Name} {tensor.Shape} {string.Join(' ', tensor.Inputs.Select(input => numbers[input]))}\n");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }
}
