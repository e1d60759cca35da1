using Microsoft.Playwright;
using Xunit;

namespace Phosphene.Browser.Tests;

/// <summary>The system's Chromium, for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private const float Patience = 40_000;                           // milliseconds; other tests run beside it

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The program; null if there is none.</summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable("PHOSPHENE_CHROMIUM") is { Length: > 0 } named ? named : s_places.FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Path is null) return;
        _playwright = await Playwright.CreateAsync();
        // Whoever is root has no sandbox; the camera is one that draws.
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>A fresh page, which reaches no network unless it is to. What the console says of errors is collected.</summary>
    internal async Task<(IPage Page, List<string> Errors)> Open(int width = 1440, bool isDark = false, bool hasScripts = true, bool isOffline = true)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light, JavaScriptEnabled = hasScripts, Offline = isOffline });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        page.RequestFailed += (_, request) => errors.Add($"{request.Url}: {request.Failure}");
        return (page, errors);
    }
}
