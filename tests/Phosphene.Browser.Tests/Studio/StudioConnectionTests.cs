using Microsoft.Playwright;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>A connection that is lost, people who want nothing to move, and a model that another address asks for.</summary>
public sealed class StudioConnectionTests(Browser browser, OpenStudio studio) : IClassFixture<Browser>, IClassFixture<OpenStudio>
{
    private const string LongAscent = "#/unit?model=shapes&objective=conv3/relu:5&size=64&steps=90000&transforms=jitter(4)";

    [BrowserFact]
    public async Task A_lost_connection_is_said_and_frames_go_on_when_it_is_back()
    {
        (IPage page, _) = await studio.Open(browser, LongAscent);
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 3");
        await page.EvaluateAsync("window.isSame = true");
        ILocator lost = page.GetByText("Connection lost");
        await Assertions.Expect(lost).ToBeHiddenAsync();
        await studio.Close();
        await Assertions.Expect(lost).ToBeVisibleAsync();
        double frames = await Frames(page);
        await studio.OpenAgain();
        await Assertions.Expect(lost).ToBeHiddenAsync();
        await page.WaitForFunctionAsync($"() => window.phospheneStudio.metrics.frames > {frames} + 5");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv3/relu:5");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isSame"));
    }

    [BrowserFact]
    public async Task A_picture_that_is_made_sooner_than_the_connection_stands_is_shown()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/layer?model=shapes&layer=conv1/relu");
        // What is told while nobody listens is lost, so that nothing may be asked for before.
        bool isOpen = false, isAskedBefore = false;
        await page.RouteAsync(url => url.Contains("/api/events", StringComparison.Ordinal), async route =>
        {
            await Task.Delay(1_000);
            isOpen = true;
            await route.ContinueAsync();
        });
        await page.RouteAsync(url => url.EndsWith("/api/ascents", StringComparison.Ordinal), route =>
        {
            isAskedBefore |= !isOpen;
            return route.ContinueAsync();
        });
        await page.EvaluateAsync("history.replaceState(null, '', '#/unit?model=shapes&objective=conv3/relu:5&size=32&steps=2&transforms=none')");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("step 2 of 2");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("done");
        Assert.True(isOpen && !isAskedBefore, "The picture was asked for before the connection stood.");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('.stage canvas').width === 32"));
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task For_who_wants_nothing_to_move_the_picture_is_shown_when_it_is_done()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/layer?model=shapes&layer=conv1/relu");
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.EvaluateAsync("location.hash = '#/unit?model=shapes&objective=conv3/relu:9&size=64&steps=90000&transforms=jitter(4)'");
        await page.WaitForFunctionAsync("() => Number(/step (\\d+)/.exec(document.querySelector('.transport').textContent)?.[1]) > 30");
        Assert.Equal(0, await Frames(page));
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("shown when it pauses");
        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("paused");
        await page.WaitForFunctionAsync("() => window.phospheneStudio.metrics.frames > 0 && document.querySelector('.stage canvas').width === 64");
        double paused = await Frames(page);

        // To its end.
        int step = (await page.Ascent()).GetProperty("step").GetInt32();
        await page.EvaluateAsync($"location.hash = '#/unit?model=shapes&objective=conv3/relu:10&size=64&steps=40&transforms=jitter(4)'");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("step 40 of");
        await page.WaitForFunctionAsync($"() => window.phospheneStudio.metrics.frames > {paused}");
        Assert.InRange(await Frames(page) - paused, 1, 2);
        Assert.True(step > 30);
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task An_address_of_another_layer_is_followed_by_the_map_even_while_a_unit_is_opened()
    {
        (IPage page, List<string> errors) = await studio.Open(browser);
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("rainbow double circle");
        // A unit that takes its time to begin is left at once.
        await page.RouteAsync("**/api/ascents", async route => { await Task.Delay(1_500); await route.ContinueAsync(); });
        await page.EvaluateAsync("location.hash = '#/unit?model=shapes&objective=conv2/relu:3'");
        await page.EvaluateAsync("location.hash = '#/layer?model=shapes&layer=conv4/relu'");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "conv4" })).ToBeVisibleAsync();
        await page.WaitForTimeoutAsync(2_500);
        Assert.EndsWith("#/layer?model=shapes&layer=conv4/relu", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".map [aria-current]")).ToContainTextAsync("conv4");
        await Assertions.Expect(page.Locator(".map [aria-current]")).ToHaveAttributeAsync("title", Full());
        Assert.Empty(OpenStudio.Faults(errors));
    }

    private static System.Text.RegularExpressions.Regex Full() => new("^conv4/relu: 32 channels");

    private static Task<double> Frames(IPage page) => page.EvaluateAsync<double>("window.phospheneStudio.metrics.frames");
}
