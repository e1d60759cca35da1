using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Phosphene.Differential.Tests;

/// <summary>How a file gives numbers to its nodes.</summary>
internal enum Place
{
    /// <summary>An input of the graph: the numbers are known when it runs.</summary>
    Input,

    /// <summary>A stored weight.</summary>
    Initializer,

    /// <summary>A stored weight that is an input of the graph as well, as files of IR version 3 have all of them.</summary>
    ListedInitializer,

    /// <summary>A node Constant.</summary>
    Constant,
}

/// <summary>Numbers that a graph starts from.</summary>
internal sealed record Given(string Name, Numbers Numbers, Place Place)
{
    public override string ToString() => $"{Name} = {Place} {Numbers}";
}

/// <summary>A node. An absent input has the empty name; an attribute is a long, long[], float, float[], string, string[] or <see cref="Numbers"/>.</summary>
internal sealed record Node(string Operator, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs, ImmutableArray<(string Name, object Value)> Attributes)
{
    public override string ToString()
    {
        string attributes = string.Concat(Attributes.Select(attribute => $" {attribute.Name}={Text(attribute.Value)}"));
        return $"{string.Join(", ", Outputs)} = {Operator}({string.Join(", ", Inputs)}){attributes}";
    }

    private static string Text(object value) => value switch
    {
        long[] list => $"[{string.Join(", ", list)}]",
        float[] list => $"[{string.Join(", ", list.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))}]",
        string[] list => $"[{string.Join(", ", list)}]",
        string text => $"'{text}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}

/// <summary>A graph of a few nodes in the order they run, and the numbers it starts from. Printed, it says all that is needed to write it down as a test.</summary>
/// <param name="Opset">The version of ONNX's own operator set.</param>
/// <param name="Outputs">What both runtimes are asked for.</param>
/// <param name="Origin">Where it comes from, for the reader: a seed.</param>
internal sealed record SmallGraph(int Opset, ImmutableArray<Given> Givens, ImmutableArray<Node> Nodes, ImmutableArray<string> Outputs, string Origin = "")
{
    public static SmallGraph Of(int opset) => new(opset, [], [], []);

    /// <summary>With one more input.</summary>
    public SmallGraph Input(string name, Numbers numbers) => this with { Givens = Givens.Add(new Given(name, numbers, Place.Input)) };

    /// <summary>With one more stored weight.</summary>
    public SmallGraph Weight(string name, Numbers numbers) => this with { Givens = Givens.Add(new Given(name, numbers, Place.Initializer)) };

    /// <summary>With one more node, whose results are what both runtimes are asked for; names are separated by blanks, and "-" is an absent input.</summary>
    public SmallGraph Node(string @operator, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        ImmutableArray<string> made = [.. outputs.Split(' ')];
        ImmutableArray<string> read = [.. inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "-" ? "" : name)];
        return this with { Nodes = Nodes.Add(new Node(@operator, read, made, [.. attributes])), Outputs = made };
    }

    /// <summary>The inputs of the graph that have to be given when it runs.</summary>
    public IEnumerable<Given> Inputs => Givens.Where(given => given.Place == Place.Input);

    /// <summary>Without the numbers that nothing reads, and asking for nothing that nothing makes. What nobody reads is always asked for.</summary>
    public SmallGraph Tidied()
    {
        HashSet<string> read = [.. Nodes.SelectMany(node => node.Inputs)];
        string[] made = [.. Nodes.SelectMany(node => node.Outputs).Where(name => name.Length > 0)];
        return this with
        {
            Givens = [.. Givens.Where(given => read.Contains(given.Name))],
            Outputs = [.. made.Where(name => Outputs.Contains(name) || !read.Contains(name))],
        };
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n  operator set {Opset}{(Origin.Length > 0 ? $", {Origin}" : "")}\n");
        foreach (Given given in Givens) text.Append(CultureInfo.InvariantCulture, $"  {given}\n");
        foreach (Node node in Nodes) text.Append(CultureInfo.InvariantCulture, $"  {node}\n");
        return text.Append(CultureInfo.InvariantCulture, $"  outputs {string.Join(", ", Outputs)}\n").ToString();
    }
}
