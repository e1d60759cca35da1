using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Phosphene.Studio.Endpoints;

/// <summary>All that can be asked of a studio: one line for each resource, each in a file of its own.</summary>
internal static class StudioRoutes
{
    public static void MapStudio(this WebApplication app)
    {
        app.MapFiles();
        RouteGroupBuilder api = app.MapGroup("/api");
        api.MapEvents();
        api.MapModels();
        api.MapImages();
        api.MapPictures();
        api.MapPhotos();
        api.MapCamera();
        api.MapTexts();
        api.MapAscents();
        app.MapFallback(() => Results.NotFound(new ApiError("There is nothing at this address.")));
    }
}
