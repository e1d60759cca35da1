using Microsoft.Playwright;
using Phosphene.Images;
using Phosphene.Studio;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>A studio with the embedded network, for all tests of a class.</summary>
public sealed class OpenStudio : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private StudioServer? _server;
    private int _port;                                               // 0: any

    /// <summary>An image such as the embedded network knows: a red ring on black.</summary>
    internal string Photo => Path.Combine(_folder.Path, "ring.png");

    /// <summary>Where a test may write.</summary>
    internal string Folder => _folder.Path;

    public async Task InitializeAsync()
    {
        if (Browser.Path is null) return;
        await OpenAgain();
        using FileStream file = File.Create(Photo);
        PngWriter.Write(file, Ring(60, 80));
    }

    public Task DisposeAsync() => Close();

    /// <summary>Ends the studio, as Ctrl-C does.</summary>
    internal async Task Close()
    {
        if (_server is null) return;
        _port = _server.Port;
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Opens the studio at the address that it had, with what it kept.</summary>
    internal async Task OpenAgain() => _server = await StudioServer.StartAsync(new StudioOptions { StateFolder = Path.Combine(_folder.Path, "state"), Port = _port });

    public void Dispose() => _folder.Dispose();

    /// <summary>A page at a place of the studio, the first screen by default, and what its console says of errors.</summary>
    internal async Task<(IPage Page, List<string> Errors)> Open(Browser browser, string hash = "", int width = 1440, bool isDark = false)
    {
        (IPage page, List<string> errors) = await browser.Open(width, isDark, isOffline: false);
        // In one go: an empty studio soon writes its own first place into the address.
        await page.GotoAsync(_server!.Address + hash);
        return (page, errors);
    }

    /// <summary>Whether an error is only that a page was left while it was told something.</summary>
    internal static bool IsOfLeaving(string error) => error.Contains("ERR_ABORTED", StringComparison.Ordinal);

    /// <summary>What the console says, but for what was left.</summary>
    internal static IEnumerable<string> Faults(IEnumerable<string> errors) => errors.Where(error => !IsOfLeaving(error));

    private static Picture Ring(int height, int width)
    {
        byte[] bytes = new byte[height * width * 3];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                if (Math.Abs(Math.Sqrt(Math.Pow(y - height / 2.0, 2) + Math.Pow(x - width / 2.0, 2)) - height / 3.0) < 2.5) bytes[(y * width + x) * 3] = 255;
        return new Picture(height, width, 3, bytes);
    }
}
