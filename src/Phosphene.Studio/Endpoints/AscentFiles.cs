using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Phosphene.Studio.Live;
using Phosphene.Studio.Scheduling;

namespace Phosphene.Studio.Endpoints;

/// <summary>What is saved of an ascent: picture, recipe, animation, a page that stands alone, the small pictures of the filmstrip.</summary>
internal static class AscentFiles
{
    public static void Map(RouteGroupBuilder one)
    {
        Map(one, "/picture.png", "image/png", ascent => ascent.Png());
        Map(one, "/recipe.json", "application/json", ascent =>
        {
            string json = ascent.RecipeJson();
            return Encoded(() => json);
        });
        Map(one, "/animation.gif", "image/gif", ascent => ascent.Animation());
        Map(one, "/page.html", "text/html; charset=utf-8", ascent => Encoded(ascent.Page()));
        // One that has gone since the page was told of it is no fault of the page.
        one.MapGet("/snapshots/{step:int}.jpg", async (string id, int step, LiveAscents ascents, Scheduler scheduler, CancellationToken cancellation) =>
            await AscentEndpoints.Ask(ascents, scheduler, id, ascent => ascent.StripPath(step), cancellation).ConfigureAwait(false) is { } path ? Results.File(path, "image/jpeg") : Results.NoContent());
    }

    private static Func<byte[]> Encoded(Func<string> text) => () => System.Text.Encoding.UTF8.GetBytes(text());

    // What is saved is taken down between two turns, and encoded beside them.
    private static void Map(RouteGroupBuilder one, string path, string type, Func<LiveAscent, Func<byte[]>> saved) =>
        one.MapGet(path, async (string id, LiveAscents ascents, Scheduler scheduler, CancellationToken cancellation) =>
        {
            Func<byte[]> encode = await AscentEndpoints.Ask(ascents, scheduler, id, saved, cancellation).ConfigureAwait(false);
            return Results.Bytes(encode(), type);
        });
}
