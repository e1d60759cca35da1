using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;

namespace Phosphene.Studio.Tests.Live;

/// <summary>A studio with the embedded model, and a page that asks it things and hears what it is told.</summary>
internal sealed class LiveStudio : IAsyncDisposable
{
    private readonly StudioServer _server;
    private readonly HttpClient _http;
    private readonly List<(string Kind, JsonNode Data)> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;

    private LiveStudio(StudioServer server, HttpClient http, string folder) => (_server, _http, Folder) = (server, http, folder);

    public string Folder { get; }

    public string Page { get; } = $"page{Guid.NewGuid():N}"[..20];

    public static string Model => "shapes";

    public static async Task<LiveStudio> Open(string? folder = null, bool listens = true)
    {
        folder ??= Directory.CreateTempSubdirectory("phosphene-studio-").FullName;
        StudioServer server = await StudioServer.StartAsync(new StudioOptions { StateFolder = folder, Threads = 2 });
        HttpClient http = await StudioTests.VisitorOf(server);
        var studio = new LiveStudio(server, http, folder);
        if (listens) await studio.Listen();
        return studio;
    }

    private async Task Listen()
    {
        var ready = new TaskCompletionSource();
        _listening = Task.Run(async () =>
        {
            try
            {
                using EventReader events = await EventReader.Open(_http, Page, _stop.Token);
                while (await events.Next(_stop.Token) is var (kind, data))
                {
                    ready.TrySetResult();
                    lock (_events) _events.Add((kind, JsonNode.Parse(data.GetRawText())!));
                }
            }
            catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
            {
                ready.TrySetResult();
            }
        });
        await ready.Task;
    }

    public IReadOnlyList<JsonNode> Events(string kind)
    {
        lock (_events) return [.. _events.Where(told => told.Kind == kind).Select(told => told.Data)];
    }

    public static object Recipe(string preset = "swift", params (string Name, string Text)[] parts) => new { preset, parts = parts.ToDictionary(part => part.Name, part => part.Text) };

    public async Task<JsonNode> Begin(string objective, object recipe, string? id = null) => await Post("ascents", new { page = Page, id, model = Model, objective, recipe });

    public Task<JsonNode> Ascent(string id, string what, object body) => Post($"ascents/{id}/{what}", body);

    public Task<JsonNode> State(string id) => Get($"ascents/{id}");

    public async Task<JsonNode> Post(string path, object body)
    {
        (HttpStatusCode status, JsonNode answer) = await TryPost(path, body);
        return status == HttpStatusCode.OK ? answer : throw new InvalidOperationException($"{path}: {status}: {answer}");
    }

    public async Task<(HttpStatusCode Status, JsonNode Answer)> TryPost(string path, object body)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync($"api/{path}", body, JsonSerializerOptions.Web);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<JsonNode> Get(string path) => JsonNode.Parse(Encoding.UTF8.GetString(await Bytes(path)))!;

    public async Task<byte[]> Bytes(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync($"api/{path}");
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode == HttpStatusCode.OK ? bytes : throw new InvalidOperationException($"{path}: {response.StatusCode}: {Encoding.UTF8.GetString(bytes)}");
    }

    public async Task<string> Drop(Picture picture)
    {
        using var bytes = new MemoryStream();
        PngWriter.Write(bytes, picture);
        using var content = new ByteArrayContent(bytes.ToArray());
        using HttpResponseMessage response = await _http.PostAsync("api/images", content);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    /// <summary>Waits until an ascent stands as wanted.</summary>
    public async Task<JsonNode> Until(string id, Func<JsonNode, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            JsonNode state = await State(id);
            if (wanted(state)) return state;
            if (limit.IsCancellationRequested) throw new TimeoutException($"It never came to that: {state}");
            await Task.Delay(10);
        }
    }

    /// <summary>Waits until an ascent has done all its steps.</summary>
    public Task<JsonNode> UntilDone(string id) => Until(id, state => state["isDone"]!.GetValue<bool>() || state["failure"] is not null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _http.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
    }
}
