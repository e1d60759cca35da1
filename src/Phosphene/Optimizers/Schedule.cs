using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;

namespace Phosphene.Optimizers;

/// <summary>
/// An optimizer whose steps become longer or shorter as the ascent goes on: x' = x + share(t) · the step that it would take after t steps, which for a learning rate is rate · share(t). Schedules
/// of schedules multiply their shares.
/// </summary>
/// <param name="Optimizer">What takes the steps.</param>
public abstract record Schedule(IOptimizer Optimizer) : IOptimizer
{
    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(state);
        Tensor x = parameter.Values, steps = state.Zeros("schedule", Shape.Scalar), share = Share(steps);
        IReadOnlyList<Assignment> moves = Optimizer.Ascend(parameter, gradient, state).Changing(x, moved => x + share * (moved - x));
        // A schedule within counts the same steps.
        return moves.Have(steps) ? moves : [new(steps, steps + 1f), .. moves];
    }

    /// <inheritdoc/>
    public IOptimizer? WithRate(float rate) => Optimizer.WithRate(rate) is { } inner ? this with { Optimizer = inner } : null;

    /// <inheritdoc/>
    public virtual IOptimizer Over(int before, int steps) => this with { Optimizer = Optimizer.Over(before, steps) };

    /// <inheritdoc/>
    public bool Continues(IOptimizer other) => other is Schedule schedule && schedule.GetType() == GetType() && Optimizer.Continues(schedule.Optimizer);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Shown(ParameterState state) => Optimizer.Shown(state);

    /// <summary>What a step is multiplied by.</summary>
    /// <param name="steps">The steps done before, one number.</param>
    protected abstract Tensor Share(Tensor steps);

    /// <summary>How much of a number of steps is done, from 0 to 1.</summary>
    private protected static Tensor Progress(Tensor steps, int all) => (steps / Tensor.Constant(all)).Clip(0, 1);

    private protected static int Checked(int steps) => steps >= 1 ? steps : throw new UsageException($"A schedule needs a number of steps of at least 1; got {steps}.");
}

/// <summary>From the whole step to a share of it, evenly: 1 + (final - 1)·p, p being how much of the steps is done; final from then on.</summary>
public sealed record LinearSchedule : Schedule
{
    /// <summary>A schedule.</summary>
    /// <param name="optimizer">What takes the steps.</param>
    /// <param name="steps">The steps of the fall, at least 1.</param>
    /// <param name="final">The share at the end.</param>
    /// <exception cref="UsageException">There are no steps.</exception>
    public LinearSchedule(IOptimizer optimizer, int steps, float final = 0) : base(optimizer) => (Steps, Final) = (Checked(steps), final);

    /// <summary>The steps of the fall.</summary>
    public int Steps { get; private init; }

    /// <summary>The share at the end.</summary>
    public float Final { get; }

    /// <inheritdoc/>
    public override IOptimizer Over(int before, int steps) => (LinearSchedule)base.Over(before, steps) with { Steps = Steps == before ? Checked(steps) : Steps };

    /// <inheritdoc/>
    protected override Tensor Share(Tensor steps) => 1f + (Final - 1) * Progress(steps, Steps);
}

/// <summary>From the whole step to a share of it along half a cosine: final + (1 - final)·(1 + cos πp) / 2, p being how much of the steps is done. Source: Loshchilov and Hutter, SGDR, 2017.</summary>
public sealed record CosineSchedule : Schedule
{
    /// <summary>A schedule.</summary>
    /// <param name="optimizer">What takes the steps.</param>
    /// <param name="steps">The steps of the fall, at least 1.</param>
    /// <param name="final">The share at the end.</param>
    /// <exception cref="UsageException">There are no steps.</exception>
    public CosineSchedule(IOptimizer optimizer, int steps, float final = 0) : base(optimizer) => (Steps, Final) = (Checked(steps), final);

    /// <summary>The steps of the fall.</summary>
    public int Steps { get; private init; }

    /// <summary>The share at the end.</summary>
    public float Final { get; }

    /// <inheritdoc/>
    public override IOptimizer Over(int before, int steps) => (CosineSchedule)base.Over(before, steps) with { Steps = Steps == before ? Checked(steps) : Steps };

    /// <inheritdoc/>
    protected override Tensor Share(Tensor steps) => Final + (1 - Final) * (0.5f + 0.5f * (steps * (MathF.PI / Steps)).Clip(0, MathF.PI).Cos());
}

/// <summary>From the whole step to a share of it, by the same factor in each step: final^p, p being how much of the steps is done.</summary>
public sealed record ExponentialSchedule : Schedule
{
    /// <summary>A schedule.</summary>
    /// <param name="optimizer">What takes the steps.</param>
    /// <param name="steps">The steps of the fall, at least 1.</param>
    /// <param name="final">The share at the end, above 0.</param>
    /// <exception cref="UsageException">There are no steps, or the share is not above 0.</exception>
    public ExponentialSchedule(IOptimizer optimizer, int steps, float final = 0.01f) : base(optimizer)
    {
        if (!(final > 0)) throw new UsageException($"An exponential schedule ends at a share above 0; got {Printed.Number(final)}.");
        (Steps, Final) = (Checked(steps), final);
    }

    /// <summary>The steps of the fall.</summary>
    public int Steps { get; private init; }

    /// <summary>The share at the end.</summary>
    public float Final { get; }

    /// <inheritdoc/>
    public override IOptimizer Over(int before, int steps) => (ExponentialSchedule)base.Over(before, steps) with { Steps = Steps == before ? Checked(steps) : Steps };

    /// <inheritdoc/>
    protected override Tensor Share(Tensor steps) => (MathF.Log(Final) * Progress(steps, Steps)).Exp();
}

/// <summary>Shorter by a factor after each so many steps: factor^⌊t / every⌋.</summary>
public sealed record DropSchedule : Schedule
{
    /// <summary>A schedule.</summary>
    /// <param name="optimizer">What takes the steps.</param>
    /// <param name="every">The steps from one drop to the next, at least 1.</param>
    /// <param name="factor">What the share is multiplied by at each drop, above 0.</param>
    /// <exception cref="UsageException">There are no steps, or the factor is not above 0.</exception>
    public DropSchedule(IOptimizer optimizer, int every, float factor = 0.5f) : base(optimizer)
    {
        if (!(factor > 0)) throw new UsageException($"A schedule drops by a factor above 0; got {Printed.Number(factor)}.");
        (Every, Factor) = (Checked(every), factor);
    }

    /// <summary>The steps from one drop to the next.</summary>
    public int Every { get; }

    /// <summary>What the share is multiplied by at each drop.</summary>
    public float Factor { get; }

    /// <inheritdoc/>
    protected override Tensor Share(Tensor steps) => (MathF.Log(Factor) * (steps / Tensor.Constant(Every)).Floor()).Exp();
}

/// <summary>From a part of a step to the whole one, evenly: (t + 1) / steps, at most 1.</summary>
public sealed record WarmUp : Schedule
{
    /// <summary>A schedule.</summary>
    /// <param name="optimizer">What takes the steps.</param>
    /// <param name="steps">The steps of the rise, at least 1.</param>
    /// <exception cref="UsageException">There are no steps.</exception>
    public WarmUp(IOptimizer optimizer, int steps) : base(optimizer) => Steps = Checked(steps);

    /// <summary>The steps of the rise.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    protected override Tensor Share(Tensor steps) => Progress(steps + 1f, Steps);
}
