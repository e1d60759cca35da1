using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>Image operators in the order they are applied. As text: "blur(1)|normalize(l2)"; "none" for an empty one.</summary>
public sealed record OperatorPipeline(ImmutableArray<IImageOperator> Operators)
{
    /// <summary>No operators: the image as it is.</summary>
    public static OperatorPipeline None { get; } = new([]);

    /// <summary>A pipeline of the given operators.</summary>
    public static OperatorPipeline Of(params ReadOnlySpan<IImageOperator> operators) => new([.. operators]);

    /// <summary>Reads a pipeline in its text form, the inverse of <see cref="ToString"/>.</summary>
    /// <exception cref="TextFormatException">The text is no pipeline; the message says what was expected, the exception where.</exception>
    public static OperatorPipeline Parse(string text) => new([.. OperatorTexts.Registry.ParsePipeline(text)]);

    /// <summary>Whether there is no operator.</summary>
    public bool IsEmpty => Operators.IsEmpty;

    /// <summary>The image [N, C, H, W] after all operators.</summary>
    /// <exception cref="UsageException">An operator acts only after some steps (<see cref="Every"/>); <see cref="After"/> tells those of a step.</exception>
    public Tensor Apply(Tensor image) => Operators.Aggregate(image, (changed, change) => change.Apply(changed));

    /// <summary>What acts after a step.</summary>
    /// <param name="steps">How many steps were done, from 1.</param>
    public OperatorPipeline After(int steps) => new([.. Operators.SelectMany(change => change is not Every every ? [change]
        : steps % every.Steps == 0 ? every.Operators.After(steps).Operators : [])]);

    /// <inheritdoc/>
    public bool Equals(OperatorPipeline? other) => other is not null && Operators.SequenceEqual(other.Operators);

    /// <inheritdoc/>
    public override int GetHashCode() => Operators.Aggregate(17, HashCode.Combine);

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => OperatorTexts.Registry.PrintPipeline(Operators);
}
