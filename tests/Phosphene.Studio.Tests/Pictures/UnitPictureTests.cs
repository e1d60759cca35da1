using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Pictures;
using Phosphene.Studio.Tests.Load;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Studio.Tests.Pictures;

public sealed class UnitPictureTests : StudioTests
{
    private const string Page = "pictures01", OtherPage = "pictures02", Layer = "conv4/relu";

    private protected override StudioOptions Options => new() { StateFolder = StateFolder, Models = [new StudioModelFile(HandMadeModel.Write(Directory.CreateDirectory(StateFolder).Parent!.FullName, isBroken: true))] };

    [Fact]
    public async Task Coarse_pictures_come_first_then_the_refined_ones_each_in_the_order_of_the_wish()
    {
        using EventReader events = await EventReader.Open(Client, Page);
        string[] units = [.. new[] { 5, 2, 11, 0, 7, 3 }.Select(channel => $"{Layer}:{channel}"), "logits:3"];
        Assert.Empty((await Want(Page, "shapes", units)).EnumerateArray());
        JsonElement[] told = await Pictures(events, 2 * units.Length);
        Assert.Equal(units, told.Take(units.Length).Select(Unit));
        Assert.Equal(units, told.Skip(units.Length).Select(Unit));
        Assert.All(told.Take(units.Length), picture => Assert.False(picture.GetProperty("isFinal").GetBoolean()));
        Assert.All(told.Skip(units.Length), picture => Assert.True(picture.GetProperty("isFinal").GetBoolean()));
        Assert.All(told, picture => Assert.StartsWith("data:image/jpeg;base64,", picture.GetProperty("image").GetString(), StringComparison.Ordinal));
        // Whoever asks again has them at once.
        Assert.Equal(units, (await Want(Page, "shapes", units)).EnumerateArray().Select(Unit));
    }

    [Fact]
    public async Task A_refined_picture_is_what_the_recipe_gives_and_lies_on_disk_with_its_provenance()
    {
        using (EventReader events = await EventReader.Open(Client, Page))
        {
            await Want(Page, "shapes", [$"{Layer}:5", $"{Layer}:9"]);
            await Pictures(events, 4);
        }
        await Restart();                                             // which waits for what is being written
        using Model model = Model.Load(EmbeddedModels.Shapes);
        Recipe recipe = PictureKind.Refined(model, null).Recipe;
        Rendering alone = new Visualizer(model, recipe).Render(Objective.Channel(Layer, 9));
        string file = Directory.EnumerateFiles(Path.Combine(StateFolder, "pictures"), "9-*.png", SearchOption.AllDirectories).Single();
        Assert.Equal(alone.Provenances[0].ToJson(), Provenance.Read(file).ToJson());
        Assert.Equal(alone.Pictures[0].Bytes.ToArray(), Picture.Load(file).Bytes.ToArray());

        // The next studio takes it from there: nothing coarse comes before it.
        using EventReader next = await EventReader.Open(Client, Page);
        await Want(Page, "shapes", [$"{Layer}:9"]);
        JsonElement first = Assert.Single(await Pictures(next, 1));
        Assert.True(first.GetProperty("isFinal").GetBoolean());
        Assert.Equal(alone.Value, first.GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task What_several_pages_want_is_made_once_and_all_of_them_are_told()
    {
        using EventReader one = await EventReader.Open(Client, Page), other = await EventReader.Open(Client, OtherPage);
        await Want(Page, "shapes", [$"{Layer}:1", $"{Layer}:2"]);
        await Want(OtherPage, "shapes", [$"{Layer}:2", $"{Layer}:1"]);
        string[] both = [$"{Layer}:1", $"{Layer}:2"];
        foreach (EventReader events in (EventReader[])[one, other])
        {
            var final = new List<JsonElement>();
            while (final.Count < 2)
                if ((await Pictures(events, 1))[0] is var picture && picture.GetProperty("isFinal").GetBoolean()) final.Add(picture);
            Assert.Equal(both, final.Select(Unit).Order(StringComparer.Ordinal));
        }
        await Restart();
        Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(StateFolder, "pictures"), "*.png", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task What_a_page_no_longer_wants_is_not_told()
    {
        using EventReader events = await EventReader.Open(Client, Page);
        await Want(Page, "shapes", [.. Enumerable.Range(0, 24).Select(channel => $"{Layer}:{channel}")]);
        await Pictures(events, 1);
        await Want(Page, "shapes", ["conv2/relu:0"]);
        JsonElement[] last = [];
        do last = await Pictures(events, 1);
        while (Unit(last[0]) != "conv2/relu:0");
        last = await Pictures(events, 1);
        Assert.Equal("conv2/relu:0", Unit(last[0]));
        Assert.True(last[0].GetProperty("isFinal").GetBoolean());
    }

    [Fact]
    public async Task A_unit_that_fails_is_told_so_and_its_neighbours_are_made()
    {
        using EventReader events = await EventReader.Open(Client, Page);
        await Want(Page, "hand", ["relu:0", "relu:2", "relu:3"]);
        var final = new Dictionary<string, JsonElement>();
        while (final.Count < 3)
            if ((await Pictures(events, 1))[0] is var picture && picture.GetProperty("isFinal").GetBoolean()) final[Unit(picture)] = picture;
        Assert.False(final["relu:0"].TryGetProperty("failure", out _));
        Assert.Contains("gives 0 everywhere", final["relu:2"].GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Contains("relu:3", final["relu:3"].GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, final["relu:3"].GetProperty("image").ValueKind);
    }

    [Theory]
    [InlineData("shapes", "conv4/relu:99999", HttpStatusCode.BadRequest, "there is no channel 99999")]
    [InlineData("shapes", "conv9/relu:0", HttpStatusCode.BadRequest, "does not exist")]
    [InlineData("shapes", "feature(conv4/relu, '/etc/passwd'):0", HttpStatusCode.BadRequest, "does not exist")]
    [InlineData("shapes", "conv4/relu", HttpStatusCode.BadRequest, "a layer and a channel")]
    [InlineData("nothing", "conv4/relu:0", HttpStatusCode.NotFound, "There is no model 'nothing'")]
    public async Task What_is_no_unit_is_refused_in_a_sentence(string model, string unit, HttpStatusCode status, string message)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync("api/pictures", new { page = Page, model, units = new[] { unit } });
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(message, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_units_than_a_page_may_want_are_refused()
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync("api/pictures", new { page = Page, model = "shapes", units = Enumerable.Repeat($"{Layer}:0", UnitPictures.MostUnits + 1) });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<JsonElement> Want(string page, string model, string[] units) => (await Post("api/pictures", new { page, model, units })).GetProperty("ready");

    private static string Unit(JsonElement picture) => picture.GetProperty("unit").GetString()!;

    private static async Task<JsonElement[]> Pictures(EventReader events, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var told = new List<JsonElement>();
        while (told.Count < count)
            if (await events.Next(limit.Token) is ("picture", var data)) told.Add(data);
        return [.. told];
    }
}
