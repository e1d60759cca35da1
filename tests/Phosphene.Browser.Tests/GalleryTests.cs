using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Phosphene.Browser.Tests;

/// <summary>A gallery on a disk, walked through in Chromium without a network.</summary>
public sealed class GalleryTests(Browser browser, GalleryTests.Written written) : IClassFixture<Browser>, IClassFixture<GalleryTests.Written>
{
    public sealed class Written : IDisposable
    {
        public Written()
        {
            if (Browser.Path is not null) Gallery.Site.Write();
        }

        internal MadeGallery Gallery { get; } = new();

        public void Dispose() => Gallery.Dispose();
    }

    private MadeGallery Gallery => written.Gallery;

    [BrowserFact]
    public async Task One_wanders_from_the_overview_to_a_layer_a_unit_its_neighbour_a_similar_one_and_back_by_search()
    {
        (IPage page, List<string> errors) = await browser.Open();
        await page.GotoAsync(Gallery.AddressOf("index.html"));
        await page.GetByRole(AriaRole.Heading, new() { Name = "block1" }).GetByRole(AriaRole.Link).ClickAsync();
        await Arrive(page, "block1-output.html");
        await page.Locator(".grid a[data-channel=\"4\"]").ClickAsync();
        await Arrive(page, "block1-output/4.html");
        await page.Keyboard.PressAsync("ArrowRight");
        await Arrive(page, "5.html");
        ILocator similar = page.Locator(".links .row", new() { HasText = "by look" }).GetByRole(AriaRole.Link).First;
        string address = (await similar.GetAttributeAsync("href"))!;
        await similar.ClickAsync();
        await Arrive(page, address.TrimStart('.', '/'));
        await page.Keyboard.PressAsync("/");
        await Arrive(page, "search.html");
        await Assertions.Expect(page.Locator("input[name=find]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("thing 7");
        await Assertions.Expect(page.Locator(".grid a")).ToHaveCountAsync(1);
        await Arrive(page, "search.html#q=thing%207");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".grid a")).ToHaveCountAsync(1);
        await page.Locator(".grid a").ClickAsync();
        await Arrive(page, "classes/7.html");
        await page.Keyboard.PressAsync("[");
        await Arrive(page, "block1-output.html");
        Assert.Empty(errors);

        // Playwright's own wait for an address misses some that come while it begins to wait.
        static async Task Arrive(IPage page, string end)
        {
            await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/{Regex.Escape(end)}$"));
            await page.WaitForFunctionAsync("() => document.readyState === 'complete'");
        }
    }

    [BrowserFact]
    public async Task Every_picture_of_every_kind_of_page_loads_with_scripts_and_without()
    {
        foreach (bool hasScripts in (bool[])[true, false])
            foreach (string name in (string[])["index.html", "block1-output.html", "classes.html", "block1-output/4.html", "search.html", "quiz.html"])
            {
                (IPage page, List<string> errors) = await browser.Open(hasScripts: hasScripts);
                await page.GotoAsync(Gallery.AddressOf(name));
                foreach (ILocator image in await page.Locator("img:visible").AllAsync())
                {
                    await image.ScrollIntoViewIfNeededAsync();
                    if (hasScripts) await image.EvaluateAsync("image => image.decode()");
                }
                Assert.Empty(errors);
            }
    }

    [BrowserFact]
    public async Task A_layer_is_sorted_and_filtered_and_the_address_says_how()
    {
        (IPage page, List<string> errors) = await browser.Open();
        await page.GotoAsync(Gallery.AddressOf("block1-output.html"));
        await page.GetByText("value", new() { Exact = true }).ClickAsync();
        Assert.Equal("6", await First());
        await page.GetByText("3x3", new() { Exact = true }).ClickAsync();
        Assert.Equal("69", await First());
        Assert.EndsWith("#sort=value&branch=3x3", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        Assert.Equal("69", await First());
        await Assertions.Expect(page.Locator(".grid a:visible")).ToHaveCountAsync(65);
        await page.GotoAsync(Gallery.AddressOf("block1-output.html#concern=dead+on+data"));
        await Assertions.Expect(page.Locator(".grid a:visible")).ToHaveCountAsync(3);
        await page.GotoAsync(Gallery.AddressOf("classes.html#find=thing+11"));
        await Assertions.Expect(page.Locator(".grid a:visible")).ToHaveCountAsync(1);
        Assert.Empty(errors);

        async Task<string?> First() => await page.Locator(".grid a:visible").First.GetAttributeAsync("data-channel");
    }

    [BrowserFact]
    public async Task What_the_address_of_a_unit_names_stands_large_and_the_slider_goes_through_its_steps()
    {
        (IPage page, List<string> errors) = await browser.Open();
        await page.GotoAsync(Gallery.AddressOf("block1-output/4.html#negative"));
        ILocator stage = page.Locator(".stage img");
        Assert.EndsWith("4-negative-0.png", await stage.GetAttributeAsync("src"), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".line")).ToContainTextAsync("negative");
        await page.GotoAsync(Gallery.AddressOf("block1-output/5.html"));
        await page.Locator("#diversity-2").ClickAsync();
        Assert.EndsWith("#diversity-2", page.Url, StringComparison.Ordinal);
        Assert.EndsWith("5-diversity-1.png", await stage.GetAttributeAsync("src"), StringComparison.Ordinal);
        await page.GoBackAsync();
        Assert.EndsWith("5-channel-0.png", await stage.GetAttributeAsync("src"), StringComparison.Ordinal);
        await page.GetByLabel("Step", new() { Exact = true }).FillAsync("0");
        Assert.EndsWith("5-channel-0-step1.png", await stage.GetAttributeAsync("src"), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".line")).ToContainTextAsync("after step 1");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task The_quiz_counts_and_keeps_its_answers()
    {
        (IPage page, List<string> errors) = await browser.Open();
        await page.GotoAsync(Gallery.AddressOf("quiz.html"));
        for (int question = 0; question < 4; question++)
        {
            // The right photo is the one that the data calls high, which is told only after the answer.
            await page.Keyboard.PressAsync(question % 2 == 0 ? "1" : "2");
            await Assertions.Expect(page.Locator(".tell")).ToContainTextAsync("The unit is");
            await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        }
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".score tr").First).ToContainTextAsync("of 2");
        await Assertions.Expect(page.Locator(".score tr").Last).ToContainTextAsync("of 2");
        IDownload saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save the answers" }).ClickAsync());
        string text = await File.ReadAllTextAsync(await saved.PathAsync());
        Assert.Equal(4, text.Split("\"right\"").Length - 1);
        Assert.Equal(2, text.Split("\"optimised\"").Length - 1);
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task A_picture_of_ones_own_finds_what_looks_like_it()
    {
        (IPage page, List<string> errors) = await browser.Open();
        await page.GotoAsync(Gallery.AddressOf("search.html"));
        await page.Locator("input[type=file]").SetInputFilesAsync(Path.Combine(Gallery.Folder, "block1-output", "77-channel-0.png"));
        await Assertions.Expect(page.Locator(".grid a").First.Locator("b")).ToHaveTextAsync("block1:77");
        await page.GotoAsync(Gallery.AddressOf("search.html#like=block1-output:9"));
        await Assertions.Expect(page.Locator(".grid a").First.Locator("b")).ToHaveTextAsync("block1:9");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task Nothing_serious_stands_in_the_way_of_people_who_do_not_see_or_have_no_mouse()
    {
        foreach ((int width, bool isDark) in ((int, bool)[])[(1440, false), (390, true)])
            foreach (string name in (string[])["index.html", "block1-output.html", "block1-output/3.html", "search.html#q=thing", "quiz.html"])
            {
                (IPage page, _) = await browser.Open(width, isDark);
                await page.GotoAsync(Gallery.AddressOf(name));
                AxeResult result = await page.RunAxe();
                string[] serious = [.. result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{name} at {width}: {violation.Id}: {violation.Help}: {violation.Nodes[0].Html}")];
                Assert.Empty(serious);
                Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} is wider than {width} pixels");
            }
    }
}
