using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Phosphene.Evidence.Responses;
using Phosphene.Evidence.Sensitivity;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Photos;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;

namespace Phosphene.Studio.Endpoints;

/// <summary>A dropped photo as a model sees it. Places in it, y before x, are shares of the square that the model sees: 0, 0 is the corner at the top left, 1, 1 that at the bottom right.</summary>
internal static class PhotoEndpoints
{
    private const int Classes = 5, UnitsOfLayer = 6, Effects = 8, UsualCount = 12, MostCount = 100;

    private const string RankedBy = "value / usual; usual is √((r² + R²) / 2), with r the root mean square of the channel over the photo and R that of the layer";

    /// <param name="Page">The page that is told.</param>
    /// <param name="Model">The model.</param>
    /// <param name="Layer">The layer.</param>
    /// <param name="Channel">The channel that is to give more.</param>
    private sealed record Wish(string Page, string Model, string Layer, int Channel);

    public static void MapPhotos(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder photos = api.MapGroup("/photos");
        photos.MapGet("/{image}.png", (string image, string model, [AsParameters] Studio studio) => studio.See(image, model, photo => Results.Bytes(EncodedPicture.Png(photo.Square).Bytes, "image/png")));
        photos.MapGet("/{image}/classes", (string image, string model, [AsParameters] Studio studio) => studio.See(image, model, photo => ClassesOf(photo.Model, photo.Response)));
        photos.MapGet("/{image}/layers", (string image, string model, [AsParameters] Studio studio) => studio.See(image, model, photo => photo.Response.Layers.Select(layer => new { Name = layer.Layer, layer.Height, layer.Width, Units = UnitsOf(layer, UnitsOfLayer) }).ToArray()));
        photos.MapGet("/{image}/units", (string image, string model, string layer, float? y, float? x, int? count, [AsParameters] Studio studio) => studio.See(image, model, photo => Units(photo.Layer(layer), y, x, count)));
        photos.MapGet("/{image}/heat", (string image, string model, string layer, int channel, [AsParameters] Studio studio) => studio.See(image, model, photo => Heat(photo.Layer(layer), channel)));
        photos.MapGet("/{image}/attribution", (string image, string model, string layer, int @class, [AsParameters] Studio studio) => studio.See(image, model, photo => Attributed(photo, layer, @class)));
        photos.MapPost("/{image}/change", (string image, Wish wish, [AsParameters] Studio studio, Changes changes) =>
        {
            string page = EventEndpoints.Checked(wish.Page), path = studio.PathOf(image);
            return studio.See(image, wish.Model, photo =>
            {
                LayerResponse layer = photo.Layer(wish.Layer);
                Channel(layer, wish.Channel);
                return new { Change = changes.Begin(page, () => new SmallestChange(photo.Model, new ImageReference(path), layer, wish.Channel)) };
            });
        });
    }

    /// <summary>What a question about a photo needs.</summary>
    /// <param name="State">Where photos are.</param>
    /// <param name="Models">The models.</param>
    /// <param name="Photos">The photos that were seen.</param>
    /// <param name="Context">The request.</param>
    private readonly record struct Studio(StateFolder State, StudioModels Models, SeenPhotos Photos, HttpContext Context)
    {
        public string PathOf(string image) => State.ImagePath(image) ?? throw new MissingException("There is no such image; drop it again.");

        public Task<T> See<T>(string image, string model, Func<SeenPhoto, T> question) => Photos.See(PathOf(image), Models.Named(model), question, Context.RequestAborted);
    }

    /// <summary>The likeliest classes.</summary>
    public static IEnumerable<object> ClassesOf(Model model, ImageResponse response) =>
        [.. model.Likeliest([.. response.Probabilities], Classes).Where(entry => float.IsFinite(entry.Probability)).Select(entry => new { entry.Class, entry.Label, entry.Probability })];

    /// <summary>The units that stand out in a layer, with their places.</summary>
    public static IEnumerable<object> UnitsOf(LayerResponse layer, int count) => [.. layer.Top(count).Select(unit => Told(layer, unit))];

    private static object Told(LayerResponse layer, UnitResponse unit) => new { unit.Channel, unit.Value, unit.Usual, Y = (unit.Row + 0.5f) / layer.Height, X = (unit.Column + 0.5f) / layer.Width };

    private static object Units(LayerResponse layer, float? y, float? x, int? count)
    {
        if (y is null != x is null) throw new UsageException("A place has a y and an x, or there is none of them.");
        if (count is < 1 or > MostCount) throw new UsageException($"From 1 to {MostCount} units can be asked for; got {count}.");
        (int Row, int Column)? place = y is { } top && x is { } left ? (Position("y", top, layer.Height), Position("x", left, layer.Width)) : null;
        IReadOnlyList<UnitResponse> units = place is var (row, column) ? layer.TopAt(row, column, count ?? UsualCount) : layer.Top(count ?? UsualCount);
        return new { place?.Row, place?.Column, layer.Height, layer.Width, Units = units.Select(unit => Told(layer, unit)).ToArray(), RankedBy };
    }

    private static int Position(string name, float share, int positions) => share is >= 0 and <= 1 ? Math.Min((int)(share * positions), positions - 1)
        : throw new UsageException($"A place in the photo is from 0 to 1; got {name} {share}.");

    private static object Heat(LayerResponse layer, int channel)
    {
        Channel(layer, channel);
        float?[] values = Finite(layer.Map(channel).ToArray());
        return new { layer.Height, layer.Width, Values = values, Highest = values.Max() };
    }

    private static void Channel(LayerResponse layer, int channel)
    {
        if (channel < 0 || channel >= layer.Channels) throw new UsageException($"Layer '{layer.Layer}' has channels 0 to {layer.Channels - 1}; there is no channel {channel}.");
    }

    private static object Attributed(SeenPhoto photo, string layer, int @class)
    {
        photo.Layer(layer);
        if (@class < 0 || @class >= photo.Response.Probabilities.Count) throw new UsageException($"The model has {photo.Response.Probabilities.Count} classes, from 0 on; there is no class {@class}.");
        Attribution attribution = Attribution.Of(photo.Model, photo.Square, Objective.Logit(@class), layer);
        ChannelAttribution[] effects = [.. attribution.Channels.Where(channel => float.IsFinite(channel.Contribution)).OrderByDescending(channel => channel.Contribution)];
        ChannelAttribution[] most = [.. effects.Where(channel => channel.Contribution > 0).Take(Effects), .. effects.Where(channel => channel.Contribution < 0).TakeLast(Effects)];
        return new
        {
            Class = @class,
            Label = photo.Model.Labels[@class],
            Value = Finite((float)attribution.Value),
            Units = most.Select(channel => new { channel.Channel, Effect = channel.Contribution }).ToArray(),
            attribution.Height,
            attribution.Width,
            Values = Finite(attribution.Positions),
        };
    }

    // JSON has no numbers for what is none.
    private static float? Finite(float value) => float.IsFinite(value) ? value : null;

    private static float?[] Finite(IReadOnlyList<float> values) => [.. values.Select(Finite)];
}
