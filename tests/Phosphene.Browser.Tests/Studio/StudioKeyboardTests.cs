using Microsoft.Playwright;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>The studio's page without a mouse.</summary>
public sealed class StudioKeyboardTests(Browser browser, OpenStudio studio) : IClassFixture<Browser>, IClassFixture<OpenStudio>
{
    private const string LongAscent = "#/unit?model=shapes&objective=conv3/relu:5&size=64&steps=90000&transforms=pad(2)|jitter(4)";

    // What Tab has to reach: of radio buttons of one name the one that is chosen.
    private const string Controls = """
        window.controls = () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
            .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }) && (one.type !== 'radio' || one.checked));
        window.nameOf = one => `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40)} ${one.className}`;
        window.shows = one => [one, one.nextElementSibling, one.querySelector(':scope .thumb'), one.firstElementChild].filter(Boolean)
            .some(shown => { const style = getComputedStyle(shown); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; });
        """;

    [BrowserFact]
    public Task Tab_reaches_every_control_of_a_unit_and_shows_where_it_is() => Walk(LongAscent, page => page.Pause());

    [BrowserFact]
    public Task Tab_reaches_every_control_of_a_layer_and_shows_where_it_is() => Walk("#/layer?model=shapes&layer=conv3/relu", page => Assertions.Expect(page.Locator(".grid a")).Not.ToHaveCountAsync(0));

    [BrowserFact]
    public async Task Tab_reaches_every_control_of_a_photo_and_shows_where_it_is()
    {
        await Walk("#/photo?model=shapes", async page =>
        {
            await (await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "choose one" }).ClickAsync())).SetFilesAsync(studio.Photo);
            await Assertions.Expect(page.Locator(".seen-units .unit").First).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator(".all-layer")).Not.ToHaveCountAsync(0);
            await Assertions.Expect(page.Locator(".classes:visible button").First).ToBeVisibleAsync();
        });
    }

    [BrowserFact]
    public async Task The_focus_stays_where_it_is_while_the_picture_grows()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        ILocator film = page.Locator(".film button");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.film button').length > 2");
        int frames = await film.CountAsync();
        await film.Nth(1).FocusAsync();
        await page.WaitForFunctionAsync($"() => document.querySelectorAll('.film button').length > {frames}");
        await Assertions.Expect(film.Nth(1)).ToBeFocusedAsync();
        ILocator tool = page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" });
        await tool.FocusAsync();
        await page.Keyboard.PressAsync(".");                         // pauses and takes a step: the state is told anew
        await page.Keyboard.PressAsync(".");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("paused");
        await Assertions.Expect(tool).ToBeFocusedAsync();
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task The_keys_do_what_their_list_says()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, LongAscent);
        ILocator line = page.Locator(".lane .line");
        await Assertions.Expect(line).ToContainTextAsync("conv3/relu:5");
        foreach ((string key, string shown) in ((string, string)[])[("ArrowRight", "conv3/relu:6"), ("l", "conv3/relu:7"), ("ArrowLeft", "conv3/relu:6"), ("h", "conv3/relu:5"), ("[", "conv2/relu:5"), ("]", "conv3/relu:5"), ("r", "seed 1")])
        {
            await page.Keyboard.PressAsync(key);
            await Assertions.Expect(line).ToContainTextAsync(shown);
        }
        foreach (int count in (int[])[2, 4, 1])
        {
            await page.Keyboard.PressAsync($"{count}");
            await Assertions.Expect(page.Locator(".lane")).ToHaveCountAsync(count);
        }
        await page.Keyboard.PressAsync("?");
        ILocator keys = page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        await Assertions.Expect(keys).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(keys).ToHaveCountAsync(0);

        // Find a layer, open it, and go about in its grid.
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Find a layer" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("conv4");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "conv4" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".grid a")).ToHaveCountAsync(32);
        await page.EvaluateAsync("document.activeElement.blur()");
        ILocator focused = page.Locator(".grid a:focus");
        int across = await page.EvaluateAsync<int>("(() => { const tiles = [...document.querySelectorAll('.grid a')]; return tiles.findIndex(tile => tile.offsetTop > tiles[0].offsetTop); })()");
        Assert.InRange(across, 2, 31);
        foreach ((string key, int channel) in ((string, int)[])[("ArrowRight", 0), ("ArrowRight", 1), ("ArrowDown", 1 + across), ("k", 1), ("j", 1 + across), ("h", across)])
        {
            await page.Keyboard.PressAsync(key);
            await Assertions.Expect(focused).ToHaveAttributeAsync("data-channel", $"{channel}");
        }
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(line).ToContainTextAsync($"conv4/relu:{across}");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(focused).ToHaveAttributeAsync("data-channel", $"{across}");
        await page.Keyboard.PressAsync("]");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "conv5" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("[");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "conv4" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("7");
        await Assertions.Expect(page.Locator(".grid a:visible")).ToHaveCountAsync(1);
        Assert.Empty(OpenStudio.Faults(errors));
    }

    private async Task Walk(string hash, Func<IPage, Task> ready)
    {
        (IPage page, List<string> errors) = await studio.Open(browser, hash);
        await ready(page);
        // What closed parts hold is reached once they are open.
        await page.EvaluateAsync("for (const part of document.querySelectorAll('details')) part.open = true");
        await page.WaitForTimeoutAsync(500);
        await page.EvaluateAsync(Controls + "window.left = new Set(controls()); window.twice = []; document.activeElement?.blur();");
        int count = await page.EvaluateAsync<int>("left.size");
        Assert.InRange(count, 20, 1_000);
        var unseen = new List<string>();
        // The browser goes on from where somebody clicked last, and after the end of the page from its beginning.
        for (int i = 0; i < count + 20 && await page.EvaluateAsync<int>("left.size") > 0; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            string? fault = await page.EvaluateAsync<string?>("""
                (() => {
                    const here = document.activeElement;
                    if (here === document.body) return null;
                    if (!left.delete(here)) twice.push(nameOf(here));
                    return shows(here) ? null : nameOf(here);
                })()
                """);
            if (fault is not null) unseen.Add(fault);
        }
        Assert.Empty(await page.EvaluateAsync<string[]>("[...left].map(nameOf)"));
        Assert.Empty(await page.EvaluateAsync<string[]>("twice"));
        Assert.Empty(unseen);
        Assert.Empty(OpenStudio.Faults(errors));
    }
}
