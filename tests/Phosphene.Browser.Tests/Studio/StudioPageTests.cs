using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>The studio's page, walked through in Chromium with the embedded network.</summary>
public sealed partial class StudioPageTests(Browser browser, OpenStudio studio, ITestOutputHelper output) : IClassFixture<Browser>, IClassFixture<OpenStudio>
{
    // It goes on for longer than any test, and so slowly that snapshots are not thinned out meanwhile.
    private const string LongAscent = "#/unit?model=shapes&objective=conv3/relu:5&size=192&steps=90000&transforms=pad(2)|jitter(4)";

    [BrowserFact]
    public async Task The_first_screen_is_dreaming_and_leads_on()
    {
        (IPage page, List<string> errors) = await studio.Open(browser);
        await Assertions.Expect(page.Locator(".intro")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 20");
        double firstFrame = await page.Metric("firstFrame"), frames = await page.Metric("bestFramesPerSecond");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"opened to first frame: {firstFrame:0} ms; most frames in a second: {frames}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "what is this?" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Olah");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("the layer before, behind");
        await page.Keyboard.PressAsync("Escape");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task A_slider_steers_what_runs_without_a_restart_and_back_undoes_it()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 10");
        int before = await page.Step();
        ILocator slider = page.GetByRole(AriaRole.Slider, new() { Name = "pixels" }).Nth(1);
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("PageUp");
        await Assertions.Expect(page.Locator(".steered")).ToContainTextAsync("transforms: pad(2)|jitter(");
        Assert.True(await page.Step() >= before);
        await Assertions.Expect(page).Not.ToHaveURLAsync(JitterOfFour());
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page).ToHaveURLAsync(JitterOfFour());
        await Assertions.Expect(page.Locator(".steered")).ToContainTextAsync("transforms: pad(2)|jitter(4)");
        Assert.True(await page.Step() >= before);
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task It_pauses_steps_goes_back_and_stands_where_it_stood_after_a_reload()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        await Assertions.Expect(page.Locator(".film button")).Not.ToHaveCountAsync(0);
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.film button').length > 4");
        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("paused");
        int paused = await page.Step();
        await page.Keyboard.PressAsync(".");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync($"step {paused + 1} of");
        await page.Locator(".film button[data-step='8']").ClickAsync();
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("step 8 of");
        string address = page.Url;
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("step 8 of");
        Assert.Equal(address, page.Url);
        errors.RemoveAll(OpenStudio.IsOfLeaving);
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task An_objective_is_completed_and_what_is_wrong_is_said_under_its_character()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        ILocator field = page.GetByRole(AriaRole.Combobox, new() { Name = "Objective" });
        await Assertions.Expect(field).ToHaveValueAsync("conv3/relu:5");
        await field.FillAsync("conv3/relu:7 - 0.1*xy()");
        ILocator error = page.Locator(".text-error:visible");
        await Assertions.Expect(error).ToContainTextAsync("xy");
        Assert.Equal("19", await error.GetAttributeAsync("data-position"));
        await field.FillAsync("conv3/relu:7 - 0.1*t");
        await Assertions.Expect(page.Locator(".offers [role=option]").First).ToContainTextAsync("tv(");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync(")");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv3/relu:7 - 0.1*tv()");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task Recipes_stand_side_by_side_and_a_link_shows_them_again()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("seed 0");
        await page.Keyboard.PressAsync("2");
        await Assertions.Expect(page.Locator(".lane")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".lane .line").Nth(1)).ToContainTextAsync("seed 1");
        string link = Regex.Replace(page.Url, "&ascent[^&]*", "");
        (IPage other, _) = await studio.Open(browser, link[link.IndexOf('#', StringComparison.Ordinal)..]);
        await Assertions.Expect(other.Locator(".lane .line").Nth(1)).ToContainTextAsync("seed 1");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task What_begins_for_somebody_who_has_gone_on_goes_no_further()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        ILocator line = page.Locator(".lane .line");
        await Assertions.Expect(line).ToContainTextAsync("conv3/relu:5");
        var left = new TaskCompletionSource<string>();
        await page.RouteAsync("**/api/ascents", async route =>
        {
            IAPIResponse answer = await route.FetchAsync();
            JsonElement state = JsonDocument.Parse(await answer.TextAsync()).RootElement;
            if (state.GetProperty("objective").GetString() == "conv3/relu:6")
            {
                Assert.True(state.GetProperty("isRunning").GetBoolean());
                await Assertions.Expect(line).ToContainTextAsync("conv3/relu:7");
                left.SetResult(state.GetProperty("id").GetString()!);
            }
            await route.FulfillAsync(new() { Response = answer });
        });
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForURLAsync(new Regex("relu:6"));
        await page.Keyboard.PressAsync("ArrowRight");
        string address = $"{new Uri(page.Url).GetLeftPart(UriPartial.Authority)}/api/ascents/{await left.Task.WaitAsync(TimeSpan.FromMinutes(1))}";
        for (int i = 0; i < 100 && await IsRunning(); i++) await Task.Delay(100);
        Assert.False(await IsRunning());
        Assert.Contains("relu:7", await line.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(errors);

        async Task<bool> IsRunning() => JsonDocument.Parse(await (await page.Context.APIRequest.GetAsync(address)).TextAsync()).RootElement.GetProperty("isRunning").GetBoolean();
    }

    [BrowserFact]
    public async Task A_layer_fills_and_a_click_puts_a_unit_on_the_stage_without_a_reload()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/layer?model=shapes&layer=conv4/relu");
        await Assertions.Expect(page.Locator(".grid a")).ToHaveCountAsync(32);
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.grid .thumb[data-state]').length > 8");
        await page.EvaluateAsync("window.isSame = true");
        await page.GetByPlaceholder("number or label").FillAsync("7");
        await Assertions.Expect(page.Locator(".grid a:visible")).ToHaveCountAsync(1);
        await page.Locator(".grid a:visible").ClickAsync();
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv4/relu:7");
        await page.Keyboard.PressAsync("]");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv5/relu:7");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv5/relu:8");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "conv5" })).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isSame"));
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("3");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task A_photo_shows_its_units_where_they_fire_and_what_speaks_for_a_class()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/photo?model=shapes");
        IFileChooser chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "choose one" }).ClickAsync());
        await chooser.SetFilesAsync(studio.Photo);
        await Assertions.Expect(page.Locator(".seen-units .unit").First).ToBeVisibleAsync();
        await page.Locator(".pad:visible").ClickAsync(new() { Position = new() { X = 300, Y = 200 } });
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("&y="));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Fires here" })).ToBeVisibleAsync();
        await page.Locator(".seen-units .unit").First.ClickAsync();
        await Assertions.Expect(page.Locator(".seen-photo .caption")).ToContainTextAsync("Lit where");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('.heat').width > 1"));
        await page.GetByRole(AriaRole.Button, new() { Name = "What to change" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "The changed photo" })).ToBeVisibleAsync();
        await page.Locator(".classes:visible button").First.ClickAsync();
        await Assertions.Expect(page.Locator(".seen-photo .caption")).ToContainTextAsync("Blue speaks for");
        await Assertions.Expect(page.Locator(".all-layer")).Not.ToHaveCountAsync(0);
        errors.RemoveAll(OpenStudio.IsOfLeaving);                    // questions about a place that was left
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task The_camera_shows_what_lights_up_freezes_and_leads_to_a_unit()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/camera?model=shapes&layer=conv4/relu");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the camera" }).ClickAsync();
        await Assertions.Expect(page.Locator(".camera-view .unit").First).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => window.phospheneStudio.metrics.cameraFramesPerSecond > 0.5");
        double rate = await page.Metric("cameraFramesPerSecond");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"camera: {rate:0} frames a second"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Freeze" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "The frozen camera" })).ToBeVisibleAsync();
        await page.Locator(".camera-view .unit").First.ClickAsync();
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv4/relu:");
        Assert.Empty(errors);
    }

    [BrowserFact]
    public async Task Nothing_serious_stands_in_the_way_of_people_who_do_not_see_or_have_no_mouse()
    {
        (IPage first, _) = await studio.Open(browser, "#/photo?model=shapes");
        await (await first.RunAndWaitForFileChooserAsync(() => first.GetByRole(AriaRole.Button, new() { Name = "choose one" }).ClickAsync())).SetFilesAsync(studio.Photo);
        await Assertions.Expect(first.Locator(".seen-units .unit").First).ToBeVisibleAsync();
        string photo = first.Url[first.Url.IndexOf('#', StringComparison.Ordinal)..];
        foreach ((int width, bool isDark) in ((int, bool)[])[(1440, false), (390, true)])
            foreach (string hash in (string[])["", "#/layer?model=shapes&layer=logits", "#/photo?model=shapes", photo, "#/camera?model=shapes", LongAscent])
            {
                (IPage page, _) = await studio.Open(browser, hash, width, isDark);
                await Assertions.Expect(page.Locator(".view:visible")).ToHaveCountAsync(1);
                await page.WaitForTimeoutAsync(1_000);
                if (hash == LongAscent && width == 390)
                {
                    await page.GetByRole(AriaRole.Button, new() { Name = "Recipe", Exact = true }).ClickAsync();
                    await Assertions.Expect(page.Locator("#recipe")).ToBeVisibleAsync();
                }
                AxeResult result = await page.RunAxe();
                string[] serious = [.. result.Violations.Where(violation => violation.Impact is "serious" or "critical").SelectMany(violation => violation.Nodes.Select(node => $"{hash} at {width}: {violation.Id}: {violation.Help}: {node.Html}"))];
                Assert.Empty(serious);
                Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{hash} is wider than {width} pixels");
            }
    }

    [GeneratedRegex(@"jitter\(4\)")]
    private static partial Regex JitterOfFour();
}
