using Microsoft.Playwright;
using Phosphene.Models;
using Phosphene.Studio;
using Phosphene.Studio.Networks;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>Labels and links that would be scripts if they could: the page shows them as the text that they are.</summary>
public sealed class StudioHostileTextTests(Browser browser) : IClassFixture<Browser>
{
    private const string Script = "<script>window.taken = 1</script>", Picture = "<img src=x onerror='window.taken = 2'>\"' onfocus='window.taken = 3' autofocus x='\u202e";

    [BrowserFact]
    public async Task Labels_and_links_are_text()
    {
        using var folder = new TemporaryFolder();
        string labels = Path.Combine(folder.Path, "labels.txt");
        File.WriteAllLines(labels, Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? $"{Script} {i}" : $"{Picture} {i}"));
        await using StudioServer server = await StudioServer.StartAsync(new StudioOptions
        {
            StateFolder = Path.Combine(folder.Path, "state"),
            Models = [new StudioModelFile(EmbeddedModels.Shapes, new ModelOptions { Labels = Labels.Load(labels) })],
        });
        (IPage page, List<string> errors) = await browser.Open(isOffline: false);
        page.Dialog += (_, dialog) => errors.Add(dialog.Message);
        string hostile = Uri.EscapeDataString(Picture);
        foreach (string hash in (string[])
        [
            "#/layer?model=shapes&layer=logits", "#/unit?model=shapes&objective=logit(1)&steps=20", $"#/unit?model=shapes&objective={hostile}", $"#/unit?model={hostile}&objective=x", $"#/layer?model=shapes&layer={hostile}",
            $"#/photo?model=shapes&image={hostile}&layer={hostile}&y={hostile}", $"#/photo?model=shapes&image=..%2fascents%2fx", $"#/camera?model=shapes&layer={hostile}", $"#/{hostile}", $"#/unit?model=shapes&objective=conv4/relu:1&preset={hostile}&transforms={hostile}&ascent={hostile}",
        ])
        {
            await page.GotoAsync(server.Address + hash);
            await page.WaitForTimeoutAsync(700);
            Assert.Equal(0, await page.EvaluateAsync<int>("window.taken ?? 0"));
            Assert.Equal(0, await page.Locator("script:not([src])").CountAsync());
        }
        await page.GotoAsync(server.Address + "#/layer?model=shapes&layer=logits");
        await Assertions.Expect(page.GetByText(Script).First).ToBeVisibleAsync();
        Assert.DoesNotContain(errors, error => error.Contains("Content Security Policy", StringComparison.Ordinal) || error.Contains("TypeError", StringComparison.Ordinal));
    }
}
