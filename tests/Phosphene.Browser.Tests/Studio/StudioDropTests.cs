using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Phosphene.Images;
using Phosphene.Models;
using Xunit;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>What is dropped onto the studio's page, pasted and painted there.</summary>
public sealed class StudioDropTests(Browser browser, OpenStudio studio) : IClassFixture<Browser>, IClassFixture<OpenStudio>
{
    private const string Model = "#/unit?model=shapes&objective=conv3/relu:5&size=64&steps=90000&transforms=jitter(4)";

    [BrowserFact]
    public async Task A_photo_that_is_dropped_is_looked_at()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/layer?model=shapes&layer=conv3/relu");
        await Assertions.Expect(page.Locator(".grid a").First).ToBeVisibleAsync();
        await Drop(page, "ring.png", "image/png", await File.ReadAllBytesAsync(studio.Photo), "body");
        await Assertions.Expect(page.Locator(".seen-units .unit").First).ToBeVisibleAsync();
        Assert.Contains("#/photo?model=shapes&image=", page.Url, StringComparison.Ordinal);
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task An_image_that_is_pasted_is_looked_at()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, "#/camera?model=shapes");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Open the camera" })).ToBeVisibleAsync();
        IJSHandle data = await Transfer(page, "pasted.png", "image/png", await File.ReadAllBytesAsync(studio.Photo));
        await page.EvaluateAsync("data => document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }))", data);
        await Assertions.Expect(page.Locator(".seen-units .unit").First).ToBeVisibleAsync();
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task An_image_that_is_dropped_onto_the_stage_is_where_the_picture_begins_and_back_undoes_it()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Model);
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 3");
        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("paused");
        await Drop(page, "ring.png", "image/png", await File.ReadAllBytesAsync(studio.Photo), ".stage canvas");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("&start="));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start from noise" })).ToBeVisibleAsync();

        // Another seed begins from it again.
        await page.Keyboard.PressAsync("r");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("seed 1");
        Assert.Equal(Start(page.Url), (await page.Ascent()).GetProperty("start").GetString());
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("seed 0");
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start from noise" })).ToHaveCountAsync(0);
        Assert.Null((await page.Ascent()).GetProperty("start").GetString());
        await page.Keyboard.PressAsync("Control+Shift+z");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start from noise" })).ToBeVisibleAsync();

        // After so few steps the ring is still there, red on black.
        await page.GetByRole(AriaRole.Button, new() { Name = "Again with another seed" }).ClickAsync();
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("seed 1");
        await Assertions.Expect(page.Locator(".film button")).Not.ToHaveCountAsync(0);
        await page.Pause();
        await page.Locator(".film button").First.ClickAsync();
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("paused");
        Picture picture = await page.SavedPicture(studio);
        Assert.True(Red(picture, 32, 11) > Red(picture, 32, 32) + 60 && Red(picture, 32, 11) > Red(picture, 5, 5) + 60, "There is no ring.");
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task A_model_that_is_dropped_is_open()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Model);
        await Drop(page, "own network.onnx", "", await EmbeddedNetwork(), "body");
        await Assertions.Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Model", Exact = true })).ToHaveValueAsync("own network");
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("swift");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("model=own"));
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task What_is_neither_model_nor_image_is_refused_in_a_sentence()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Model);
        await Assertions.Expect(page.Locator(".lane .line")).ToContainTextAsync("conv3/relu:5");
        ILocator problem = page.GetByRole(AriaRole.Alert);
        await Drop(page, "notes.txt", "text/plain", "not a picture"u8.ToArray(), "body");
        await Assertions.Expect(problem).ToContainTextAsync("'notes.txt' is neither a model (.onnx) nor an image.");
        Assert.Empty(OpenStudio.Faults(errors));
        await problem.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(problem).ToBeHiddenAsync();

        // What the server refuses the browser writes into its console, once for each.
        await Drop(page, "broken.onnx", "", "not a model"u8.ToArray(), "body");
        await Assertions.Expect(problem).ToContainTextAsync("'broken.onnx' is a text file; expected an ONNX model");
        await Drop(page, "broken.png", "image/png", "not a picture"u8.ToArray(), "body");
        await Assertions.Expect(problem).ToContainTextAsync("image");
        IFileChooser chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Start from an image" }).ClickAsync());
        await problem.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await chooser.SetFilesAsync(new FilePayload { Name = "broken.png", MimeType = "image/png", Buffer = "not a picture"u8.ToArray() });
        await Assertions.Expect(problem).ToContainTextAsync("image");
        Assert.Equal(3, errors.Count);
        Assert.All(errors, refused => Assert.Contains("400", refused, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Where_a_mask_is_not_painted_the_picture_stays()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Model);
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 3");
        await page.Pause();
        Picture before = await page.SavedPicture(studio);
        await page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" }).ClickAsync();
        ILocator canvas = page.Locator("canvas.mask");
        LocatorBoundingBoxResult box = (await canvas.BoundingBoxAsync())!;
        // A stroke across the upper quarter is free to change.
        await page.Mouse.MoveAsync(box.X + 0.1f * box.Width, box.Y + 0.25f * box.Height);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 0.9f * box.Width, box.Y + 0.25f * box.Height, new() { Steps = 12 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("&mask="));
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Assertions.Expect(canvas).ToHaveCountAsync(0);
        Assert.NotNull((await page.Ascent()).GetProperty("mask").GetString());

        int step = (await page.Ascent()).GetProperty("step").GetInt32();
        for (int i = 1; i <= 5; i++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "One step" }).ClickAsync();
            await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync($"step {step + i} of");
        }
        Picture after = await page.SavedPicture(studio);
        Assert.Equal((before.Height, before.Width), (after.Height, after.Width));
        // The brush is 14 percent wide; below the stroke and its soft edge nothing moves by more than rounding.
        Assert.InRange(MostChange(before, after, before.Height / 2, before.Height), 0, 1);
        Assert.True(MostChange(before, after, before.Height * 3 / 16, before.Height * 5 / 16) > 4, "Nothing changes where the mask was painted.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Without the mask" }).ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("&mask="));
        Assert.Null((await page.Ascent()).GetProperty("mask").GetString());
        for (int i = 6; i <= 10; i++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "One step" }).ClickAsync();
            await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync($"step {step + i} of");
        }
        Assert.True(MostChange(after, await page.SavedPicture(studio), before.Height / 2, before.Height) > 4, "The mask still holds.");
        Assert.Empty(OpenStudio.Faults(errors));
    }

    [BrowserFact]
    public async Task A_mask_is_painted_with_the_keyboard_and_cleared()
    {
        (IPage page, List<string> errors) = await studio.Open(browser, Model);
        await page.WaitForFunctionAsync("() => window.phospheneStudio?.metrics.frames > 3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Paint a mask" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("canvas.mask")).ToBeFocusedAsync();
        foreach (string key in (string[])["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "Space"]) await page.Keyboard.PressAsync(key);
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("&mask="));
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true }).ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("&mask="));
        Assert.Null((await page.Ascent()).GetProperty("mask").GetString());
        await page.Locator("canvas.mask").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("canvas.mask")).ToHaveCountAsync(0);
        Assert.Empty(OpenStudio.Faults(errors));
    }

    private static string Start(string url) => url.Split("&start=")[1].Split('&')[0];

    private static int Red(Picture picture, int y, int x) => picture.Row(y)[x * picture.Channels];

    private static async Task<byte[]> EmbeddedNetwork()
    {
        await using Stream stream = typeof(EmbeddedModels).Assembly.GetManifestResourceStream("Phosphene.Models.shapes.onnx")!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    // In any colour of the rows between.
    private static int MostChange(Picture a, Picture b, int top, int bottom)
    {
        int most = 0;
        for (int y = top; y < bottom; y++)
            for (int i = 0; i < a.Width * a.Channels; i++) most = Math.Max(most, Math.Abs(a.Row(y)[i] - b.Row(y)[i]));
        return most;
    }

    private static async Task Drop(IPage page, string name, string type, byte[] bytes, string target)
    {
        // The page takes files once it knows its models, which is after it has loaded.
        await Assertions.Expect(page.Locator(".drop-shade")).ToHaveCountAsync(1);
        IJSHandle data = await Transfer(page, name, type, bytes);
        await page.EvaluateAsync("""
            ([data, target]) => {
                const element = document.querySelector(target), box = element.getBoundingClientRect();
                for (const kind of ["dragenter", "dragover", "drop"])
                    element.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data, clientX: box.left + box.width / 2, clientY: target === "body" ? 3 : box.top + box.height / 2 }));
            }
            """, new object[] { data, target });
    }

    private static Task<IJSHandle> Transfer(IPage page, string name, string type, byte[] bytes) => page.EvaluateHandleAsync("""
        ([name, type, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(atob(text), one => one.charCodeAt(0))], name, { type }));
            return data;
        }
        """, new object[] { name, type, Convert.ToBase64String(bytes) });
}
