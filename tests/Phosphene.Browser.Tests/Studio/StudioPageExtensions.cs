using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Phosphene.Images;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>What tests ask of a page of the studio that shows a unit.</summary>
internal static partial class StudioPageExtensions
{
    /// <summary>How its first ascent stands, as the server says.</summary>
    public static async Task<JsonElement> Ascent(this IPage page) => JsonDocument.Parse(await (await page.Asked("")).TextAsync()).RootElement;

    /// <summary>The picture of its first ascent.</summary>
    public static async Task<Picture> SavedPicture(this IPage page, OpenStudio studio)
    {
        string path = Path.Combine(studio.Folder, $"{Guid.NewGuid():N}.png");
        await File.WriteAllBytesAsync(path, await (await page.Asked("/picture.png")).BodyAsync());
        return Picture.Load(path);
    }

    /// <summary>Pauses it, if it runs.</summary>
    public static async Task Pause(this IPage page)
    {
        await Assertions.Expect(page.Locator(".lane .line").First).ToContainTextAsync("seed");
        ILocator pause = page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true });
        if (await pause.IsVisibleAsync()) await pause.ClickAsync();
        await Assertions.Expect(page.Locator(".transport")).ToContainTextAsync("paused");
    }

    /// <summary>A number that the page measures.</summary>
    public static Task<double> Metric(this IPage page, string name) => page.EvaluateAsync<double>($"window.phospheneStudio.metrics.{name}");

    /// <summary>The steps that the page says were done.</summary>
    public static async Task<int> Step(this IPage page) => int.Parse(StepText().Match(await page.Locator(".transport").InnerTextAsync()).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"step (\d+)")]
    private static partial Regex StepText();

    private static Task<IAPIResponse> Asked(this IPage page, string path)
    {
        var address = new Uri(page.Url);
        string ascent = address.Fragment.Split("ascent=")[1].Split('&')[0];
        return page.Context.APIRequest.GetAsync($"{address.GetLeftPart(UriPartial.Authority)}/api/ascents/{ascent}{path}");
    }
}
