using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>Operators that act only after each n-th step. Source: Yosinski et al., Deep Visualization Toolbox, 2015, which blurs after each fourth.</summary>
public sealed record Every : IImageOperator
{
    /// <summary>Operators after each n-th step.</summary>
    /// <param name="steps">The steps from one time to the next, at least 1.</param>
    /// <param name="operators">What acts then.</param>
    /// <exception cref="UsageException">There are no steps between, or there is no operator.</exception>
    public Every(int steps, OperatorPipeline operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        if (steps < 1 || operators.IsEmpty) throw new UsageException($"every({steps}, {operators}) needs a number of steps of at least 1 and at least one operator.");
        (Steps, Operators) = (steps, operators);
    }

    /// <summary>The steps from one time to the next.</summary>
    public int Steps { get; }

    /// <summary>What acts then.</summary>
    public OperatorPipeline Operators { get; }

    /// <inheritdoc/>
    public Tensor Apply(Tensor image) =>
        throw new UsageException($"'{this}' says after which steps an image operator acts; a gradient operator acts in each step, and in an objective an operator acts always. Write '{Operators}' there.");

    /// <summary>For example "every(4, blur(1))".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
