namespace Phosphene.Differential.Tests;

/// <summary>Smaller graphs of the same kind, for a failure that can be read at a glance.</summary>
internal static class Shrinking
{
    /// <summary>With a node less: one whose results nobody reads goes; the results of another become inputs with the numbers that it had made.</summary>
    public static IEnumerable<SmallGraph> Of(SmallGraph graph)
    {
        HashSet<string> read = [.. graph.Nodes.SelectMany(node => node.Inputs)];
        foreach (Node node in graph.Nodes.Where(node => graph.Nodes.Length > 1 && !node.Outputs.Any(read.Contains)))
            yield return (graph with { Nodes = graph.Nodes.Remove(node) }).Tidied();

        Dictionary<string, Value> values = Agreement.Values(graph);
        foreach (Node node in graph.Nodes.Where(node => graph.Nodes.Length > 1 && node.Outputs.Any(read.Contains)))
        {
            IEnumerable<Given> cut = node.Outputs.Where(read.Contains).Select(name => new Given(name, values[name].Numbers, Place.Input));
            yield return (graph with { Nodes = graph.Nodes.Remove(node), Givens = [.. graph.Givens, .. cut] }).Tidied();
        }
        foreach (string output in graph.Outputs.Where(output => graph.Outputs.Length > 1))
        {
            SmallGraph less = (graph with { Outputs = graph.Outputs.Remove(output) }).Tidied();
            if (less.Outputs.Length < graph.Outputs.Length) yield return less;
        }
        // How a number is given matters seldom.
        foreach (Given given in graph.Givens.Where(given => given.Place is Place.Constant or Place.ListedInitializer))
            yield return graph with { Givens = graph.Givens.Replace(given, given with { Place = Place.Initializer }) };
    }
}
