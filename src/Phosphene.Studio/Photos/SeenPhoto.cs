using Phosphene.Evidence.Responses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Syntax;

namespace Phosphene.Studio.Photos;

/// <summary>A photo as a model sees it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Square">The photo at the size of the model.</param>
/// <param name="Response">What the layers of its map and its classes give for it.</param>
internal sealed record SeenPhoto(Model Model, Picture Square, ImageResponse Response)
{
    /// <summary>A layer of the map.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public LayerResponse Layer(string? name) => Response.Layers.FirstOrDefault(layer => layer.Layer == name)
        ?? throw new UsageException($"The map of the model has no layer '{name}'; it has {string.Join(", ", Response.Layers.Take(8).Select(layer => layer.Layer))}{(Response.Layers.Count > 8 ? " and others" : "")}.");

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => Response.Bytes + Square.Bytes.Length;
}
