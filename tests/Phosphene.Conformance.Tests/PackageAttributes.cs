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

/// <summary>A theory of what conformance.txt says of the package's cases, skipped with a message where that is not installed, and in a run that writes the list.</summary>
internal sealed class ListedPackageTheoryAttribute : TheoryAttribute
{
    public ListedPackageTheoryAttribute() => Skip = Suites.PackageMissing ?? ConformanceList.BeingWritten;
}

/// <summary>A theory of what conformance.txt says of the light models, skipped with a message where they are missing, and in a run that writes the list.</summary>
internal sealed class ListedLightTheoryAttribute : TheoryAttribute
{
    public ListedLightTheoryAttribute() => Skip = Suites.LightMissing ?? ConformanceList.BeingWritten;
}
