using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Phosphene.Images;
using Phosphene.Studio.Streams;
using Xunit;
using Xunit.Abstractions;

namespace Phosphene.Studio.Tests.Security;

/// <summary>What hostile requests come to: each is refused with the right status, and the studio is well afterwards.</summary>
public sealed class AttackTests(ITestOutputHelper output) : StudioTests
{
    private const string Secret = "what nobody may read";

    [Fact]
    public async Task No_address_leads_to_the_file_system()
    {
        File.WriteAllText(Path.Combine(StateFolder, "..", "secret.png"), Secret);
        File.WriteAllText(Path.Combine(StateFolder, "secret.png"), Secret);
        File.CreateSymbolicLink(Path.Combine(StateFolder, "images", "0123456789abcdef.png"), Path.GetFullPath(Path.Combine(StateFolder, "..", "secret.png")));
        string[] ups = ["..", "%2e%2e", "..%2f..", "%2e%2e%2f", "..%5c", "....//", "..;", "%252e%252e", "%c0%ae%c0%ae", "..%00", ".%2e", "..\\", "%2e%2e/%2e%2e"];
        string[] ends = ["secret.png", "state/secret.png", "etc/passwd", "token", "..%2ftoken", "token%00.png"];
        string[] starts = ["", "/", "api/images/", "api/images/0123456789abcdef/", "api/models/", "api/ascents/", "api/ascents/x/snapshots/", "api/photos/", "css/"];
        int tried = 0;
        foreach (string start in starts)
            foreach (string up in ups)
                foreach (string end in ends)
                {
                    (int status, string body) = await Raw($"/{start}{up}/{end}");
                    Assert.InRange(status, 300, 499);
                    Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
                    Assert.DoesNotContain("root:", body, StringComparison.Ordinal);
                    Assert.DoesNotContain(File.ReadAllText(Path.Combine(StateFolder, "token")), body, StringComparison.Ordinal);
                    tried++;
                }
        Assert.True(tried > 200);
        Assert.Equal(404, (await Raw("/api/images/0123456789abcdef.png")).Status);
        await IsWell();
    }

    [Theory]
    [InlineData("/api/images", 1L << 30)]
    [InlineData("/api/images", Storage.StateFolder.MostImageBytes + 1)]
    [InlineData("/api/models?name=x.onnx", 1L << 30)]
    [InlineData("/api/visibility", 1L << 30)]
    [InlineData("/api/visibility", (1L << 20) + 1)]
    public async Task A_body_that_is_too_long_is_refused_before_it_is_read(string path, long length)
    {
        var clock = Stopwatch.StartNew();
        (int status, _) = await Raw(path, "POST", $"Content-Type: application/json\r\nContent-Length: {length}\r\n");
        Assert.Equal(413, status);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
        await IsWell();
    }

    [Fact]
    public async Task A_body_that_does_not_say_how_long_it_is_ends_at_the_limit()
    {
        using var body = new StreamContent(new EndlessStream(Storage.StateFolder.MostImageBytes * 2));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/images") { Content = body };
        request.Headers.TransferEncodingChunked = true;
        try
        {
            using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
        catch (HttpRequestException error) when (error.InnerException is IOException)
        {
            // The connection was closed while the client still wrote.
        }
        await IsWell();
        Assert.Empty(Directory.GetFiles(Path.Combine(StateFolder, "images")));
    }

    [Fact]
    public async Task Who_sends_too_slowly_is_sent_away()
    {
        Task headers = SendSlowly($"GET / HTTP/1.1\r\nHost: 127.0.0.1:{Server.Port}\r\nX-Slow: ", byte.MaxValue);
        Task body = SendSlowly($"POST /api/images HTTP/1.1\r\nHost: 127.0.0.1:{Server.Port}\r\nCookie: {Cookie}\r\nX-Phosphene: 1\r\nContent-Length: 10000\r\n\r\n", byte.MaxValue);
        await Task.WhenAll(headers, body);
        await IsWell();

        async Task SendSlowly(string start, int seconds)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
            NetworkStream stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(start));
            var answer = new byte[256];
            Task<int> closed = stream.ReadAsync(answer).AsTask();
            for (int second = 0; !closed.IsCompleted; second++)
            {
                Assert.True(second < 40, "It is still waited for.");
                try
                {
                    await stream.WriteAsync("x"u8.ToArray());
                }
                catch (IOException)
                {
                    return;
                }
                await Task.WhenAny(closed, Task.Delay(1000));
            }
        }
    }

    [Fact]
    public async Task Bombs_in_images_are_refused()
    {
        // A grey image of 50,000 x 50,000 pixels in a few hundred bytes, one of 16,000 x 16,000 whose pixels are all there in 250 KB, and what is no image.
        foreach (byte[] bomb in (byte[][])[PngBomb.Declaring(50_000, 50_000), PngBomb.Whole(16_000, 16_000), PngBomb.Whole(4_000, 4_000)[..2000], [], "GIF89a"u8.ToArray(), Encoding.ASCII.GetBytes("<svg onload=alert(1)>")])
        {
            using HttpResponseMessage response = await Client.PostAsync("/api/images", new ByteArrayContent(bomb));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("message", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(StateFolder, "images")));
        await IsWell();
    }

    [Fact]
    public async Task Bombs_in_models_are_refused()
    {
        byte[] nested = [];
        for (int depth = 0; depth < 3000; depth++) nested = [0x3a, .. Varint(nested.Length), .. nested];      // a graph in a graph in a graph
        byte[] hugeTensor = [0x3a, 0x0e, 0x2a, 0x0c, 0x08, .. Varint(1L << 40), 0x10, 0x01];
        foreach (byte[] bomb in (byte[][])[nested, hugeTensor, [], [.. Enumerable.Repeat((byte)0xff, 1 << 20)], [.. Enumerable.Repeat((byte)0x3a, 1 << 20)], Encoding.ASCII.GetBytes("not a model")])
        {
            using HttpResponseMessage response = await Client.PostAsync("/api/models?name=../../x.onnx", new ByteArrayContent(bomb));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.DoesNotContain(StateFolder, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(StateFolder, "models")));
        Assert.False(File.Exists(Path.Combine(StateFolder, "..", "x.onnx")));
        await IsWell();
    }

    [Fact]
    public async Task Five_thousand_malformed_messages_are_refused()
    {
        var random = new Random(1);
        IReadOnlyList<string> posts = Server.Routes("POST"), gets = Server.Routes("GET");
        Assert.NotEmpty(posts);
        string[] values = ["null", "0", "-1", "1e308", "\"\"", "[]", "{}", "\"\\u0000\"", "\"<script>alert(1)</script>\"", "\"\\u202e\"", "true", "\"../../etc/passwd\"", "[[[[[[[[]]]]]]]]", "\"" + new string('x', 5000) + "\"", "NaN", "{"];
        string[] names = ["page", "id", "model", "objective", "recipe", "units", "kind", "text", "position", "step", "steps", "seed", "image", "isVisible", "layer", "channel", "words"];
        var statuses = new Dictionary<int, int>();
        for (int i = 0; i < 4000; i++)
        {
            string body = random.Next(3) == 0 ? values[random.Next(values.Length)] : $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{names[random.Next(names.Length)]}\":{values[random.Next(values.Length)]}"))}{(random.Next(10) == 0 ? "" : "}")}";
            bool isPost = random.Next(4) > 0;
            string path = Filled((isPost ? posts : gets)[random.Next(isPost ? posts.Count : gets.Count)], random);
            if (path.StartsWith("/api/events", StringComparison.Ordinal)) continue;
            using var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, $"{path}?model={(random.Next(2) == 0 ? "shapes" : Uri.EscapeDataString(values[random.Next(values.Length)]))}&layer={Uri.EscapeDataString(values[random.Next(13)])}&y=NaN&x=-3&channel=99999&class=-7");
            if (isPost)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(random.Next(10) == 0 ? "text/plain" : "application/json");
            }
            using HttpResponseMessage response = await Client.SendAsync(request);
            int status = (int)response.StatusCode;
            Assert.True(status < 500, $"{status} {request.Method} {request.RequestUri} {body}: {await response.Content.ReadAsStringAsync()}");
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }
        for (int i = 0; i < 1000; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
            var noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            if (i % 3 == 0) Encoding.ASCII.GetBytes("POST /api/images HTTP/1.1\r\n").AsSpan(0, Math.Min(27, noise.Length)).CopyTo(noise);
            await socket.GetStream().WriteAsync(noise);
        }
        output.WriteLine(string.Join(", ", statuses.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} times {entry.Key}")));
        await IsWell();
    }

    [Fact]
    public async Task A_thousand_connections_at_once_keep_nobody_waiting()
    {
        var sockets = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HT"));
                sockets.Add(socket);
            }
            var times = new List<double>();
            for (int i = 0; i < 100; i++)
            {
                var clock = Stopwatch.StartNew();
                await Get("/api/models");
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
            times.Sort();
            output.WriteLine($"95 of 100 answers within {times[94]:0} ms");
            Assert.True(times[94] < 1000);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
        await IsWell();
    }

    [Fact]
    public async Task Ten_thousand_ascents_at_once_are_made_or_refused_and_nobody_else_waits()
    {
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        Task flood = Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (i, _) =>
        {
            using HttpResponseMessage response = await Client.PostAsJsonAsync("/api/ascents", new { page = $"page{i:00000}", model = "shapes", objective = "conv4/relu:3", recipe = new { preset = "swift", parts = new { size = "32" } } }, CancellationToken.None);
            statuses.AddOrUpdate((int)response.StatusCode, 1, (_, count) => count + 1);
        });
        var times = new List<double>();
        while (!flood.IsCompleted)
        {
            var clock = Stopwatch.StartNew();
            await Get("/api/models");
            times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(20);
        }
        await flood;
        times.Sort();
        output.WriteLine($"{string.Join(", ", statuses.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} times {entry.Key}"))}; 95 % of others' answers within {times[times.Count * 95 / 100]:0} ms");
        Assert.Equal([], statuses.Keys.Except([200, 429]));
        Assert.True(statuses.ContainsKey(429));
        Assert.True(times[times.Count * 95 / 100] < 1000);
        await IsWell();
    }

    [Fact]
    public async Task Five_hundred_streams_that_are_left_are_forgotten()
    {
        for (int stream = 0; stream < 500; stream++)
        {
            var clock = Stopwatch.StartNew();
            while (true)
            {
                using HttpResponseMessage response = await Client.GetAsync($"/api/events?page=page{stream:00000}", HttpCompletionOption.ResponseHeadersRead);
                if (response.StatusCode == HttpStatusCode.OK) break;
                Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);           // until it is noticed that others were left
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
                await Task.Delay(50);
            }
        }
        await IsWell();
    }

    [Fact]
    public async Task More_streams_than_there_may_be_are_refused()
    {
        var open = new List<HttpResponseMessage>();
        try
        {
            for (int i = 0; i < Hub.MostStreams; i++)
            {
                HttpResponseMessage response = await Client.GetAsync($"/api/events?page=page{i:00000}", HttpCompletionOption.ResponseHeadersRead);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                open.Add(response);
            }
            using HttpResponseMessage refused = await Client.GetAsync("/api/events?page=onemore00", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        }
        finally
        {
            open.ForEach(response => response.Dispose());
        }
    }

    private string Cookie => $"phosphene-{Server.Port}={Server.Address[^64..]}";

    // The page and its models come at once, and an image is taken.
    private async Task IsWell()
    {
        var clock = Stopwatch.StartNew();
        Assert.NotEmpty((await Get("/api/models")).EnumerateArray());
        using var png = new MemoryStream();
        PngWriter.Write(png, new Picture(2, 3, 3, new byte[18]));
        using HttpResponseMessage response = await Client.PostAsync("/api/images", new ByteArrayContent(png.ToArray()));
        string id = (await Read(response)).GetProperty("id").GetString()!;
        File.Delete(Path.Combine(StateFolder, "images", $"{id}.png"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    private static string Filled(string route, Random random) => string.Join('/', route.Split('/').Select(part => part.StartsWith('{') ? (string[])["shapes", "0123456789abcdef", "%00", "1", "x%2fy", "-5", "99999999999999999999"] is var values ? values[random.Next(values.Length)] + part[(part.IndexOf('}', StringComparison.Ordinal) + 1)..] : "" : part));

    private async Task<(int Status, string Body)> Raw(string path, string method = "GET", string headers = "")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{Server.Port}\r\nCookie: {Cookie}\r\nX-Phosphene: 1\r\n{headers}Connection: close\r\n\r\n"));
        using var answer = new MemoryStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // Cut off behind the answer.
        }
        string text = Encoding.UTF8.GetString(answer.ToArray());
        return (int.Parse(text[9..12], System.Globalization.CultureInfo.InvariantCulture), text);
    }

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7) bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }

    // So many zeros, which come as fast as they are read.
    private sealed class EndlessStream(long length) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int part = (int)Math.Min(count, length - _read);
            _read += part;
            return part;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
