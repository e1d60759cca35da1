namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// Sub-graphs of If, Loop and Scan are read by recursion, here and elsewhere: how deep they lie in each other is bounded before.
/// The walk keeps its own stack, which is as short as the bound.
/// </summary>
internal static class Nesting
{
    private const int GraphNode = 1, NodeAttribute = 5, AttributeGraph = 6, AttributeGraphs = 11;

    private enum Message
    {
        Graph,
        Node,
        Attribute,
    }

    /// <summary>Walks a sub-graph and those inside it.</summary>
    /// <exception cref="ModelFormatException">They lie deeper in each other than is accepted, or are damaged.</exception>
    public static void Check(MappedFile file, Region graph, string thing)
    {
        const int messagesPerLevel = 3;
        string what = $"{thing}, sub-graph";
        Span<Region> rest = stackalloc Region[messagesPerLevel * Limits.Nesting];     // what is left of each message on the way in
        Span<Message> kinds = stackalloc Message[rest.Length];
        (rest[0], kinds[0]) = (graph, Message.Graph);
        for (int depth = 0; depth >= 0;)
        {
            var reader = new WireReader(file, rest[depth], what);
            if (!reader.Next())
            {
                depth--;
                continue;
            }
            bool inward = reader.Type == WireType.Bytes && IsInward(kinds[depth], reader.Field);
            Region inner = default;
            if (inward) inner = reader.Bytes();
            else reader.Skip();
            rest[depth] = reader.Rest;
            if (!inward) continue;
            if (depth + 1 == rest.Length) throw reader.Damaged($"has sub-graphs that lie more than {Limits.Nesting} deep in each other");
            depth++;
            (rest[depth], kinds[depth]) = (inner, (Message)(((int)kinds[depth - 1] + 1) % messagesPerLevel));
        }
    }

    private static bool IsInward(Message message, int field) => message switch
    {
        Message.Graph => field == GraphNode,
        Message.Node => field == NodeAttribute,
        _ => field is AttributeGraph or AttributeGraphs,
    };
}
