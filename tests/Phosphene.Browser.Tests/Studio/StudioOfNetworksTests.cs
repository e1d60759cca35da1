using System.Globalization;
using Microsoft.Playwright;
using Phosphene.Runtime.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>The studio as the command opens it, with trained networks: how fast it is, and that nothing is lost. What is measured is printed. Other tests run beside it and take the processors, so that only that frames come is asked for here.</summary>
public sealed class StudioOfNetworksTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    [RealModelFact]
    public async Task Frames_come_soon_and_many()
    {
        using StudioProcess studio = StudioProcess.Open();
        (IPage page, List<string> errors) = await browser.Open(isOffline: false);
        await page.GotoAsync(studio.Address);
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 60");
        (double first, double rate) = (await page.Metric("firstFrame"), await page.Metric("bestFramesPerSecond"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"embedded network, first screen: {first:0} ms to the first frame, {rate:0} frames a second"));
        Assert.True(rate >= 1);

        // A click in the grid of a layer, as somebody does.
        await page.GotoAsync(studio.At("#/layer?model=bvlc_googlenet&layer=inception_4c/output"));
        ILocator unit = page.Locator(".grid a, .grid button").Nth(3);
        await unit.WaitForAsync();
        await page.WaitForTimeoutAsync(2_000);
        await unit.ClickAsync();
        await page.WaitForFunctionAsync("() => window.phospheneStudio.metrics.firstFrame !== null");
        first = await page.Metric("firstFrame");
        await page.GotoAsync(studio.At("#/unit?model=bvlc_googlenet&objective=inception_4c/output:300&preset=swift&size=128&steps=600"));
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 40");
        rate = await page.Metric("bestFramesPerSecond");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GoogLeNet inception_4c: {first:0} ms from the click to the first frame; at 128 px {rate:0} frames a second"));
        Assert.True(first < 30_000, $"{first:0} ms");
        Assert.True(rate >= 1);

        await page.GotoAsync(studio.At("#/camera?model=squeezenet1.1"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the camera" }).ClickAsync();
        await page.WaitForFunctionAsync("() => window.phospheneStudio.metrics.cameraFramesPerSecond > 0.5");
        await page.WaitForTimeoutAsync(3_000);
        rate = await page.Metric("cameraFramesPerSecond");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"camera with SqueezeNet: {rate:0.0} frames a second"));
        errors.RemoveAll(OpenStudio.IsOfLeaving);
        Assert.Empty(errors);
    }

    [RealModelFact]
    public async Task A_studio_that_is_killed_in_the_middle_of_a_run_goes_on_after_a_reload()
    {
        using StudioProcess studio = StudioProcess.Open();
        (IPage page, _) = await browser.Open(isOffline: false);
        await page.GotoAsync(studio.At("#/unit?model=squeezenet1.1&objective=fire7/concat:17&preset=swift&size=96&steps=5000"));
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.film button').length > 6");
        await page.WaitForTimeoutAsync(8_000);                        // until a checkpoint is written
        int before = await page.Step();
        string address = page.Url;
        studio.Kill();
        await Assertions.Expect(page.GetByText("Connection lost")).ToBeVisibleAsync();
        studio.StartAgain();
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 5");
        int after = await page.Step();
        output.WriteLine($"killed at step {before}, shown again at step {after}");
        Assert.Equal(address, page.Url);
        Assert.InRange(after, Math.Min(before, 64), 5000);
        Assert.True(await page.Locator(".film button").CountAsync() > 6);
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("fire7/concat:17");
    }

    [RealModelFact]
    public async Task SqueezeNet_is_explored_on_a_phone_and_on_a_wide_screen()
    {
        using StudioProcess studio = StudioProcess.Open();
        foreach ((int width, bool isDark) in ((int, bool)[])[(390, true), (1440, false)])
        {
            (IPage page, List<string> errors) = await browser.Open(width, isDark, isOffline: false);
            await page.GotoAsync(studio.At("#/layer?model=squeezenet1.1&layer=fire7/concat"));
            await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.grid img')].filter((image) => image.naturalWidth > 0).length >= 4");
            await page.Locator(".grid a, .grid button").Nth(1).ClickAsync();
            await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("fire7/concat:1");
            await page.WaitForFunctionAsync("() => window.phospheneStudio.metrics.frames > 10");

            await page.GotoAsync(studio.At("#/photo?model=squeezenet1.1"));
            await (await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "choose one" }).ClickAsync())).SetFilesAsync(SharedData.Path("images/imagenet-sample/n02099601_golden_retriever.jpg"));
            await Assertions.Expect(page.GetByText("golden retriever").First).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator(".seen-units .unit").First).ToBeVisibleAsync();

            await page.GotoAsync(studio.At("#/camera?model=squeezenet1.1"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Open the camera" }).ClickAsync();
            await Assertions.Expect(page.Locator(".camera-view .unit").First).ToBeVisibleAsync();
            errors.RemoveAll(OpenStudio.IsOfLeaving);
            Assert.Empty(errors);
            await page.CloseAsync();
        }
    }
}
