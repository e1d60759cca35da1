using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Browser.Tests;

/// <summary>Six thousand units: what it costs to build their gallery, and to open its pages.</summary>
public sealed class LargeGalleryTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private static readonly int[] s_layers = [64, 192, 256, 480, 512, 512, 512, 528, 832, 1024, 1088];

    [BrowserFact]
    public async Task Its_heaviest_page_shows_its_units_and_sorts_them()
    {
        using var gallery = new MadeGallery(s_layers, hasPhotos: false);
        var clock = Stopwatch.StartNew();
        gallery.Site.Write();
        Say($"{s_layers.Sum()} units: pages and sprites in {clock.Elapsed.TotalSeconds:0.0} s");
        string heaviest = new DirectoryInfo(gallery.Folder).GetFiles("*.html").MaxBy(file => file.Length)!.Name;
        Assert.InRange(new FileInfo(Path.Combine(gallery.Folder, "index.html")).Length, 1, 300_000);
        foreach (string name in (string[])["index.html", heaviest, "block5-output/7.html", "search.html#q=block9"])
        {
            (IPage page, List<string> errors) = await browser.Open();
            var requests = new HashSet<string>();
            page.RequestFinished += (_, request) => requests.Add(request.Url);
            clock.Restart();
            await page.GotoAsync(gallery.AddressOf(name), new() { WaitUntil = WaitUntilState.Commit });
            await page.WaitForFunctionAsync("() => [...document.images].some(image => image.complete && image.naturalWidth > 0)");
            double picture = clock.Elapsed.TotalMilliseconds;
            await page.WaitForLoadStateAsync(LoadState.Load);
            double loaded = clock.Elapsed.TotalMilliseconds;
            long bytes = requests.Sum(url => new FileInfo(new Uri(url).LocalPath) is { Exists: true } file ? file.Length : 0);
            Say($"{name}: first picture after {picture:0} ms, loaded after {loaded:0} ms, {requests.Count} requests, {bytes / 1024} KB, of which {new FileInfo(Path.Combine(gallery.Folder, name.Split('#')[0])).Length / 1024} KB are the page");
            if (name == heaviest)
            {
                clock.Restart();
                await page.GetByText("look", new() { Exact = true }).ClickAsync();
                await Assertions.Expect(page.Locator(".grid a").First).ToHaveAttributeAsync("data-look", "0");
                Say($"{name}: sorted by look after {clock.Elapsed.TotalMilliseconds:0} ms");
                await Assertions.Expect(page.Locator(".grid a")).ToHaveCountAsync(s_layers.Max());
            }
            Assert.Empty(errors);
        }

        void Say(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
