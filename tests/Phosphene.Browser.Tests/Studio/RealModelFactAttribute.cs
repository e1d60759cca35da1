using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>A test that needs Chromium, and trained networks beside the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealModelFactAttribute : FactAttribute
{
    public RealModelFactAttribute() => Skip = new BrowserFactAttribute().Skip ?? (SharedData.IsPresent ? null : SharedTheoryAttribute.Missing);
}
