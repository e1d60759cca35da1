using System.Net.ServerSentEvents;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Streams;
using Xunit;

namespace Phosphene.Studio.Tests.Streams;

public sealed class HubTests
{
    private const string Page = "page0000";

    private readonly ManualTime _time = new();

    [Fact]
    public void A_page_counts_as_looked_at_while_it_is_connected_and_a_moment_longer()
    {
        var hub = new Hub(_time);
        Assert.Equal(Attention.None, hub.AttentionOf(Page));
        PageStream stream = hub.Open(Page);
        Assert.Equal(Attention.Visible, hub.AttentionOf(Page));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Attention.Visible, hub.AttentionOf(Page));
        hub.Close(Page, stream);
        _time.Advance(Hub.Grace / 2);
        Assert.Equal(Attention.Visible, hub.AttentionOf(Page));
        _time.Advance(Hub.Grace);
        Assert.Equal(Attention.None, hub.AttentionOf(Page));
    }

    [Fact]
    public void A_hidden_page_without_a_connection_stays_as_long_as_it_says_that_it_is_there()
    {
        var hub = new Hub(_time);
        PageStream stream = hub.Open(Page);
        hub.Show(Page, false, stays: true);
        hub.Close(Page, stream);
        for (int minute = 0; minute < 10; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(Attention.Hidden, hub.AttentionOf(Page));
            hub.Show(Page, false, stays: true);
        }
        _time.Advance(Hub.HiddenGrace);
        Assert.Equal(Attention.None, hub.AttentionOf(Page));
        hub.Show(Page, false);
        hub.Open(Page);
        hub.Show(Page, true);
        Assert.Equal(Attention.Visible, hub.AttentionOf(Page));
    }

    [Fact]
    public void A_hidden_page_that_is_closed_is_left()
    {
        var hub = new Hub(_time);
        PageStream stream = hub.Open(Page);
        hub.Show(Page, false);
        Assert.Equal(Attention.Hidden, hub.AttentionOf(Page));
        hub.Close(Page, stream);
        _time.Advance(Hub.Grace * 2);
        Assert.Equal(Attention.None, hub.AttentionOf(Page));
    }

    [Fact]
    public async Task A_slow_connection_is_told_the_latest_of_each_key_and_all_of_what_has_none()
    {
        var hub = new Hub(_time);
        PageStream stream = hub.Open(Page);
        for (int i = 0; i < 5; i++)
        {
            hub.Tell(Page, "frame", "a", i);
            hub.Tell(Page, "frame", "b", 10 + i);
            hub.Tell(Page, "note", null, 20 + i);
        }
        var told = new List<string>();
        await foreach (SseItem<string> item in stream.Read(default))
        {
            told.Add($"{item.EventType} {item.Data}");
            if (told.Count == 7) break;
        }
        Assert.Equal(["frame 4", "frame 14", "note 20", "note 21", "note 22", "note 23", "note 24"], told);
    }

    [Fact]
    public async Task A_connection_that_falls_too_far_behind_is_closed()
    {
        var hub = new Hub(_time);
        PageStream stream = hub.Open(Page);
        for (int i = 0; i <= PageStream.MostWaiting; i++) hub.Tell(Page, "note", null, i);
        var told = new List<string>();
        await foreach (SseItem<string> item in stream.Read(default)) told.Add(item.Data);
        Assert.Empty(told);
    }

    [Fact]
    public async Task All_connections_of_a_page_are_told_and_closing_ends_them()
    {
        var hub = new Hub(_time);
        PageStream[] streams = [hub.Open(Page), hub.Open(Page)];
        hub.Tell("another0", "note", null, 1);
        hub.Tell(Page, "note", null, 2);
        foreach (PageStream stream in streams)
            await foreach (SseItem<string> item in stream.Read(default))
            {
                Assert.Equal("2", item.Data);
                break;
            }
        hub.CloseAll();
        foreach (PageStream stream in streams)
            await foreach (SseItem<string> _ in stream.Read(default)) Assert.Fail("It is closed.");
    }

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan time) => _now += time;
    }
}
