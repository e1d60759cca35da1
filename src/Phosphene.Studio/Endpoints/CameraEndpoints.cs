using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Photos;
using Phosphene.Syntax;

namespace Phosphene.Studio.Endpoints;

/// <summary>The frames of a camera, each of which is looked at and forgotten.</summary>
internal static class CameraEndpoints
{
    private const int UsualCount = 12, MostCount = 100;

    public static void MapCamera(this IEndpointRouteBuilder api) => api.MapPost("/camera", async (string model, string layer, int? count, string? page, HttpContext context, StudioModels models, Camera camera) =>
    {
        if (count is < 1 or > MostCount) throw new UsageException($"From 1 to {MostCount} units can be asked for; got {count}.");
        string name = page is null ? context.Connection.Id : EventEndpoints.Checked(page);
        StudioModel entry = models.Named(model);
        byte[] frame = await ImageEndpoints.Body(context, Camera.MostFrameBytes).ConfigureAwait(false);
        var (response, milliseconds) = await camera.See(name, entry, layer, frame).ConfigureAwait(false);
        return new { Units = PhotoEndpoints.UnitsOf(response.Layers[0], count ?? UsualCount), Classes = PhotoEndpoints.ClassesOf(entry.Open(), response), milliseconds };
    });
}
