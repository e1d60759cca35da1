using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class FunctionTests : ModelFiles
{
    private static readonly byte[] Own = Bytes(8, Opset("own", 1));

    private static byte[] Function(string name, string inputs, string outputs, byte[][] nodes, string[]? attributes = null, byte[][]? defaults = null) => Bytes(25, Join(
    [
        Text(1, name), .. inputs.Split(' ').Select(input => Text(4, input)), .. outputs.Split(' ').Select(output => Text(5, output)),
        .. (attributes ?? []).Select(attribute => Text(6, attribute)), .. nodes.Select(node => Bytes(7, node)), Bytes(9, Opset("", 13)), Text(10, "own"),
        .. (defaults ?? []).Select(attribute => Bytes(11, attribute)),
    ]));

    private static byte[] Reference(string name, string target, int type) => Join(Text(1, name), Varint(20, type), Text(21, target));

    private static byte[] Call(string function, string inputs, string outputs, params byte[][] attributes) => Node("own", function, inputs, outputs, attributes);

    private static byte[] With(byte[][] nodes, params byte[][] functions) =>
        Join([Model(Graph(nodes, [Tensor("two", [], 2)], [Value("x", 2, 3)], [Value("y")])), Own, .. functions]);

    private string[] Inlined(byte[][] nodes, params byte[][] functions) =>
        [.. Open(With(nodes, functions)).Graph.Nodes.Select(node => $"{node.Operator} {node.Name}: {string.Join(' ', node.Inputs)} -> {string.Join(' ', node.Outputs)}")];

    [Fact]
    public void A_call_becomes_the_body_with_inner_values_named_after_it() => Assert.Equal(
        ["Mul y_node/t_node: x two -> y_node/t", "Relu y_node/r_node: y_node/t -> y"],
        Inlined([Call("F", "x two", "y")], Function("F", "a b", "r", [Node("Mul", "a b", "t"), Node("Relu", "t", "r")])));

    [Fact]
    public void Functions_call_functions_and_names_stay_apart()
    {
        byte[] inner = Function("G", "a", "b", [Node("Neg", "a", "t"), Node("Relu", "t", "b")]);
        byte[] outer = Function("F", "a", "b", [Call("G", "a", "t"), Call("G", "t", "b")]);
        string[] nodes = Inlined([Call("F", "x", "z"), Call("F", "z", "y")], outer, inner);
        Assert.Equal(8, nodes.Length);
        Assert.Equal("Relu z_node/t_node/b_node: z_node/t_node/t -> z_node/t", nodes[1]);
        Assert.Equal(8, nodes.Select(node => node.Split("-> ")[1]).Distinct().Count());
        Assert.EndsWith("-> y", nodes[7], StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_computes_what_its_body_does()
    {
        byte[] model = With([Call("F", "x", "y", Attribute("slope", 0.5f))],
            Function("F", "a", "r", [Node("LeakyRelu", "a", "t", Reference("alpha", "slope", 1)), Node("Mul", "t two_", "r"), Node("Constant", "", "two_", TensorAttribute("value", Tensor("", [], 2)))], ["slope"]));
        Assert.Contains("Mul 'y_node/r_node' reads 'y_node/two_', which Constant 'y_node/two__node' makes only later", Assert.Throws<ModelFormatException>(() => new OnnxImporter(Open(model))).Message, StringComparison.Ordinal);

        model = With([Call("F", "x", "y", Attribute("slope", 0.5f))], Function("F", "a", "t", [Node("LeakyRelu", "a", "t", Reference("alpha", "slope", 1))], ["slope"]));
        Tensor y = new OnnxImporter(Open(model)).Bind(new Tensor(new Input(new Shape(2, 3), "x")))["y"];
        Assert.Equal(new LeakyRelu(0.5f), y.Operator);
    }

    [Fact]
    public void Attributes_come_from_the_call_else_the_default_else_not_at_all()
    {
        byte[] function = Function("F", "a", "t", [Node("LeakyRelu", "a", "t", Reference("alpha", "slope", 1))], ["slope"], [Attribute("slope", 0.25f)]);
        Assert.Equal(new FloatAttribute("alpha", 0.5f), Open(With([Call("F", "x", "y", Attribute("slope", 0.5f))], function)).Graph.Nodes[0].Attributes[0]);
        Assert.Equal(new FloatAttribute("alpha", 0.25f), Open(With([Call("F", "x", "y")], function)).Graph.Nodes[0].Attributes[0]);
        byte[] without = Function("F", "a", "t", [Node("LeakyRelu", "a", "t", Reference("alpha", "slope", 1))], ["slope"]);
        Assert.Empty(Open(With([Call("F", "x", "y")], without)).Graph.Nodes[0].Attributes);
    }

    [Fact]
    public void Results_may_be_arguments_or_the_same_value_twice() => Assert.Equal(
        ["Relu y_node/r_node: x -> y", "Identity y_node/a: x -> u", "Identity y_node/r: y -> v"],
        Inlined([Call("F", "x", "y u v")], Function("F", "a", "r a r", [Node("Relu", "a", "r")])));

    [Fact]
    public void An_argument_that_is_left_out_is_absent_inside() => Assert.Equal(
        ["Clip y_node/t_node: x  two -> y"],
        Inlined([Call("F", "x - two", "y")], Function("F", "a b c", "t", [Node("Clip", "a b c", "t")])));

    public static TheoryData<string, byte[]> Wrong => new()
    {
        { "function 'own.F' calls itself ('own.F' → 'own.F')", With([Call("F", "x", "y")], Function("F", "a", "b", [Call("F", "a", "b")])) },
        {
            "function 'own.F' calls itself ('own.F' → 'own.G' → 'own.F')",
            With([Call("F", "x", "y")], Function("F", "a", "b", [Call("G", "a", "b")]), Function("G", "a", "b", [Call("F", "a", "b")]))
        },
        { "function 'own.F' is there twice", With([Call("F", "x", "y")], Function("F", "a", "b", []), Function("F", "a", "b", [])) },
        { "F 'y_node' has 2 inputs and 1 outputs, where function 'own.F' has 1 and 1", With([Call("F", "x two", "y")], Function("F", "a", "b", [])) },
        { "function 'own.F' has two inputs 'a'", With([Call("F", "x", "y")], Function("F", "a a", "b", [])) },
        { "F0 'y_node' calls functions that make more than 200000 nodes when they are inlined", With([Call("F0", "x", "y")], Bomb(30, 10)) },
        { "F0 'y_node' calls functions that call functions more than 32 deep", With([Call("F0", "x", "y")], Bomb(40, 1)) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_function_is_refused_by_name(string expected, byte[] model) => Assert.Contains(expected, Refused(model).Message, StringComparison.Ordinal);

    [Fact]
    public void A_reference_outside_a_function_is_refused()
    {
        ModelFormatException failure = Refused("LeakyRelu", new Shape(2), 13, [], Reference("alpha", "slope", 1));
        Assert.Contains("has the attribute alpha as a reference to the attribute 'slope' of a function, where a float is expected", failure.Message, StringComparison.Ordinal);
    }

    // Functions that each call the next one some times; the last hands its argument through, so that no node would be left to count.
    private static byte[][] Bomb(int depth, int calls) =>
    [
        .. Enumerable.Range(0, depth).Select(i => Function($"F{i}", "a", "b", i == depth - 1
            ? []
            : [.. Enumerable.Range(0, calls).Select(call => Call($"F{i + 1}", "a", call == calls - 1 ? "b" : $"t{call}"))])),
    ];
}
