using Xunit;

namespace Phosphene.Runtime.Tests;

/// <summary>A test of what only Linux has (/proc, pipes that are files), skipped with a message elsewhere.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = LinuxTheoryAttribute.Missing;
}

/// <summary>A theory of what only Linux has, skipped with a message elsewhere.</summary>
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public static string? Missing { get; } = OperatingSystem.IsLinux() ? null : "This is about Linux.";

    public LinuxTheoryAttribute() => Skip = Missing;
}

/// <summary>A test of what Windows does not have (signals, modes of files) or asks a privilege for (links), skipped with a message there.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = UnixTheoryAttribute.Missing;
}

/// <summary>A theory of what Windows does not have, skipped with a message there.</summary>
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public static string? Missing { get; } = OperatingSystem.IsWindows() ? "Windows has no such signals, modes or links." : null;

    public UnixTheoryAttribute() => Skip = Missing;
}

/// <summary>A test of what a user may not do, skipped with a message for root, who may do all, and where files have no modes.</summary>
internal sealed class OrdinaryUserFactAttribute : FactAttribute
{
    public OrdinaryUserFactAttribute() =>
        Skip = UnixTheoryAttribute.Missing ?? (Environment.IsPrivilegedProcess ? "Nothing is forbidden to root." : null);
}
