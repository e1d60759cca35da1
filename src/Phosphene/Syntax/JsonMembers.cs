using System.Globalization;
using System.Text.Json;

namespace Phosphene.Syntax;

/// <summary>
/// Reads the members of a JSON object one by one, each with its type and range; what is asked for and missing, there and not asked for, or out of
/// range is an <see cref="InputFileException"/> of one sentence that names the member.
/// </summary>
internal sealed class JsonMembers
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly string _source, _path;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];

    private JsonMembers(JsonElement element, string source, string path)
    {
        (_source, _path) = (source, path);
        if (element.ValueKind != JsonValueKind.Object)
            throw new InputFileException($"{source}: {(path.Length == 0 ? "the JSON" : $"'{path.TrimEnd('.')}'")} is {Describe(element)}, where an object is expected.");
        foreach (JsonProperty property in element.EnumerateObject()) _members.Add(property.Name, property.Value);
    }

    /// <summary>The members of the object that a text is.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What errors call it, for example "The recipe in 'a.png'".</param>
    /// <param name="read">Reads the members.</param>
    public static T Read<T>(string json, string source, Func<JsonMembers, T> read)
    {
        using JsonDocument document = Parse(json, source);
        return ReadAll(document.RootElement, source, "", read);
    }

    private static JsonDocument Parse(string json, string source)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException error)
        {
            throw new InputFileException($"{source} is not valid JSON: {error.Message.TrimEnd('.')}.", error);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // So the framework says that the text, or a name in it, is not valid UTF-16.
            throw new InputFileException($"{source} is not valid JSON: it holds half of a surrogate pair, which is no character.", error);
        }
    }

    /// <summary>Whether there is such a member, other than null.</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return _members.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Whether there is such a member, and it is null.</summary>
    public bool IsNull(string name) => Get(name).ValueKind == JsonValueKind.Null;

    /// <summary>Whether there is such a member, and it is an object.</summary>
    public bool IsObject(string name) => Get(name).ValueKind == JsonValueKind.Object;

    public string Text(string name)
    {
        if (Get(name) is not { ValueKind: JsonValueKind.String } value) throw Wrong(name, "a text");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(name, "a text without halves of surrogate pairs");
        }
    }

    /// <summary>A text that something else reads; its errors get the member's name.</summary>
    public T Text<T>(string name, Func<string, T> read)
    {
        string text = Text(name);
        try
        {
            return read(text);
        }
        catch (TextFormatException error)
        {
            throw new InputFileException($"{_source}: '{_path}{name}' is '{Short(text)}', which is wrong at character {error.Position + 1}: {error.Message}", error);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new InputFileException($"{_source}: '{_path}{name}' is '{Short(text)}': {error.Message}", error);
        }
    }

    /// <summary>A check of what was read, whose errors get the name of the source.</summary>
    public void Check(Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException error)
        {
            throw new InputFileException($"{_source}: {(_path.Length == 0 ? "" : $"'{_path.TrimEnd('.')}': ")}{error.Message}", error);
        }
    }

    public bool Truth(string name) => Get(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : throw Wrong(name, "true or false");

    public int Integer(string name, int least, int most) =>
        Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"an integer from {least} to {most}");

    public ulong Seed(string name) =>
        Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out ulong number) ? number : throw Wrong(name, $"an integer from 0 to {ulong.MaxValue}");

    /// <summary>A number from least to most; NaN as a limit is none.</summary>
    public float Number(string name, float least = float.NaN, float most = float.NaN)
    {
        bool valid = Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetSingle(out float number) && float.IsFinite(number) && !(number < least) && !(number > most);
        return valid ? _members[name].GetSingle() : throw Wrong(name, (least, most) switch
        {
            (float.NaN, _) => "a finite number",
            (_, float.NaN) => $"a number of at least {Invariant(least)}",
            _ => $"a number from {Invariant(least)} to {Invariant(most)}",
        });
    }

    /// <summary>A number that need not fit a float32.</summary>
    public double Double(string name) =>
        Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Wrong(name, "a finite number");

    public T Object<T>(string name, Func<JsonMembers, T> read) => ReadAll(Get(name), _source, $"{_path}{name}.", read);

    /// <summary>A list of objects.</summary>
    public IReadOnlyList<T> Objects<T>(string name, int most, Func<JsonMembers, T> read) =>
        Get(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() <= most
            ? [.. list.EnumerateArray().Select((element, i) => ReadAll(element, _source, $"{_path}{name}[{i}].", read))]
            : throw Wrong(name, $"a list of at most {most} objects");

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name, int most) =>
        Get(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() <= most && list.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(element => element.GetString()!)]
            : throw Wrong(name, $"a list of at most {most} texts");

    /// <summary>The names of all members, each to be read.</summary>
    public IReadOnlyList<string> Names() => [.. _members.Keys];

    /// <summary>A member with a value other than what is expected.</summary>
    public InputFileException Wrong(string name, string expected) =>
        new($"{_source}: '{_path}{name}' is {(_members.TryGetValue(name, out JsonElement value) ? Describe(value) : "missing")}, where {expected} is expected.");

    private JsonElement Get(string name)
    {
        _asked.Add(name);
        return _members.GetValueOrDefault(name);
    }

    private static T ReadAll<T>(JsonElement element, string source, string path, Func<JsonMembers, T> read)
    {
        var members = new JsonMembers(element, source, path);
        T result = read(members);
        string? unknown = members._members.Keys.FirstOrDefault(name => !members._asked.Contains(name));
        if (unknown is null) return result;
        string question = NearestNames.Question(unknown, members._asked.Where(name => !members._members.ContainsKey(name)));
        throw new InputFileException($"{source}: there is no member '{path}{unknown}'{(question.Length > 0 ? question : $"; there are {string.Join(", ", members._asked.Distinct())}.")}");
    }

    private static string Short(string text) => text.Length <= 200 ? text : $"{text[..200]}...";

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ when value.GetRawText() is { Length: <= 60 } text => text,
        _ => $"{value.GetRawText()[..60]}...",
    };

    private static string Invariant(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
