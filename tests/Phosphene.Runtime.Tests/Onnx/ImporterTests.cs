using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class ImporterTests : ModelFiles
{
    private static readonly Shape X = new(1, 2, 3, 5);

    private static Tensor Image(Shape shape) => new(new Input(shape, "image"));

    private OnnxImporter Importer(byte[] graph, long opset = 13) => new(Open(Model(graph, opset)));

    [Fact]
    public void Tensors_carry_the_names_of_the_file()
    {
        ImportedGraph graph = Bind(X, [Node("Relu", "x", "a"), Node("Dropout", "a", "b"), Node("Identity", "b", "c"), Node("Exp", "c", "d")]);
        Assert.Equal("Exponential 'd' [1, 2, 3, 5]", graph["d"].ToString());
        Assert.Same(graph["a"], graph["b"]);
        Assert.Same(graph["a"], graph["c"]);
        Assert.Same(graph["a"], graph["d"].Inputs[0]);
        Assert.Equal("a", graph["c"].Name);
    }

    [Fact]
    public void Several_values_come_by_name()
    {
        ImportedGraph graph = Bind(X, [Node("Relu", "x", "a"), Node("Exp", "a", "b")]);
        Assert.Equal(["a", "x"], graph.Import(["a", "x"]).Keys.Order());
    }

    [Fact]
    public void An_unnamed_image_stays_the_callers_tensor()
    {
        Tensor image = Image(X);
        Assert.Same(image, Importer(Graph([Node("Identity", "x", "y")], inputs: [Value("x", 1, 2, 3, 5)])).Bind(image)["y"]);
    }

    [Fact]
    public void Initializers_listed_as_inputs_need_not_be_bound()
    {
        OnnxImporter importer = Importer(Graph([Node("Add", "x w", "y")], [Tensor("w", [1], 2)], [Value("w", 1), Value("x", -1, 2, 3, 5)], [Value("y", -1, 2, 3, 5)]));
        Assert.Equal("x", Assert.Single(importer.Inputs).Name);
        Assert.Equal("y", Assert.Single(importer.Outputs).Name);
        Assert.Equal(X, importer.Bind(Image(X))["y"].Shape);
    }

    [Fact]
    public void Layers_are_what_is_computed_from_the_input_in_order()
    {
        OnnxImporter importer = Importer(Graph(
            [Node("Constant", "", "k", TensorAttribute("value", Tensor("", [1], 1))), Node("Relu", "x", "a"), Node("Shape", "a", "s"), Node("Reshape", "a s", "b"), Node("Bernoulli", "b", "c"), Node("MaxPool", "c", "d indices")],
            inputs: [Value("x", 1, 2, 3, 5)]));
        Assert.Equal(["a Relu True", "b Reshape True", "c Bernoulli False", "d MaxPool True", "indices MaxPool True"],
            importer.Layers.Select(layer => $"{layer.Name} {layer.Operator} {layer.IsSupported}"));
    }

    [Fact]
    public void Weights_are_shared_by_all_bindings()
    {
        OnnxImporter importer = Importer(Graph([Node("Add", "x w", "y")], [Tensor("w", [2, 1, 1], 1, 2)], [Value("x", -1, 2, -1, -1)]));
        Tensor small = importer.Bind(Image(new Shape(1, 2, 3, 5)))["y"], large = importer.Bind(Image(new Shape(4, 2, 30, 50)))["y"];
        Assert.Same(small.Inputs[1], large.Inputs[1]);
    }

    [Fact]
    public void An_unsupported_operator_hinders_only_what_needs_it()
    {
        ImportedGraph graph = Bind(X, [Node("Relu", "x", "a"), Node("Bernoulli", "a", "b"), Node("Bernoulli", "b", "c"), Node("Exp", "a", "d")]);
        Assert.Equal(X, graph["d"].Shape);
        var failure = Assert.Throws<ModelFormatException>(() => graph["c"]);
        Assert.Contains("operator Bernoulli (ai.onnx, version 13) of node 'b_node' is not supported; the model has 2 such nodes, so choose a layer before", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ModelFault.Unsupported, failure.Fault);
        Assert.Equal(X, graph["a"].Shape);
    }

    [Fact]
    public void An_operator_of_another_domain_is_not_mistaken_for_ONNXs_own()
    {
        ImportedGraph graph = Bind(X, [Node("com.microsoft", "Relu", "x", "y", [])]);
        var failure = Assert.Throws<ModelFormatException>(() => graph["y"]);
        Assert.Contains("operator Relu (com.microsoft, no version imported) of node 'y_node' is not supported; the model has 1 such node,", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(29)]
    public void Other_operator_sets_are_refused_when_bound(long opset)
    {
        OnnxImporter importer = Importer(Graph([Node("Relu", "x", "y")], inputs: [Value("x", 1, 2, 3, 5)]), opset);
        Assert.Single(importer.Layers);
        var failure = Assert.Throws<ModelFormatException>(() => importer.Bind(Image(X)));
        Assert.Contains("where 1 to 28 are supported", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_does_not_exist_is_named()
    {
        var failure = Assert.Throws<ArgumentException>(() => Bind(X, [Node("Relu", "x", "y")])["z"]);
        Assert.Contains("layer 'z' does not exist; the model has 1 layers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_are_no_layer()
    {
        var failure = Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Shape", "x", "s")])["s"]);
        Assert.Contains("layer 's' holds [4] integers, not activations", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_input_is_needed_only_where_it_is_used()
    {
        OnnxImporter importer = Importer(Graph([Node("Relu", "x", "a"), Node("Add", "a z", "b")], inputs: [Value("x", 1, 2, 3, 5), Value("z", 1)]));
        Assert.Contains("has 2 inputs ('x' [1, 2, 3, 5], 'z' [1])", Assert.Throws<ModelFormatException>(() => importer.Bind(Image(X))).Message, StringComparison.Ordinal);

        ImportedGraph graph = importer.Bind(new Dictionary<string, Tensor> { ["x"] = Image(X) });
        Assert.Equal(X, graph["a"].Shape);
        Assert.Contains("Add 'b_node' needs 'z', which is an input that was not bound", Assert.Throws<ModelFormatException>(() => graph["b"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_another_rank_is_refused()
    {
        OnnxImporter importer = Importer(Graph([Node("Relu", "x", "y")], inputs: [Value("x", -1, 2, 3, 5)]));
        Assert.Contains("'x' [N, 2, 3, 5]", Assert.Throws<ArgumentException>(() => importer.Bind(Image(new Shape(2, 3)))).Message, StringComparison.Ordinal);
        Assert.Contains("has no input 'q'", Assert.Throws<ArgumentException>(() => importer.Bind(new Dictionary<string, Tensor> { ["q"] = Image(X) })).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "Relu 'y_node' reads 'q', which no node, input or initializer makes", Graph([Node("Relu", "q", "y")]) },
        { "Relu 'y_node' reads 'y', which it makes itself (a cycle)", Graph([Node("Relu", "y", "y")]) },
        { "Relu 'a_node' reads 'b', which Exp 'b_node' makes only later (nodes out of order, or a cycle)", Graph([Node("Relu", "b", "a"), Node("Exp", "a", "b")]) },
        { "Exp 'a_node' makes 'a', which Relu 'a_node' makes too", Graph([Node("Relu", "x", "a"), Node("Exp", "x", "a")], inputs: [Value("x", 1)]) },
        { "Relu 'a_node' makes 'a', which Relu 'a_node' makes too", Graph([Node("Relu", "x", "a a")], inputs: [Value("x", 1)]) },
        { "Relu 'x_node' makes 'x', which an input or initializer is called too", Graph([Node("Relu", "x", "x")], inputs: [Value("x", 1)]) },
        { "initializer 'w' is there twice", Graph([], [Tensor("w", [1], 1), Tensor("w", [1], 1)]) },
        { "an initializer [1] has no name", Graph([], [Tensor("", [1], 1)]) },
        { "graph input 'x' is there twice", Graph([], inputs: [Value("x", 1), Value("x", 1)]) },
        { "graph output 'y' is made by no node", Graph([], outputs: [Value("y", 1)]) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_graph_is_refused_with_the_node(string expected, byte[] graph)
    {
        var failure = Assert.Throws<ModelFormatException>(() => Importer(graph));
        Assert.Contains($"tiny.onnx': {expected}", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; export the model again.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_of_great_depth_is_imported()
    {
        const int depth = 20_000;
        byte[][] nodes = [.. Enumerable.Range(0, depth).Select(i => Node("Relu", i == 0 ? "x" : $"v{i - 1}", $"v{i}"))];
        Assert.Equal(X, Bind(X, nodes)[$"v{depth - 1}"].Shape);
    }

    [Fact]
    public void An_attribute_that_the_operator_does_not_have_is_refused() =>
        Assert.Contains("Relu 'y_node' has the attribute 'alpha', which Relu of operator set 13 does not have", Refused("Relu", X, 13, [], Attribute("alpha", 0.1f)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_attribute_of_the_wrong_type_is_refused() =>
        Assert.Contains("LeakyRelu 'y_node' has the attribute alpha as an integer, where a float is expected", Refused("LeakyRelu", X, 13, [], Attribute("alpha", 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_attribute_given_twice_is_refused() =>
        Assert.Contains("has the attribute alpha twice", Refused("LeakyRelu", X, 13, [], Attribute("alpha", 1f), Attribute("alpha", 1f)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_number_of_inputs_is_refused() =>
        Assert.Contains("Relu 'y_node' has 2 inputs, where 1 are expected", Refused("Relu", X, 13, [Tensor("c", [1], 1)]).Message, StringComparison.Ordinal);

    [Fact]
    public void An_operator_newer_than_the_model_is_refused() =>
        Assert.Contains("HardSwish 'y_node' is of operator set 14, but the model imports 13", Refused("HardSwish", X, 13, []).Message, StringComparison.Ordinal);

    [Fact]
    public void Shapes_that_do_not_fit_are_named_with_the_node()
    {
        ModelFormatException failure = Refused("Add", X, 13, [Filled("c", [4])]);
        Assert.Contains("Add 'y_node' cannot take inputs of [1, 2, 3, 5], [4]: Shapes [1, 2, 3, 5] and [4] do not broadcast: 5 against 4; the model declares its input as 'x' [1, 2, 3, 5]", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ModelFault.ShapeMismatch, failure.Fault);
    }
}
