namespace Phosphene.Studio.Streams;

/// <summary>Something that a page is told.</summary>
/// <param name="Kind">What it is: "frame", "ascent", "picture".</param>
/// <param name="Key">What it is of, if a later one of the same makes it worthless, so that a slow page gets the latest alone; null if each counts.</param>
/// <param name="Data">JSON.</param>
internal sealed record StreamEvent(string Kind, string? Key, string Data);
