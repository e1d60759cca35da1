using Xunit;

namespace Phosphene.Conformance.Tests;

/// <summary>A test over the Debian package, skipped with a message where it is not installed.</summary>
internal sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute() => Skip = Suites.PackageMissing;
}

/// <summary>A theory over the Debian package, skipped with a message where it is not installed.</summary>
internal sealed class PackageTheoryAttribute : TheoryAttribute
{
    public PackageTheoryAttribute() => Skip = Suites.PackageMissing;
}

/// <summary>A theory over the light networks, skipped with a message where they are missing.</summary>
internal sealed class LightTheoryAttribute : TheoryAttribute
{
    public LightTheoryAttribute() => Skip = Suites.LightMissing;
}
