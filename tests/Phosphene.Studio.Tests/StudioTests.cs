using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Phosphene.Studio.Tests;

/// <summary>Tests that ask a studio of their own over HTTP, as a page does.</summary>
public abstract class StudioTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("phosphene-studio-");

    private protected StudioServer Server { get; private set; } = null!;

    private protected HttpClient Client { get; private set; } = null!;

    private protected string StateFolder => Path.Combine(_folder.FullName, "state");

    private protected virtual StudioOptions Options => new() { StateFolder = StateFolder };

    public async Task InitializeAsync()
    {
        Server = await StudioServer.StartAsync(Options);
        Client = await VisitorOf(Server);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Ends the studio and opens another one on the same folder.</summary>
    private protected async Task Restart()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await InitializeAsync();
    }

    /// <summary>A client that has opened the address that the studio told, and sends what the page sends.</summary>
    internal static async Task<HttpClient> VisitorOf(StudioServer server)
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/"),
            Timeout = TimeSpan.FromMinutes(2),
        };
        using HttpResponseMessage page = await client.GetAsync(server.Address);
        page.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Add("X-Phosphene", "1");
        return client;
    }

    private protected async Task<JsonElement> Get(string address)
    {
        using HttpResponseMessage response = await Client.GetAsync(address);
        return await Read(response);
    }

    private protected async Task<JsonElement> Post(string address, object body)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(address, body);
        return await Read(response);
    }

    private protected static async Task<JsonElement> Read(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.RequestMessage?.RequestUri}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
