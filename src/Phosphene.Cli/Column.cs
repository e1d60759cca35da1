namespace Phosphene.Cli;

/// <summary>A column of a <see cref="Table"/>.</summary>
/// <param name="Heading">What stands over it.</param>
/// <param name="IsName">Whether it gives way where a screen is too narrow for the table: names may be long.</param>
/// <param name="IsNumber">Whether its cells stand to the right.</param>
internal readonly record struct Column(string Heading, bool IsName = false, bool IsNumber = false)
{
    public static Column Name(string heading) => new(heading, IsName: true);

    public static Column Number(string heading) => new(heading, IsNumber: true);

    public static implicit operator Column(string heading) => new(heading);
}
