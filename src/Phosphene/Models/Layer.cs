using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// What objectives look at: channels over positions. A layer of the model by its name or alias, which a string becomes by itself, or what is made of one, such as
/// <c>Layer.Pre("inception_4c/output")</c>. As text it is what <see cref="Parse"/> reads: <c>inception_4c/output</c>, <c>pre(inception_4c/output)</c>.
/// </summary>
public abstract record Layer
{
    /// <summary>A layer of the model.</summary>
    /// <param name="name">Its name in the file, or its alias.</param>
    public static implicit operator Layer(string name) => new NamedLayer(name);

    /// <summary>A layer of the model.</summary>
    /// <param name="name">Its name in the file, or its alias.</param>
    public static Layer FromString(string name) => name;

    /// <summary>Reads a layer from text. A name of other characters than letters, digits, '_', '.' and '/' stands in quotes.</summary>
    /// <exception cref="TextFormatException">The text is no layer; the message says what was expected, the exception where.</exception>
    public static Layer Parse(string text) => LayerTexts.Registry.Parse(text);

    /// <summary>
    /// What a layer is before its activation, ReLU, GELU, SiLU, clip or another: where a unit can be as low as it likes, and has a gradient. Each branch of a
    /// concatenation has its own; what is linear behind the activation, such as a batch normalization, is kept.
    /// </summary>
    public static Layer Pre(Layer layer) => new PreActivation(layer);

    /// <summary>The channels of one branch of a layer that joins several: of the parts of a concatenation, in the order of the file.</summary>
    public static Layer Branch(Layer layer, int index) => new BranchLayer(layer, index);

    /// <summary>The channels of one head of attention, in what the heads give before they are mixed.</summary>
    /// <param name="layer">A layer [N, T, channels] of a transformer.</param>
    /// <param name="index">The number of the head.</param>
    /// <param name="heads">How many heads there are; found in the graph if it is left out.</param>
    public static Layer Head(Layer layer, int index, int? heads = null) => new HeadLayer(layer, index, heads);

    /// <summary>One token of a layer of a transformer, by its number in the file: 0 is the class token where there is one. It has channels and no positions.</summary>
    public static Layer Token(Layer layer, int index) => new TokenLayer(layer, index);

    /// <summary>
    /// The features of a dictionary, such as a sparse autoencoder's: channel k is the product of the activations with row k of its decoder, at each position.
    /// </summary>
    /// <param name="layer">The layer that the dictionary was made for, [N, C, ...].</param>
    /// <param name="path">A .npy file [K, C], or a .safetensors file with a decoder of that shape or [C, K].</param>
    public static Layer Feature(Layer layer, string path) => new FeatureLayer(layer, DictionaryLayer.Reference(path));

    /// <summary>
    /// The codes of a sparse autoencoder: channel k is ReLU(W_enc·(x - b_dec) + b_enc)[k] at each position. Without biases in the file they are 0, without an
    /// encoder it is the transposed decoder. <see cref="Pre"/> has them before the ReLU.
    /// </summary>
    /// <inheritdoc cref="Feature"/>
    public static Layer Code(Layer layer, string path) => new CodeLayer(layer, DictionaryLayer.Reference(path));

    /// <summary>What people call it: the name as it was given, or the text of what is made of a layer.</summary>
    public abstract string Name { get; }

    /// <summary>The layer in the graph: [N, C, H, W] or [N, C].</summary>
    internal abstract Tensor Build(LayerSource source);

    /// <summary>Whether <see cref="Channels"/> computes only the channels that it is asked for.</summary>
    internal virtual bool PicksChannels => false;

    /// <summary>A channel of each image by numbers [N], kept as [N, 1, ...].</summary>
    internal virtual Tensor Channels(Activations activations, Tensor numbers) => activations[this].Channel(numbers);

    /// <summary>The same with other references to the files that it reads.</summary>
    internal virtual Layer WithFiles(Func<FileReference, FileReference> change) => this;
}

/// <summary>A layer of the model, by its name or alias.</summary>
internal sealed record NamedLayer(string Name) : Layer
{
    public override string Name { get; } = Name;

    internal override Tensor Build(LayerSource source) => source.Named(Name);

    public override string ToString() => Printed.Name(Name);
}

/// <summary>A layer that is made of another.</summary>
/// <param name="Inner">The other.</param>
internal abstract record DerivedLayer(Layer Inner) : Layer
{
    public sealed override string Name => ToString();

    internal override Layer WithFiles(Func<FileReference, FileReference> change) => this with { Inner = Inner.WithFiles(change) };

    public sealed override string ToString() => LayerTexts.Registry.Print(this);
}
