using Phosphene.Optimizers;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Tests.Optimizers;

/// <summary>Twenty steps up the hill -½Σ a·(x - c)², against the published rules in double precision.</summary>
public sealed class ReferenceTests
{
    private const int Length = 37;                                   // leaves a tail behind vectors of 4, 8 and 16

    private static readonly double[] Curvature = [.. Evaluate.Numbers(Length, seed: 2, low: 0.2, high: 3).Select(value => (double)value)], Top = [.. Evaluate.Numbers(Length, seed: 3).Select(value => (double)value)];

    /// <summary>One value x after a step: a rule with its own memory, given the gradient and the number of the step, from 1.</summary>
    private delegate double Rule(double x, double gradient, int step, double[] memory);

    private static void Agrees(string optimizer, Rule rule, double tolerance = 2e-5)
    {
        float[] start = Evaluate.Numbers(Length, seed: 4, low: -2, high: 2);
        using var climb = new Climb(Texts.Optimizers.Parse(optimizer), start);
        double[] x = [.. start.Select(value => (double)value)];
        double[][] memory = [.. x.Select(_ => new double[4])];
        for (int step = 1; step <= 20; step++)
        {
            Assert.True(climb.Step([.. climb.Values.Select((value, i) => (float)(Curvature[i] * (Top[i] - value)))]));
            for (int i = 0; i < Length; i++) x[i] = rule(x[i], Curvature[i] * (Top[i] - x[i]), step, memory[i]);
        }
        for (int i = 0; i < Length; i++) Assert.Equal(x[i], climb.Values[i], tolerance);
    }

    [Fact]
    public void Gradient_ascent() => Agrees("ascent(0.1)", (x, g, _, _) => x + 0.1f * g);

    [Fact]
    public void Sign() => Agrees("sign(0.07)", (x, g, _, _) => x + 0.07f * Math.Sign(g));

    // PyTorch, torch.optim.SGD.
    [Fact]
    public void Momentum() => Agrees("momentum(0.05, 0.8)", (x, g, _, memory) => x + 0.05f * (memory[0] = 0.8f * memory[0] + g));

    [Fact]
    public void Momentum_of_nesterov() => Agrees("momentum(0.05, nesterov: true)", (x, g, _, memory) =>
    {
        memory[0] = 0.9f * memory[0] + g;
        return x + 0.05f * (g + 0.9f * memory[0]);
    });

    // Keras, optimizers/rmsprop.py; keras-vis, optimizer.py, has the same with the rate 1.
    [Theory]
    [InlineData("rmsprop(0.1)", 0.1f, 0.9f, 1e-7f)]
    [InlineData("rmsprop(0.02, 0.95, 0.01)", 0.02f, 0.95f, 0.01f)]
    public void Rmsprop(string text, float rate, float share, float epsilon) => Agrees(text, (x, g, _, memory) =>
    {
        memory[0] = share * memory[0] + (1 - share) * g * g;
        return x + rate * g / Math.Sqrt(memory[0] + epsilon);
    });

    // PyTorch, torch.optim.AdamW: values decay first, then Adam moves them.
    [Fact]
    public void AdamW() => Agrees("adamw(0.05, 0.3, beta2: 0.99)", (x, g, step, memory) =>
    {
        x *= 1 - 0.05f * 0.3f;
        memory[0] = 0.9f * memory[0] + (1 - 0.9f) * g;
        memory[1] = 0.99f * memory[1] + (1 - 0.99f) * g * g;
        return x + 0.05f * (memory[0] / (1 - Math.Pow(0.9f, step))) / (Math.Sqrt(memory[1] / (1 - Math.Pow(0.99f, step))) + 1e-8f);
    });

    // PyTorch, torch.optim.NAdam, and, with 1, Keras, optimizers/nadam.py.
    [Theory]
    [InlineData("nadam(0.05)", 0.004f)]
    [InlineData("nadam(0.05, momentumDecay: 1)", 1f)]
    public void Nadam(string text, float decay) => Agrees(text, (x, g, step, memory) =>
    {
        double Of(int t) => 0.9f * (1 - 0.5 * Math.Pow(0.96f, t * decay));
        memory[2] = (step == 1 ? 1 : memory[2]) * Of(step);
        memory[0] = 0.9f * memory[0] + (1 - 0.9f) * g;
        memory[1] = 0.999f * memory[1] + (1 - 0.999f) * g * g;
        double direction = Of(step + 1) * memory[0] / (1 - memory[2] * Of(step + 1)) + (1 - Of(step)) * g / (1 - memory[2]);
        return x + 0.05f * direction / (Math.Sqrt(memory[1] / (1 - Math.Pow(0.999f, step))) + 1e-8f);
    }, 1e-4);                                                        // 1 - 0.999 in single precision is right to 3e-5

    public static TheoryData<string, Func<int, double>> Shares => new()
    {
        { "linear(ascent(0.1), 8)", t => 1 - Math.Min(1, t / 8.0) },
        { "linear(ascent(0.1), 15, 0.5)", t => 1 - 0.5 * Math.Min(1, t / 15.0) },
        { "cosine(ascent(0.1), 12, 0.1)", t => 0.1f + 0.9f * (1 + Math.Cos(Math.PI * Math.Min(1, t / 12.0))) / 2 },
        { "exponential(ascent(0.1), 10, 0.2)", t => Math.Pow(0.2f, Math.Min(1, t / 10.0)) },
        { "drops(ascent(0.1), 7)", t => Math.Pow(0.5, t / 7) },
        { "warmup(ascent(0.1), 9)", t => Math.Min(1, (t + 1) / 9.0) },
        { "warmup(cosine(drops(ascent(0.1), 3, 0.9), 30), 4)", t => Math.Min(1, (t + 1) / 4.0) * (1 + Math.Cos(Math.PI * t / 30)) / 2 * Math.Pow(0.9f, t / 3) },
    };

    [Theory]
    [MemberData(nameof(Shares))]
    public void A_schedule_multiplies_the_rate_by_its_share_of_the_step(string text, Func<int, double> share) => Agrees(text, (x, g, step, _) => x + 0.1f * share(step - 1) * g);

    [Fact]
    public void A_schedule_goes_around_any_optimizer_and_leaves_its_memory_alone() => Agrees("linear(momentum(0.05, 0.8), 40)", (x, g, step, memory) =>
        x + 0.05f * (1 - (step - 1) / 40.0) * (memory[0] = 0.8f * memory[0] + g));

    [Fact]
    public void A_drop_comes_after_exactly_so_many_steps()
    {
        // 1/49 in single precision times 49 is below 1.
        using var climb = new Climb(new DropSchedule(new GradientAscent(1), 49, 0.5f), 0);
        for (int step = 0; step < 49; step++) climb.Step(1);
        Assert.Equal(49, climb.Values[0]);
        climb.Step(1);
        Assert.Equal(49.5f, climb.Values[0], 1e-5f);
    }

    [Theory]
    [InlineData("cosine(adam(0.05), 100)", "cosine(adam(0.1), 50, 0.5)", true)]
    [InlineData("cosine(adam(0.05), 100)", "cosine(momentum(0.1), 100)", false)]
    [InlineData("cosine(adam(0.05), 100)", "linear(adam(0.05), 100)", false)]
    [InlineData("cosine(adam(0.05), 100)", "adam(0.05)", false)]
    [InlineData("adam(0.05)", "cosine(adam(0.05), 100)", false)]
    [InlineData("momentum(0.1)", "momentum(0.2, nesterov: true)", true)]
    public void An_optimizer_goes_on_where_one_of_its_kind_stood(string text, string other, bool continues) =>
        Assert.Equal(continues, Texts.Optimizers.Parse(text).Continues(Texts.Optimizers.Parse(other)));
}
