namespace Phosphene.Cli;

/// <summary>A command line that cannot be carried out as it is. The message is one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);
