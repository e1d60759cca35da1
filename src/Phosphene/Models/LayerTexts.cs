using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Models;

/// <summary>The words of layers.</summary>
internal static class LayerTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<Layer> Registry { get; } = new("layer",
        "What objectives look at. A layer of the model is written by its name or its alias; wherever one can stand, a word that makes something of it can: `pre(inception_4c/output):300`.",
        grammar: scanner => Read(scanner, "the layer"))
    {
        { "pre", "A layer before its activation (ReLU, GELU, SiLU, clip), where a unit can be as low as it likes: of a concatenation each branch before its own.", "pre(inception_4c/output)",
            OfLayer, layer => new PreActivation(layer), pre => pre.Inner },
        { "branch", "One branch of a layer that joins several by concatenation.", "branch(inception_4c/output, 1)",
            OfLayer, Whole("index", "The branch, from 0, in the order of the file."), (layer, index) => new BranchLayer(layer, index), branch => (branch.Inner, branch.Index) },
        { "head", "One head of attention, in what the heads give before they are mixed.", "head(blocks.3.attn, 2)",
            OfLayer, Whole("index", "The head, from 0."), WholeIfGiven("heads", "How many heads there are; found in the graph if it is left out.", least: 1),
            (layer, index, heads) => new HeadLayer(layer, index, heads), head => (head.Inner, head.Index, head.Heads) },
        { "token", "One token of a layer of a transformer; 0 is the class token, where there is one.", "token(blocks.3, 0)",
            OfLayer, Whole("index", "The token, from 0, in the order of the file."), (layer, index) => new TokenLayer(layer, index), token => (token.Inner, token.Index) },
        { "feature", "The features of a dictionary, such as a sparse autoencoder's: each channel is the product of the activations with a row of its decoder.", "feature(inception_4c/output, 'sae.npy')",
            OfLayer, DictionaryLayer.Dictionary, DictionaryLayer.Number, (layer, file, channel) => new FeatureLayer(layer, file) { Channel = channel }, feature => (feature.Inner, feature.File, null) },
        { "code", "The codes of a sparse autoencoder, ReLU(W_enc·(x - b_dec) + b_enc); `pre(code(...))` has them before the ReLU.", "code(inception_4c/output, 'sae.safetensors')",
            OfLayer, DictionaryLayer.Dictionary, DictionaryLayer.Number, (layer, file, channel) => new CodeLayer(layer, file) { Channel = channel }, code => (code.Inner, code.File, null) },
    };

    /// <summary>The layer that a word is about.</summary>
    public static TextParameter<Layer> OfLayer => Layer("layer", "By its name or its alias, or a word with it.");

    /// <summary>A layer as a parameter.</summary>
    public static TextParameter<Layer> Layer(string name, string description) => new(name, description, "layer", Read, layer => layer.ToString()) { Colon = Colon.NamesWhatIsKnown };

    private static Layer Read(Scanner scanner, string what)
    {
        int position = scanner.Position;
        scanner.Offer(() => scanner.Names.Layers.Select(layer => (Printed.Name(layer), "a layer")));
        Registry.Offer(scanner);
        if (scanner.IsAtNumber) throw scanner.Error("A name that reads as a number needs quotes, as in '300'.");
        bool quoted = scanner.IsAtQuote;
        string name = scanner.Name() ?? throw scanner.Error($"The name of a layer is expected for {what}; found {scanner.Found()}.");
        if (!quoted && scanner.Take('('))
        {
            Layer made = TextRegistry<Layer>.ReadArguments(Registry.Find(name, scanner, position), scanner, position);
            return made is DictionaryLayer { Channel: { } channel }
                ? throw scanner.Error($"The name of a layer is expected for {what}, without a channel; leave the {channel} out.", position)
                : made;
        }
        return scanner.Next is ':' or '-'
            ? throw scanner.Error($"The name of a layer is expected for {what}, without a channel.{Scanner.NamesNeedQuotes}", position)
            : name;
    }
}
