using System.Diagnostics;
using Phosphene.Runtime.Tests.Onnx;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

/// <summary>A file that was made to do harm.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Sentence">What its error says of it.</param>
/// <param name="Make">The file's bytes, or null if the action has made the file itself; gets the folder it will lie in.</param>
internal sealed record HostileFile(string Name, string Sentence, Func<string, byte[]?> Make)
{
    /// <summary>Whether only Linux has what it takes: links without a privilege, pipes, /etc.</summary>
    public bool NeedsLinux { get; private init; }

    private const int Float32 = 1;

    private static readonly byte[][] Image = [Value("x", 1, 3, 8, 8)], Result = [Value("y")];

    /// <summary>All of them.</summary>
    public static IEnumerable<HostileFile> All()
    {
        byte[] weight = Filled("w", [4, 3, 3, 3]);

        // The graph.
        yield return Of("cycle", "Relu 'a_node' reads 'b', which Relu 'b_node' makes only later (nodes out of order, or a cycle)", Nodes([Node("Relu", "b", "a"), Node("Relu", "a", "b"), Node("Add", "x b", "y")]));
        yield return Of("self-loop", "Add 'y_node' reads 'y', which it makes itself (a cycle)", Nodes([Node("Add", "x y", "y")]));
        yield return Of("missing input", "Add 'y_node' reads 'nothing', which no node, input or initializer makes", Nodes([Node("Add", "x nothing", "y")]));
        yield return Of("duplicate output", "Neg 'y_node' makes 'y', which Relu 'y_node' makes too, where names are unique", Nodes([Node("Relu", "x", "y"), Node("Neg", "x", "y")]));
        yield return Of("duplicate initializer", "initializer 'w' is there twice, where names are unique", Nodes([Node("Relu", "x", "y")], weight, weight));
        yield return Of("output of no node", "graph output 'y' is made by no node", Nodes([Node("Relu", "x", "z")]));
        yield return Of("empty graph", "has the inputs ; one input of images is expected, such as [N, 3, H, W]", Model(Graph([])));
        yield return Of("no outputs", "has no outputs, where at least one is expected", Model(Graph([Node("Relu", "x", "y")], [], Image)));
        yield return Of("million nodes", "node 200000 is one node too many: a model may have 200000 nodes", Nodes([.. Enumerable.Repeat(Text(4, "Relu"), 1_000_000)]));
        yield return Of("declared unlike its weight", "graph input 'w' [4, 3, 3, 3] Float32 is declared unlike its initializer 'w' Float32 [5, 3, 3, 3]",
            Model(Graph([Node("Conv", "x w", "y")], [Filled("w", [5, 3, 3, 3])], [Value("w", 4, 3, 3, 3), .. Image], Result)));

        // Extents.
        yield return Of("negative extent", "('w') has the dimensions [4, -1, 3, 3], where each must be at least 0", Nodes([Node("Conv", "x w", "y")], TensorHead("w", Float32, [4, -1, 3, 3])));
        yield return Of("zero extent", "has the empty weight [4, 3, 0, 3]", Nodes([Node("Conv", "x w", "y")], TensorHead("w", Float32, [4, 3, 0, 3])));
        yield return Of("extent of 2^62", "('w') has the dimensions [4611686018427387904], where each must be at least 0 and their product below 2^31", Nodes([Node("Add", "x w", "y")], TensorHead("w", Float32, [1L << 62])));
        yield return Of("product that overflows", "('w') has the dimensions [65536, 65536, 65536, 65536], where each", Nodes([Node("Add", "x w", "y")], TensorHead("w", Float32, [1 << 16, 1 << 16, 1 << 16, 1 << 16])));
        yield return Of("input of 2^31", "graph input 0, type, dimension 2 is 2147483648, where at most 2147483647 is accepted", Model(Graph([Node("Relu", "x", "y")], [], [Value("x", 1, 3, 1L << 31, 8)], Result)));
        yield return Of("input of 2^62 pixels", "has the input 'x' [1, 3, 2147483647, 2147483647], which is more than 2147483647 numbers for one image", Model(Graph([Node("Relu", "x", "y")], [], [Value("x", 1, 3, int.MaxValue, int.MaxValue)], Result)));
        yield return Of("constant of a terabyte", "ConstantOfShape 'c_node' makes a constant [2000000000], where all such nodes together may make 268435456 elements", Nodes([Node("ConstantOfShape", "n", "c"), Node("Add", "x c", "y")], Integers("n", 2_000_000_000)));
        yield return Of("nine dimensions", "initializer 0 has more than 8 dimensions", Nodes([Node("Add", "x w", "y")], TensorHead("w", Float32, [1, 1, 1, 1, 1, 1, 1, 1, 1])));

        // Payloads.
        yield return Of("wrong length", "('w') has 8 bytes of data, where Float32 [4, 3, 3, 3] needs 432", Nodes([Node("Conv", "x w", "y")], Raw("w", Float32, [4, 3, 3, 3], new byte[8])));
        yield return Of("two payloads", "('w') holds its data twice (fields 4 and 9), where one is allowed", Nodes([Node("Add", "x w", "y")], Join(TensorHead("w", Float32, [1]), Float(4, 1), OnnxBytes.Bytes(9, [0, 0, 0, 0]))));
        yield return Of("unknown type", "initializer 0 has the data type 99, where 0 to 26 are known", Nodes([Node("Add", "x w", "y")], TensorHead("w", 99, [1])));
        yield return Of("weights that are integers", "Conv 'y_node' needs real numbers as input 1; 'w' holds integers", Nodes([Node("Conv", "x w", "y")], Raw("w", 7, [1, 3, 1, 1], new byte[24])));
        yield return Of("weights that are text", "Conv 'y_node' needs 'w', which holds Text, a type that is not supported", Nodes([Node("Conv", "x w", "y")], Join(TensorHead("w", 8, [1, 1, 1, 1]), Text(6, "cat"))));
        yield return Of("weight that is no number", "weight 'w' [1] holds NaN at index 0, where finite float32 numbers are expected", Nodes([Node("Add", "x w", "y")], Tensor("w", [1], float.NaN)));

        // Other files.
        foreach (HostileFile file in Elsewhere()) yield return file;
        foreach (HostileFile file in OnLinux()) yield return file with { NeedsLinux = true };

        // Depth, length, versions.
        yield return Of("ten thousand nested branches", "sub-graph has sub-graphs that lie more than 32 deep in each other", Nodes([Nested(10_000)]));
        yield return Of("function that calls itself", "function 'own.F' calls itself ('own.F' → 'own.F')", Join(Nodes([Node("own", "F", "x", "y", [])]), Function("F", Node("own", "F", "a", "b", []))));
        yield return Of("functions that multiply", "calls functions that make more than 200000 nodes when they are inlined",
            Join([Nodes([Node("own", "F0", "x", "y", [])]), .. Enumerable.Range(0, 20).Select(i => Function($"F{i}", [.. Enumerable.Range(0, 10).Select(call => Node("own", $"F{i + 1}", "a", $"b{(call == 0 ? "" : $"{call}")}", []))]))]));
        yield return Of("name of 500 MB", "node 0 has a name of 500000000 bytes, where at most 4096 are accepted", folder =>
        {
            using FileStream file = File.Create(Path.Combine(folder, "model.onnx"));
            byte[] head = [0x08, 8, 0x42, 2, 0x10, 13];
            const int name = 500_000_000;
            byte[] text = [0x22, .. Number(name)], node = [0x0A, .. Number((ulong)(name + text.Length))], graph = [0x3A, .. Number((ulong)(name + text.Length + node.Length))];
            file.Write([.. head, .. graph, .. node, .. text]);
            file.SetLength(file.Length + name);                      // zeros that take no room
            return null;
        });
        yield return Of("no operator set", "the model imports no operator set", Join(Varint(1, 8), OnnxBytes.Bytes(7, Graph([Node("Relu", "x", "y")], [], Image, Result))));
        yield return Of("operator set 99", "uses ONNX operator set 99, where", Stated(Graph([Node("Relu", "x", "y")], [], Image, Result), opset: 99));
        yield return Of("foreign domain", "operator Steal (evil.example, no version imported) of node 'y_node' is not supported", Nodes([Node("evil.example", "Steal", "x", "y", [])]));

        // Operators.
        yield return Of("kernel of another rank", "Conv 'y_node' has kernel_shape = [3], where 2 numbers from 1 to 1048576 are expected", Nodes([Node("Conv", "x w", "y", Attribute("kernel_shape", [3L]))], weight));
        yield return Of("no groups", "with weight [4, 3, 3, 3] cannot be divided into 0 groups", Nodes([Node("Conv", "x w", "y", Attribute("group", 0L))], weight));
        yield return Of("no stride", "Conv 'y_node' has strides = [0, 0], where 2 numbers from 1 to 1048576 are expected", Nodes([Node("Conv", "x w", "y", Attribute("strides", [0L, 0]))], weight));
        yield return Of("no dilation", "Conv 'y_node' has dilations = [0, 0], where 2 numbers from 1 to 1048576 are expected", Nodes([Node("Conv", "x w", "y", Attribute("dilations", [0L, 0]))], weight));
        yield return Of("negative padding", "Conv 'y_node' has pads = [-9, 0, 0, 0], where 4 numbers from 0 to 1048576 are expected", Nodes([Node("Conv", "x w", "y", Attribute("pads", [-9L, 0, 0, 0]))], weight));
        yield return Of("axis out of range", "Concat 'y_node' works on axis 9, which a tensor of rank 4 does not have", Nodes([Node("Concat", "x x", "y", Attribute("axis", 9L))]));
        yield return Of("split that does not add up", "Split 'y_node' ", Nodes([Node("Split", "x s", "y z", Attribute("axis", 1L))], Integers("s", 2, 2)));
        yield return Of("attribute of another type", "LeakyRelu 'y_node' has the attribute alpha as an integer, where a float is expected", Nodes([Node("LeakyRelu", "x", "y", Attribute("alpha", 3L))]));
        yield return Of("command to the terminal", @"Add 'y_node' reads '\u001B[2J', which no node, input or initializer makes", Nodes([Node("Add", "x \u001b[2J", "y")]));
    }

    private static IEnumerable<HostileFile> Elsewhere()
    {
        yield return External("negative offset", "begins at byte -1 of 'w.bin', where at least 0 is expected", "w.bin", "-1");
        yield return External("huge offset", "lies at bytes 4611686018427387904 to 4611686018427387908 of 'w.bin', which has only 8", "w.bin", "4611686018427387904");
        yield return External("file above", "is in file '../secret', which leads out of the model's folder ('..')", "../secret");
        yield return External("absolute path", "is in file '/etc/passwd', an absolute path", "/etc/passwd");
        yield return External("missing file", "is in file 'lost.bin', which is not in the model's folder", "lost.bin");
    }

    private static IEnumerable<HostileFile> OnLinux()
    {
        yield return External("symbolic link", "is in file 'link.bin', a symbolic link", "link.bin", before: folder => File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), "/etc/passwd"));
        yield return External("link above the file", "is in file 'up/passwd', behind the link 'up'", "up/passwd", before: folder => Directory.CreateSymbolicLink(Path.Combine(folder, "up"), "/etc"));
        yield return External("hard link", "is in file 'hard.bin', which has another name elsewhere (a hard link)", "hard.bin", before: folder => Shell("ln", Path.Combine(folder, "w.bin"), Path.Combine(folder, "hard.bin")));
        yield return External("pipe", "is in 'pipe.bin', a pipe or a device", "pipe.bin", before: folder => Shell("mkfifo", Path.Combine(folder, "pipe.bin")));
        yield return Of("model that is a device", "is not a regular file; save the model to disk first", folder =>
        {
            File.CreateSymbolicLink(Path.Combine(folder, "model.onnx"), "/dev/zero");
            return null;
        });
    }

    private static HostileFile Of(string name, string sentence, byte[] model) => new(name, sentence, folder => model);

    private static HostileFile Of(string name, string sentence, Func<string, byte[]?> make) => new(name, sentence, make);

    private static HostileFile External(string name, string sentence, string location, string offset = "0", Action<string>? before = null) => new(name, $"tensor 'w' Float32 [1], which Add 'y_node' reads, {sentence}", folder =>
    {
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), new byte[8]);
        before?.Invoke(folder);
        return Nodes([Node("Add", "x w", "y")], Join(TensorHead("w", Float32, [1]), OnnxBytes.Bytes(13, Join(Text(1, "location"), Text(2, location))), OnnxBytes.Bytes(13, Join(Text(1, "offset"), Text(2, offset))), Varint(14, 1)));
    });

    private static byte[] Nodes(byte[][] nodes, params byte[][] initializers) => Stated(Graph(nodes, initializers, Image, Result));

    // With a preprocessing, so that no warning of an assumed one stands beside the error.
    private static byte[] Stated(byte[] graph, long opset = 13) => Model(graph, opset, metadata: ("phosphene.preprocessing", "unit"));

    private static byte[] Function(string name, params byte[][] nodes) =>
        OnnxBytes.Bytes(25, Join([Text(1, name), Text(4, "a"), Text(5, "b"), .. nodes.Select(node => OnnxBytes.Bytes(7, node)), OnnxBytes.Bytes(9, Opset("", 13)), Text(10, "own")]));

    // Built from the inside, in one buffer that is written backwards: each level only adds its heads before it.
    private static byte[] Nested(int depth)
    {
        var parts = new List<byte[]>();
        int length = 0;
        for (int i = 0; i < depth; i++)
        {
            byte[] graph = [0x32, .. Number((ulong)length)];                                    // Attribute.g
            byte[] attribute = [0x2A, .. Number((ulong)(length + graph.Length + 3)), 0x0A, 1, (byte)'g'];  // Node.attribute with its name
            byte[] inner = [0x22, 2, (byte)'I', (byte)'f', .. attribute, .. graph];
            byte[] head = i == depth - 1 ? inner : [0x0A, .. Number((ulong)(length + inner.Length)), .. inner];
            parts.Add(head);
            length += head.Length;
        }
        parts.Reverse();
        return [.. parts.SelectMany(part => part)];
    }

    private static void Shell(string command, params string[] words)
    {
        using Process process = Process.Start(command, words);
        process.WaitForExit();
    }
}
