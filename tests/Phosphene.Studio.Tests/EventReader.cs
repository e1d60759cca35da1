using System.Text.Json;

namespace Phosphene.Studio.Tests;

/// <summary>Reads what a page is told.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, Stream stream) => (_response, _reader) = (response, new StreamReader(stream));

    /// <summary>Connects a page.</summary>
    public static async Task<EventReader> Open(HttpClient client, string page, CancellationToken cancellation = default)
    {
        HttpResponseMessage response = await client.GetAsync($"/api/events?page={page}", HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        return new EventReader(response, await response.Content.ReadAsStreamAsync(cancellation));
    }

    /// <summary>The next event; null if the connection has ended.</summary>
    public async Task<(string Kind, JsonElement Data)?> Next(CancellationToken cancellation = default)
    {
        string kind = "message", data = "";
        while (await _reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
            else if (line.Length == 0 && data.Length > 0) return (kind, JsonDocument.Parse(data).RootElement);
        }
        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
