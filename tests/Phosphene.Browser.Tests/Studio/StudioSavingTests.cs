using System.Text.Json;
using Microsoft.Playwright;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>What is saved from the studio's page, and copied.</summary>
public sealed class StudioSavingTests(Browser browser, OpenStudio studio) : IClassFixture<Browser>, IClassFixture<OpenStudio>
{
    private const string Unit = "#/unit?model=shapes&objective=conv3/relu:5&size=64&steps=24&transforms=jitter(4)";

    [BrowserFact]
    public async Task Picture_recipe_animation_and_page_are_saved()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Unit);
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("done");
        string picture = await Save(page, "PNG", "conv3-relu-5.png");
        Assert.True((await File.ReadAllBytesAsync(picture)).AsSpan().IndexOf("iTXtphosphene:recipe"u8) > 0, "The picture carries no recipe.");
        var provenance = Provenance.Read(picture);
        Assert.Equal(("conv3/relu:5", 24), ($"{provenance.Objective}", provenance.Step));

        using JsonDocument recipe = JsonDocument.Parse(await File.ReadAllTextAsync(await Save(page, "recipe", "conv3-relu-5.json")));
        Assert.Equal(24, recipe.RootElement.GetProperty("steps").GetInt32());

        byte[] animation = await File.ReadAllBytesAsync(await Save(page, "animation", "conv3-relu-5.gif"));
        Assert.Equal("GIF89a"u8.ToArray(), animation[..6]);

        string command = (await page.Ascent()).GetProperty("command").GetString()!;
        string saved = await Save(page, "page", "conv3-relu-5.html");
        (IPage alone, List<string> faults) = await browser.Open();
        await alone.GotoAsync(new Uri(saved).AbsoluteUri);
        await Assertions.Expect(alone.GetByRole(AriaRole.Heading, new() { Name = "conv3/relu:5" }).First).ToBeVisibleAsync();
        await Assertions.Expect(alone.GetByText(command)).ToBeVisibleAsync();
        Assert.True(await alone.EvaluateAsync<bool>("document.images.length > 0 && [...document.images].every(image => image.complete && image.naturalWidth > 0)"));
        Assert.Empty(faults);
        // A download leaves the page for a moment, as the browser sees it.
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task The_command_that_is_copied_is_the_one_that_the_studio_tells()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Unit);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("done");
        await page.GetByRole(AriaRole.Button, new() { Name = "copy", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("Copied.");
        string copied = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.StartsWith("phosphene render ", copied, StringComparison.Ordinal);
        Assert.Equal((await page.Ascent()).GetProperty("command").GetString(), copied);
        await page.GetByRole(AriaRole.Button, new() { Name = "link", Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("async () => await navigator.clipboard.readText() === location.href");
        Assert.Empty(OpenStudio.Faults(errors));
    }

    // By the link of that name; the browser proposes this name for the file.
    private async Task<string> Save(IPage page, string name, string file)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.Locator(".saving").GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync());
        Assert.Equal(file, download.SuggestedFilename);
        string path = Path.Combine(studio.Folder, file);
        await download.SaveAsAsync(path);
        return path;
    }
}
