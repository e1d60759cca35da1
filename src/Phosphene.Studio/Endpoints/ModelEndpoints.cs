using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Phosphene.Models;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;

namespace Phosphene.Studio.Endpoints;

/// <summary>The models, what each is made of, and how one is dropped.</summary>
internal static class ModelEndpoints
{
    /// <param name="Name">What it is called.</param>
    /// <param name="Path">Its file.</param>
    /// <param name="Sha256">The SHA-256 of the file.</param>
    /// <param name="Height">The height of the images that it usually sees.</param>
    /// <param name="Width">Their width.</param>
    /// <param name="Layers">The layers that are worth looking at.</param>
    /// <param name="Labels">The names of the classes; empty without labels.</param>
    /// <param name="Doubt">Why its classes are none; null if they are.</param>
    private sealed record ModelAnswer(string Name, string Path, string Sha256, int Height, int Width, IReadOnlyList<StudioLayer> Layers, IReadOnlyList<string> Labels, string? Doubt);

    private static readonly SemaphoreSlim s_dropping = new(1);

    public static void MapModels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/models", (StudioModels models) => models.All.Select(model => new { model.Name, model.Path }));
        api.MapGet("/models/{name}", (string name, StudioModels models, Scheduler scheduler, CancellationToken cancellation) => scheduler.Ask(() => Told(models.Named(name)), cancellation));
        api.MapPost("/models", Drop);
    }

    /// <summary>A model by its name.</summary>
    /// <exception cref="MissingException">There is none.</exception>
    public static StudioModel Named(this StudioModels models, string? name) => models.Find(name ?? "") ?? throw new MissingException($"There is no model '{name}' in this studio; there are {string.Join(", ", models.All.Select(model => model.Name))}.");

    private static ModelAnswer Told(StudioModel entry)
    {
        Model model = entry.Open();
        (int height, int width) = model.UsualSize;
        return new ModelAnswer(entry.Name, entry.Path, model.Sha256, height, width, entry.Layers(), [.. Enumerable.Range(0, model.Labels.Count).Select(label => model.Labels[label])], model.ClassDoubt);
    }

    // The body is the file; its name is in the address.
    private static async Task<object> Drop(string name, HttpContext context, StudioModels models, StateFolder state, Scheduler scheduler)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = StateFolder.MostModelBytes;
        if (!await s_dropping.WaitAsync(0, context.RequestAborted).ConfigureAwait(false)) throw new TooManyException("Another model is being dropped; wait until it is there.");
        string written = Path.Combine(state.Models, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await using (FileStream file = new(written, FileMode.CreateNew)) await context.Request.Body.CopyToAsync(file, context.RequestAborted).ConfigureAwait(false);
            StudioModel model = await scheduler.Ask(() => models.Keep(written, name), context.RequestAborted).ConfigureAwait(false);
            return new { model.Name };
        }
        finally
        {
            File.Delete(written);
            s_dropping.Release();
        }
    }
}
