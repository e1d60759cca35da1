namespace Phosphene.Studio.Scheduling;

/// <summary>More was asked at once than the studio takes. The message says what, and what to do.</summary>
internal sealed class TooManyException(string message) : Exception(message);
