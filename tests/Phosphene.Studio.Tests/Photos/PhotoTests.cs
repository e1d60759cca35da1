using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Tests.Load;
using Xunit;

namespace Phosphene.Studio.Tests.Photos;

/// <summary>A photo that is grey, with a red pixel in row 1 and column 5 and a green one in row 4 and column 2, seen by the model whose activations are known.</summary>
public sealed class PhotoTests : StudioTests
{
    private const string Page = "photos0001";
    private const int Height = HandMadeModel.Height, Width = HandMadeModel.Width, Pixels = Height * Width, Red = Width + 5, Green = 4 * Width + 2;
    private const float Grey = 51 / 255f;

    private protected override StudioOptions Options => new() { StateFolder = StateFolder, Models = [new StudioModelFile(HandMadeModel.Write(Directory.CreateDirectory(StateFolder).Parent!.FullName))] };

    [Fact]
    public async Task A_heat_map_is_the_channel_at_each_position()
    {
        JsonElement heat = await Get($"api/photos/{await Drop()}/heat?model=hand&layer=relu&channel=0");
        Assert.Equal((Height, Width), (heat.GetProperty("height").GetInt32(), heat.GetProperty("width").GetInt32()));
        float[] values = Numbers(heat.GetProperty("values"));
        Assert.Equal(Pixels, values.Length);
        for (int i = 0; i < Pixels; i++) Assert.Equal(i == Red ? 1 : i == Green ? 0 : Grey, values[i], 1e-5f);
        Assert.Equal(1, heat.GetProperty("highest").GetSingle(), 1e-5f);
    }

    [Fact]
    public async Task Units_are_ranked_by_their_value_over_what_is_usual()
    {
        string photo = await Drop();
        // Where the pixel is red, at 1.5 of 6 rows and 5.5 of 8 columns, the red channel gives 1 and the green one 0.
        JsonElement at = await Get($"api/photos/{photo}/units?model=hand&layer=relu&y=0.25&x=0.6875");
        Assert.Equal((1, 5), (at.GetProperty("row").GetInt32(), at.GetProperty("column").GetInt32()));
        JsonElement[] units = [.. at.GetProperty("units").EnumerateArray()];
        Assert.Equal([0, 1, 2], units.Select(unit => unit.GetProperty("channel").GetInt32()));
        Assert.Equal([1f, 0, 0], units.Select(unit => unit.GetProperty("value").GetSingle()));
        // Both channels have one pixel of 1, one of 0 and 46 of grey; the third has nothing.
        double square = (1 + 46 * Grey * Grey) / Pixels, layer = 2 * square / 3;
        Assert.Equal(Math.Sqrt((square + layer) / 2), units[0].GetProperty("usual").GetSingle(), 1e-5);
        Assert.Equal(Math.Sqrt(layer / 2), units[2].GetProperty("usual").GetSingle(), 1e-5);
        Assert.Contains("value / usual", at.GetProperty("rankedBy").GetString(), StringComparison.Ordinal);

        JsonElement green = await Get($"api/photos/{photo}/units?model=hand&layer=relu&y=0.75&x=0.3125&count=1");
        Assert.Equal(1, Assert.Single(green.GetProperty("units").EnumerateArray()).GetProperty("channel").GetInt32());
        JsonElement corner = await Get($"api/photos/{photo}/units?model=hand&layer=relu&y=1&x=1");
        Assert.Equal((Height - 1, Width - 1), (corner.GetProperty("row").GetInt32(), corner.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task Over_all_positions_each_unit_is_told_with_the_place_where_it_gives_most()
    {
        JsonElement layer = (await Get($"api/photos/{await Drop()}/layers?model=hand")).EnumerateArray().First(layer => layer.GetProperty("name").GetString() == "relu");
        JsonElement red = layer.GetProperty("units").EnumerateArray().First(unit => unit.GetProperty("channel").GetInt32() == 0);
        Assert.Equal(1.5f / Height, red.GetProperty("y").GetSingle(), 1e-6f);
        Assert.Equal(5.5f / Width, red.GetProperty("x").GetSingle(), 1e-6f);
    }

    [Fact]
    public async Task Attribution_is_gradient_times_activation()
    {
        JsonElement found = await Get($"api/photos/{await Drop()}/attribution?model=hand&layer=relu&class=1");
        // logit 1 = 3 · mean of green - mean of red, and both means are the same.
        double mean = (1 + 46 * Grey) / Pixels;
        Assert.Equal(2 * mean, found.GetProperty("value").GetSingle(), 1e-5);
        JsonElement[] units = [.. found.GetProperty("units").EnumerateArray()];
        Assert.Equal([1, 0], units.Select(unit => unit.GetProperty("channel").GetInt32()));
        Assert.Equal(3 * mean, units[0].GetProperty("effect").GetSingle(), 1e-5);
        Assert.Equal(-mean, units[1].GetProperty("effect").GetSingle(), 1e-5);
        float[] places = Numbers(found.GetProperty("values"));
        Assert.Equal(-1f / Pixels, places[Red], 1e-5f);
        Assert.Equal(3f / Pixels, places[Green], 1e-5f);
        Assert.Equal(2 * Grey / Pixels, places[0], 1e-5f);
    }

    [Fact]
    public async Task Classes_are_those_of_the_model()
    {
        JsonElement[] classes = [.. (await Get($"api/photos/{await Drop()}/classes?model=hand")).EnumerateArray()];
        // Both logits are 2 · mean.
        Assert.Equal(2, classes.Length);
        Assert.All(classes, entry => Assert.Equal(0.5f, entry.GetProperty("probability").GetSingle(), 1e-5f));
    }

    [Fact]
    public async Task The_photo_is_shown_as_the_model_sees_it()
    {
        using var png = new MemoryStream(await Client.GetByteArrayAsync($"api/photos/{await Drop(scale: 3)}.png?model=hand"));
        Picture square = ImageReader.Read(png, "the answer").Picture;
        Assert.Equal((Height, Width), (square.Height, square.Width));
    }

    [Fact]
    public async Task A_change_is_told_until_the_channel_gives_what_is_wanted()
    {
        string photo = await Drop();
        using EventReader events = await EventReader.Open(Client, Page);
        string change = (await Post($"api/photos/{photo}/change", new { page = Page, model = "hand", layer = "logits", channel = 0 })).GetProperty("change").GetString()!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        JsonElement told = default;
        while (told.ValueKind == JsonValueKind.Undefined || !told.GetProperty("isDone").GetBoolean())
            if (await events.Next(limit.Token) is ("change", var data)) told = data;
        Assert.Equal(change, told.GetProperty("change").GetString());
        Assert.Equal(JsonValueKind.Null, told.GetProperty("failure").ValueKind);
        Assert.True(told.GetProperty("now").GetDouble() >= told.GetProperty("wanted").GetDouble());
        Assert.Equal(2 * (1 + 46 * Grey) / Pixels, told.GetProperty("before").GetDouble(), 1e-5);
        Assert.StartsWith("data:image/jpeg;base64,", told.GetProperty("difference").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heat?model=hand&layer=relu&channel=3", HttpStatusCode.BadRequest, "channels 0 to 2")]
    [InlineData("heat?model=hand&layer=relu&channel=-1", HttpStatusCode.BadRequest, "channels 0 to 2")]
    [InlineData("heat?model=hand&layer=mixed7&channel=0", HttpStatusCode.BadRequest, "no layer 'mixed7'")]
    [InlineData("units?model=hand&layer=relu&y=2&x=0", HttpStatusCode.BadRequest, "from 0 to 1")]
    [InlineData("units?model=hand&layer=relu&y=NaN&x=0", HttpStatusCode.BadRequest, "from 0 to 1")]
    [InlineData("units?model=hand&layer=relu&y=0.5", HttpStatusCode.BadRequest, "a y and an x")]
    [InlineData("units?model=hand&layer=relu&count=0", HttpStatusCode.BadRequest, "From 1 to")]
    [InlineData("attribution?model=hand&layer=relu&class=2", HttpStatusCode.BadRequest, "2 classes")]
    [InlineData("classes?model=nothing", HttpStatusCode.NotFound, "no model 'nothing'")]
    public async Task What_cannot_be_answered_is_refused_in_a_sentence(string question, HttpStatusCode status, string message)
    {
        using HttpResponseMessage response = await Client.GetAsync($"api/photos/{await Drop()}/{question}");
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(message, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("..%2F..%2Ftoken")]
    public async Task A_photo_that_was_not_dropped_is_not_there(string name)
    {
        using HttpResponseMessage response = await Client.GetAsync($"api/photos/{name}/classes?model=hand");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task<string> Drop(int scale = 1)
    {
        using var content = new ByteArrayContent(TestPhoto.Png(scale));
        using HttpResponseMessage response = await Client.PostAsync("api/images", content);
        return (await Read(response)).GetProperty("id").GetString()!;
    }

    private static float[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetSingle())];
}
