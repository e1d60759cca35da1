namespace Phosphene.Cli;

/// <summary>One of the texts of a <see cref="ProgressLine"/>: "step 12/512", "48.2 steps/s". All are plain ASCII, a column for each character.</summary>
/// <param name="Rank">How dear it is: where there is no room, texts of a higher rank go first.</param>
/// <param name="Label">What stands before the value; the first to be left out where there is little room.</param>
/// <param name="Value">What is always there.</param>
/// <param name="Unit">What stands behind it.</param>
internal readonly record struct ProgressText(int Rank, string Label, string Value, string Unit = "")
{
    public int Width => Label.Length + Value.Length + Unit.Length;
}
