namespace Phosphene.Syntax;

/// <summary>A part of an extent, by where it begins and ends: 0..0.5 is the first half. As text it is "0..0.5".</summary>
internal readonly record struct Share
{
    /// <summary>A part of an extent.</summary>
    /// <param name="from">Where it begins, from 0.</param>
    /// <param name="to">Where it ends, at most 1.</param>
    /// <exception cref="UsageException">It is outside, or empty.</exception>
    public Share(float from, float to)
    {
        if (!(from >= 0 && to <= 1 && from < to)) throw new UsageException($"A part of a picture goes from a smaller share to a larger one, from 0 to 1, such as 0..0.5; got {Printed.Number(from)}..{Printed.Number(to)}.");
        (From, To) = (from, to);
    }

    /// <summary>Where it begins.</summary>
    public float From { get; }

    /// <summary>Where it ends.</summary>
    public float To { get; }

    /// <summary>A share as a parameter.</summary>
    public static TextParameter<Share> Parameter(string name, string description) => new(name, description, "range from 0 to 1", Read, share => share.ToString());

    /// <inheritdoc/>
    public override string ToString() => $"{Printed.Number(From)}..{Printed.Number(To)}";

    private static Share Read(Scanner scanner, string what)
    {
        int position = scanner.Position;
        float from = scanner.Number($"where {what} begins", 0, 1);
        scanner.Expect('.', $"between the ends of {what}, as in 0..0.5");
        scanner.Expect('.', $"between the ends of {what}, as in 0..0.5");
        float to = scanner.Number($"where {what} ends", 0, 1);
        return from < to ? new Share(from, to) : throw scanner.Error($"{what} must end after it begins, as in 0..0.5.", position);
    }
}
