using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>See <see cref="Layer.Head"/>.</summary>
internal sealed record HeadLayer(Layer Inner, int Index, int? Heads) : DerivedLayer(Inner)
{
    internal override Tensor Build(LayerSource source)
    {
        Tensor layer = source[Inner];
        int channels = layer.Shape.Rank < 2 ? 0 : layer.Shape.Channels;
        int heads = Heads ?? Found(layer, channels)
            ?? throw new UsageException($"Layer '{Inner.Name}' {layer.Shape} is not what heads of attention give, so their number is not known; choose the layer behind the product with the values, or give the number: head({Inner}, {Index}, heads: 12).");
        if (channels == 0 || channels % heads != 0) throw new UsageException($"Layer '{Inner.Name}' {layer.Shape} cannot be divided among {heads} heads: its {channels} channels are no multiple of that.");
        return Index < heads
            ? layer.Slice(1, Index * (channels / heads), channels / heads)
            : throw new UsageException($"Layer '{Inner.Name}' has the heads 0 to {heads - 1}; there is no head {Index}.");
    }

    // Heads are joined by moving and reshaping [N, heads, T, channels / heads], what the product of attention and values gives.
    private static int? Found(Tensor layer, int channels)
    {
        Tensor tensor = layer;
        while (tensor.Operator is Reshape or Transpose or Slice) tensor = tensor.Inputs[0];
        Shape shape = tensor.Shape;
        if (tensor.Operator is not MatMul || shape.Rank is not (3 or 4)) return null;
        int width = shape[-1];
        return width > 0 && channels % width == 0 && channels > width ? channels / width : null;
    }
}

/// <summary>See <see cref="Layer.Token"/>.</summary>
internal sealed record TokenLayer(Layer Inner, int Index) : DerivedLayer(Inner)
{
    internal override Tensor Build(LayerSource source)
    {
        if (Inner is not NamedLayer) throw new UsageException($"A token is one of a layer of the model; got token({Inner}, {Index}). Write the words the other way round.");
        Tensor tokens = source.Tokens(Inner.Name)
            ?? throw new UsageException($"Layer '{Inner.Name}' {source[Inner].Shape} has no tokens; choose a layer [N, T, channels] of a transformer.");
        return Index < tokens.Shape[2]
            ? tokens.Slice(2, Index, 1).Reshape(new Shape(tokens.Shape[0], tokens.Shape[1]))
            : throw new UsageException($"Layer '{Inner.Name}' has the tokens 0 to {tokens.Shape[2] - 1}; there is no token {Index}.");
    }
}
