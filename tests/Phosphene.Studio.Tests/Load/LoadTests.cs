using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Studio.Tests.Load;

/// <summary>Many pages at once, which come and go.</summary>
[Collection(nameof(Alone))]
public sealed class LoadTests(ITestOutputHelper output) : StudioTests
{
    private const int Clients = 50;

    private static readonly TimeSpan ByItself = TimeSpan.FromSeconds(10), Together = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Fifty_pages_that_come_and_go_for_two_minutes_leave_nothing_behind_and_the_one_that_is_looked_at_half_of_its_frames()
    {
        using var ended = new CancellationTokenSource();
        var visible = new Visible(Client, "visible0000");
        Task watching = visible.Watch(ended.Token);
        await Task.Delay(3000);                                       // what is compiled at first

        double alone = await visible.FramesIn(ByItself);
        using var crowdEnds = new CancellationTokenSource(Together);
        var opened = new int[Clients];
        var frames = new int[Clients];
        Task[] crowd = [.. Enumerable.Range(0, Clients).Select(i => Come(i, opened, frames, crowdEnds.Token))];
        await Task.Delay(Together / 4);
        long before = Memory();
        double together = await visible.FramesIn(Together / 2);
        await Task.WhenAll(crowd);
        long after = Memory();
        await Task.Delay(6000);                                       // until left pages are forgotten
        double again = await visible.FramesIn(ByItself);
        await ended.CancelAsync();
        await watching;

        output.WriteLine($"frames a second of the page that is looked at: {alone:0.0} alone, {together:0.0} among {Clients} others, {again:0.0} after; {opened.Sum()} pages were opened and got {frames.Sum()} frames; memory {before >> 20} MB after a quarter of the time, {after >> 20} MB at the end");
        Assert.True(together >= alone / 2, $"{together:0.0} of {alone:0.0} frames a second");
        Assert.True(again >= 0.7 * alone, $"{again:0.0} of {alone:0.0} frames a second when all others had gone");
        Assert.InRange(after, 0, before * 1.1);
        Assert.All(frames, count => Assert.True(count > 0, "A page got nothing."));
    }

    // A page that opens, looks for a while at an ascent in the background, and is closed; again and again.
    private async Task Come(int number, int[] opened, int[] frames, CancellationToken cancellation)
    {
        var random = new Random(number);
        while (!cancellation.IsCancellationRequested)
        {
            string page = $"page{number:00}x{opened[number]:000000}";
            try
            {
                using EventReader events = await EventReader.Open(Client, page, cancellation);
                await Client.PostAsJsonAsync("/api/visibility", new { page, isVisible = false }, cancellation);
                using HttpResponseMessage response = await Client.PostAsJsonAsync("/api/ascents", new { page, model = "shapes", objective = $"conv4/relu:{random.Next(32)}", recipe = new { preset = "swift", parts = new { steps = "100000" } } }, cancellation);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(500, cancellation);
                    continue;
                }
                await Read(response);
                opened[number]++;
                using var leaves = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                leaves.CancelAfter(random.Next(500, 8000));
                while (await events.Next(leaves.Token) is var (kind, _))
                    if (kind == "frame") frames[number]++;
            }
            catch (OperationCanceledException)
            {
                // It is closed.
            }
            catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(500, CancellationToken.None);       // as a page does, which comes back by itself
            }
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class Visible(HttpClient client, string page)
    {
        private volatile int _frames;

        public async Task Watch(CancellationToken cancellation)
        {
            using EventReader events = await EventReader.Open(client, page, cancellation);
            using HttpResponseMessage response = await client.PostAsJsonAsync("/api/ascents", new { page, model = "shapes", objective = "conv4/relu:3", recipe = new { preset = "swift", parts = new { steps = "100000" } } }, cancellation);
            JsonElement state = await Read(response);
            Assert.True(state.GetProperty("isRunning").GetBoolean());
            try
            {
                while (await events.Next(cancellation) is var (kind, data))
                {
                    if (kind != "frame") continue;
                    _frames++;
                    if (data.GetProperty("isDone").GetBoolean()) await Read(await client.PostAsJsonAsync($"/api/ascents/{state.GetProperty("id").GetString()}/restart", new { }, cancellation));
                }
            }
            catch (OperationCanceledException)
            {
                // It is closed.
            }
        }

        public async Task<double> FramesIn(TimeSpan time)
        {
            int before = _frames;
            await Task.Delay(time);
            return (_frames - before) / time.TotalSeconds;
        }
    }
}

/// <summary>What measures runs while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
