using System.Net;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Photos;
using Phosphene.Studio.Scheduling;
using Xunit;

namespace Phosphene.Studio.Tests.Photos;

public sealed class CameraTests : StudioTests
{
    private protected override StudioOptions Options => new() { StateFolder = StateFolder, Models = [new StudioModelFile(HandMadeModel.Write(Directory.CreateDirectory(StateFolder).Parent!.FullName))] };

    [Fact]
    public async Task A_frame_is_answered_with_its_units_and_classes()
    {
        JsonElement seen = await Read(await Send(TestPhoto.Png(), "relu"));
        JsonElement first = seen.GetProperty("units").EnumerateArray().First();
        Assert.Equal(1, first.GetProperty("value").GetSingle(), 1e-5f);
        Assert.Equal(2, seen.GetProperty("units").GetArrayLength());
        Assert.Equal(2, seen.GetProperty("classes").GetArrayLength());
        Assert.True(seen.GetProperty("milliseconds").GetDouble() >= 0);
    }

    [Fact]
    public async Task A_frame_may_be_a_JPEG()
    {
        using var jpeg = new MemoryStream();
        JpegWriter.Write(jpeg, ImageReader.Read(new MemoryStream(TestPhoto.Png(20)), "photo").Picture, 95);
        JsonElement seen = await Read(await Send(jpeg.ToArray(), "relu"));
        Assert.Equal(2, seen.GetProperty("units").GetArrayLength());
    }

    [Fact]
    public async Task What_is_no_image_or_too_long_or_of_no_layer_is_refused()
    {
        using HttpResponseMessage none = await Send("no image"u8.ToArray(), "relu"), tooLong = await Send(new byte[Camera.MostFrameBytes + 1], "relu"), noLayer = await Send(TestPhoto.Png(), "relu7");
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, noLayer.StatusCode);
    }

    [Fact]
    public async Task A_newer_frame_takes_the_place_of_one_that_waits()
    {
        using var scheduler = new Scheduler();
        var state = new Storage.StateFolder(Path.Combine(StateFolder, "other"));
        using var models = new StudioModels(Options.Models, null, 1, state);
        using var photos = new SeenPhotos(scheduler);
        var camera = new Camera(scheduler, photos);
        StudioModel model = models.Find("hand")!;
        using var hold = new ManualResetEventSlim();
        Task held = scheduler.Ask(hold.Wait);
        Task first = camera.See("one", model, "relu", TestPhoto.Png()), second = camera.See("one", model, "relu", TestPhoto.Png()), ofAnother = camera.See("another", model, "relu", TestPhoto.Png());
        await Assert.ThrowsAsync<TooManyException>(() => first);     // at once, while everything else waits
        hold.Set();
        await Task.WhenAll(held, second, ofAnother);
    }

    private async Task<HttpResponseMessage> Send(byte[] frame, string layer)
    {
        using var content = new ByteArrayContent(frame);
        return await Client.PostAsync($"api/camera?model=hand&layer={layer}&count=2", content);
    }
}
