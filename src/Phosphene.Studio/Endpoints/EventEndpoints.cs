using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;

namespace Phosphene.Studio.Endpoints;

/// <summary>The one connection over which a page is told everything, and how it says whether somebody looks at it.</summary>
internal static class EventEndpoints
{
    private const int LongestPage = 40;

    /// <param name="Page">The page.</param>
    /// <param name="IsVisible">Whether somebody looks at it.</param>
    /// <param name="Stays">Whether it is there even without a connection.</param>
    private sealed record Visibility(string Page, bool IsVisible, bool Stays = false);

    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", (string page, Hub hub, CancellationToken cancellation) => TypedResults.ServerSentEvents(Events(hub, Checked(page), cancellation)));
        api.MapPost("/visibility", (Visibility visibility, Hub hub) =>
        {
            hub.Show(Checked(visibility.Page), visibility.IsVisible, visibility.Stays);
            return Results.NoContent();
        });
    }

    /// <summary>The number that a page gave itself.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static string Checked(string? page) => page is { Length: >= 8 and <= LongestPage } && page.All(char.IsAsciiLetterOrDigit) ? page : throw new UsageException($"A page needs a name of 8 to {LongestPage} letters and digits.");

    private static IAsyncEnumerable<SseItem<string>> Events(Hub hub, string page, CancellationToken cancellation)
    {
        PageStream stream = hub.Open(page);
        // A connection that is lost before anything was written.
        cancellation.Register(() => hub.Close(page, stream));
        return Until(cancellation);

        async IAsyncEnumerable<SseItem<string>> Until([EnumeratorCancellation] CancellationToken ended)
        {
            try
            {
                yield return new SseItem<string>("{}", "hello") { ReconnectionInterval = TimeSpan.FromSeconds(1) };
                await foreach (SseItem<string> item in stream.Read(ended).ConfigureAwait(false)) yield return item;
            }
            finally
            {
                hub.Close(page, stream);
            }
        }
    }
}
