namespace Phosphene.Syntax;

/// <summary>
/// A word of a small language and its parameters, for example jitter(pixels). One entry reads, prints, completes and documents it, and makes the object
/// that it stands for.
/// </summary>
public abstract class TextEntry
{
    private protected TextEntry(string name, string description, string example, params IReadOnlyList<TextParameter> parameters) =>
        (Name, Description, Example, Parameters) = (name, description, example, parameters);

    /// <summary>The word.</summary>
    public string Name { get; }

    /// <summary>What it does, one sentence.</summary>
    public string Description { get; }

    /// <summary>A text with it that can be read.</summary>
    public string Example { get; }

    /// <summary>Its parameters, in the order of arguments without names. Those that must be given come first.</summary>
    public IReadOnlyList<TextParameter> Parameters { get; }

    /// <summary>The word with its parameters and their defaults: "adam(rate: 0.05, beta1: 0.9)", "crop([size])".</summary>
    public string Signature => $"{Name}({string.Join(", ", Parameters.Select(parameter => parameter.Default switch
    {
        null => parameter.Name,
        "" => $"[{parameter.Name}]",
        var value => $"{parameter.Name}: {value}",
    }))})";

    /// <summary>The values that the parameters have if none is given; null if one must be.</summary>
    internal object?[]? Defaults => Parameters.Any(parameter => parameter.IsRequired) ? null : [.. Parameters.Select(parameter => parameter.DefaultValue)];

    /// <summary>The text of each argument by the name of its parameter, defaults too; empty where it has no value.</summary>
    internal IReadOnlyDictionary<string, string> ArgumentsOf(object?[] values)
    {
        var arguments = new Dictionary<string, string>();
        for (int i = 0; i < values.Length; i++) arguments.Add(Parameters[i].Name, Parameters[i].Default is "" && Parameters[i].IsImplied(values[i]) ? "" : Parameters[i].Print(values[i]));
        return arguments;
    }

    /// <summary>The word with arguments that are texts; those that are missing or empty are left out.</summary>
    /// <exception cref="UsageException">It has no parameter of that name.</exception>
    internal string With(IReadOnlyDictionary<string, string> given)
    {
        if (given.Keys.FirstOrDefault(name => !Parameters.Any(parameter => parameter.Name == name)) is { } unknown)
            throw new UsageException($"{Name}( has no parameter '{unknown}'; it has {string.Join(", ", Parameters.Select(parameter => parameter.Name))}.");
        var arguments = new List<string>();
        bool named = false;
        foreach (TextParameter parameter in Parameters)
        {
            bool isGiven = given.GetValueOrDefault(parameter.Name) is { } text && !string.IsNullOrWhiteSpace(text);
            if (isGiven) arguments.Add((named ? $"{parameter.Name}: " : "") + given[parameter.Name]);
            named |= !isGiven || parameter.IsList;
        }
        return $"{Name}({string.Join(", ", arguments)})";
    }

    /// <summary>The arguments as they are read, without those that are at their defaults.</summary>
    internal string PrintArguments(object?[] values)
    {
        var arguments = new List<string>();
        bool named = false;
        for (int i = 0; i < values.Length; i++)
        {
            TextParameter parameter = Parameters[i];
            bool implied = parameter.IsImplied(values[i]);
            if (!implied) arguments.Add((named ? $"{parameter.Name}: " : "") + parameter.Print(values[i]));
            named |= implied || parameter.IsList;
        }
        return string.Join(", ", arguments);
    }
}

/// <summary>An entry for objects of a kind.</summary>
/// <param name="name">The word.</param>
/// <param name="description">What it does.</param>
/// <param name="example">A text with it.</param>
/// <param name="type">The type of the objects that it makes and prints.</param>
/// <param name="parameters">Its parameters.</param>
/// <param name="build">The object of the values of the parameters.</param>
/// <param name="values">The values of the parameters of an object of the type.</param>
internal sealed class TextEntry<T>(string name, string description, string example, Type type, IReadOnlyList<TextParameter> parameters, Func<object?[], T> build, Func<T, object?[]> values)
    : TextEntry(name, description, example, parameters)
{
    public Type Type { get; } = type;

    public T Build(object?[] arguments) => build(arguments);

    public string PrintArguments(T value) => PrintArguments(values(value));

    public IReadOnlyDictionary<string, string> ArgumentsOf(T value) => ArgumentsOf(values(value));
}
