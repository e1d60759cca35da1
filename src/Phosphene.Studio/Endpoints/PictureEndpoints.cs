using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Pictures;
using Phosphene.Studio.Scheduling;

namespace Phosphene.Studio.Endpoints;

/// <summary>The pictures of units.</summary>
internal static class PictureEndpoints
{
    /// <param name="Page">The page.</param>
    /// <param name="Model">The model.</param>
    /// <param name="Units">What it wants the pictures of, in order: what is on screen first.</param>
    /// <param name="Size">Their height and width in pixels; null for what fits the model.</param>
    private sealed record Wishes(string Page, string Model, IReadOnlyList<string> Units, int? Size = null);

    public static void MapPictures(this IEndpointRouteBuilder api) => api.MapPost("/pictures", async (Wishes wishes, StudioModels models, UnitPictures pictures, Scheduler scheduler, CancellationToken cancellation) =>
    {
        string page = EventEndpoints.Checked(wishes.Page);
        StudioModel model = models.Named(wishes.Model);
        return new { Ready = await scheduler.Ask(() => pictures.Want(page, model, wishes.Units ?? [], wishes.Size), cancellation).ConfigureAwait(false) };
    });
}
