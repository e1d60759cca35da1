using Xunit;

namespace Phosphene.Browser.Tests;

/// <summary>A test that needs Chromium.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Path is null ? "There is no Chromium: 'apt-get install chromium', or name one by PHOSPHENE_CHROMIUM." : null;
}
