using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Phosphene.Studio.Storage;

namespace Phosphene.Studio.Endpoints;

/// <summary>Images that were dropped: to look at with a model, to start from, to paint a mask with.</summary>
internal static class ImageEndpoints
{
    private static readonly SemaphoreSlim s_decoding = new(1);

    public static void MapImages(this IEndpointRouteBuilder api)
    {
        api.MapPost("/images", async (HttpContext context, StateFolder state) =>
        {
            byte[] body = await Body(context, StateFolder.MostImageBytes).ConfigureAwait(false);
            // Decoded one at a time: a small file may be a large image.
            await s_decoding.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            try
            {
                return new { Id = state.KeepImage(body, "the image that was dropped") };
            }
            finally
            {
                s_decoding.Release();
            }
        });
        api.MapGet("/images/{id}.png", (string id, StateFolder state) => Results.File(state.ImagePath(id) ?? throw new MissingException("There is no such image; drop it again."), "image/png"));
    }

    /// <summary>The bytes of a request.</summary>
    /// <exception cref="BadHttpRequestException">There are more.</exception>
    public static async Task<byte[]> Body(HttpContext context, long most)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = most;
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        return bytes.ToArray();
    }
}
