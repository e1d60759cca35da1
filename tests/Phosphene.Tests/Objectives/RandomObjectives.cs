using Phosphene.Objectives;

namespace Phosphene.Tests.Objectives;

/// <summary>Objectives of every kind, nested at random, with names and numbers that are hard to print.</summary>
internal static class RandomObjectives
{
    private static readonly string[] Names =
    [
        "inception_4c/output", "4c", "/layer3/relu", "mixed4c", "a.b", "300", "1e5", "1e-5", "NaN", "Infinity", "-1", "a-b", "a b", "", " ", "x:0", "it's",
        "\"q\"", "back\\slash", "\\'", "tv", "none", "été", "层", "a\nb", "a@b", "(", "1.2.3", ".5", "5.", "0x10", "1e", "_", "/", ".", "centre", "a*b", "|",
    ];

    private static readonly float[] Numbers =
    [
        0, 1, -1, 0.5f, -0.5f, 0.1f, 1e-10f, 1e20f, -1e-30f, float.MaxValue, -float.MaxValue, float.Epsilon, 1 / 3f, 16777216, 123456.789f, -2, 1000,
    ];

    public static Objective Next(Random random, int depth = 4) => random.Next(depth > 0 ? 16 : 9) switch
    {
        0 => Objective.Channel(Name(random), random.Next(2000)),
        1 => Objective.Neuron(Name(random), random.Next(2000), random.Next(100), random.Next(100)),
        2 => Objective.Neuron(Name(random), random.Next(10)),
        3 => Objective.DeepDream(Name(random)),
        4 => Objective.Direction(Name(random), [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Number(random))]),
        5 => random.Next(2) == 0 ? Objective.Logit(Name(random)) : Objective.Logit(random.Next(1000)),
        6 => random.Next(2) == 0 ? Objective.Probability(Name(random)) : Objective.Probability(random.Next(1000)),
        7 => random.Next(2) == 0 ? Objective.L1(Number(random)) : Objective.L2(Number(random)),
        8 => Objective.TotalVariation(),
        9 or 10 => Next(random, depth - 1) + Next(random, depth - 1),
        11 or 12 => Next(random, depth - 1) - Next(random, depth - 1),
        13 => -Next(random, depth - 1),
        14 => Number(random) * Next(random, depth - 1),
        _ => Objective.Lerp(Next(random, depth - 1), Next(random, depth - 1), Number(random)),
    };

    public static float Number(Random random) =>
        random.Next(3) == 0 ? BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)) is var any && float.IsFinite(any) ? any : 7 : Numbers[random.Next(Numbers.Length)];

    private static string Name(Random random) => Names[random.Next(Names.Length)];
}
