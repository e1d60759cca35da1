namespace Phosphene.Optimizers;

/// <summary>A rule for moving parameters uphill. The settings are a record; <see cref="Start"/> gives the state of one ascent.</summary>
public interface IOptimizer
{
    /// <summary>A fresh state for parameters of the given lengths.</summary>
    IOptimizerState Start(IReadOnlyList<int> lengths);
}

/// <summary>The memory of an optimizer during one ascent.</summary>
public interface IOptimizerState
{
    /// <summary>Counts a step; called once before the parameters of the step are moved.</summary>
    void Next();

    /// <summary>
    /// Moves a run of values of one parameter, by its index, in the direction that increases the objective. Runs are moved by several threads at once;
    /// start is the index of the run's first value in the parameter.
    /// </summary>
    void Ascend(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradient);
}
