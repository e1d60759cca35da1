namespace Phosphene.Cli;

/// <summary>What a command talks to.</summary>
/// <param name="Output">Results, for people or as JSON.</param>
/// <param name="Error">Progress, warnings and errors.</param>
/// <param name="ShowsProgress">Whether <paramref name="Error"/> is a screen, on which a line can be rewritten.</param>
/// <param name="Interruption">The wish to stop.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool ShowsProgress, Interruption Interruption)
{
    public void Warn(string sentence) => Error.WriteLine($"phosphene: warning: {SafeText.Of(sentence)}");
}
