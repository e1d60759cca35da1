using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Phosphene.Studio.Live;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Syntax;

namespace Phosphene.Studio.Endpoints;

/// <summary>Ascents that run while pages look at them: begun, steered, returned to, and what is saved of them.</summary>
internal static class AscentEndpoints
{
    private const int LongestGroup = 40;

    /// <param name="Page">The page that looks at it.</param>
    /// <param name="Id">The number of one that there may be already; it is taken up then.</param>
    /// <param name="Model">The name of the model.</param>
    /// <param name="Objective">What is maximized.</param>
    /// <param name="Recipe">How.</param>
    /// <param name="Group">A name, letters and digits, of those that keep in step with it; null for none.</param>
    private sealed record Creation(string? Page, string? Id, string? Model, string? Objective, RecipeText? Recipe, string? Group);

    /// <param name="Objective">What is maximized from the next step on; null as it is.</param>
    /// <param name="Recipe">How; null as it is.</param>
    private sealed record Steering(string? Objective, RecipeText? Recipe);

    /// <param name="Steps">How many steps.</param>
    private sealed record Advance(int Steps);

    /// <param name="Seed">Another seed; null for the same.</param>
    private sealed record Restart(ulong? Seed);

    /// <param name="Step">That of a snapshot.</param>
    private sealed record Return(int Step);

    /// <param name="Image">A dropped image, by its number; null for none.</param>
    private sealed record Choice(string? Image);

    public static void MapAscents(this IEndpointRouteBuilder api)
    {
        api.MapPost("/ascents", Create);
        RouteGroupBuilder one = api.MapGroup("/ascents/{id}");
        one.MapGet("", (string id, LiveAscents ascents, Scheduler scheduler, CancellationToken cancellation) => Ask(ascents, scheduler, id, ascent => ascent.State(), cancellation));
        one.MapPost("/steer", (string id, Steering steering, LiveAscents ascents, Scheduler scheduler) =>
            Change(ascents, scheduler, id, ascent => ascent.Steer(Bounded("objective", steering.Objective), Bounded(steering.Recipe))));
        one.MapPost("/run", (string id, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent => ascent.Run()));
        one.MapPost("/pause", (string id, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent => ascent.Pause()));
        one.MapPost("/advance", (string id, Advance advance, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent => ascent.AdvanceBy(advance.Steps)));
        one.MapPost("/restart", (string id, Restart restart, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent => ascent.Restart(restart.Seed)));
        one.MapPost("/return", (string id, Return to, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent =>
            ascent.Return(to.Step) ?? throw new MissingException($"The snapshot of step {to.Step} is gone from the disk.")));
        one.MapPost("/start", (string id, Choice choice, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent => ascent.StartFrom(choice.Image)));
        one.MapPost("/mask", (string id, Choice choice, LiveAscents ascents, Scheduler scheduler) => Change(ascents, scheduler, id, ascent => ascent.Cover(choice.Image)));
        one.MapPost("/close", (string id, LiveAscents ascents, Scheduler scheduler) => Ask(ascents, scheduler, id, ascent =>
        {
            ascent.Stop();
            ascents.Close(ascent);
            return new { ascent.Id };
        }));
        AscentFiles.Map(one);
    }

    /// <summary>An ascent by its number.</summary>
    /// <exception cref="MissingException">There is none.</exception>
    public static LiveAscent Named(this LiveAscents ascents, string id) => ascents.Find(id) ?? throw new MissingException("There is no such picture in this studio any more; begin anew.");

    /// <summary>Asks something of an ascent, on the scheduler's thread.</summary>
    public static Task<T> Ask<T>(LiveAscents ascents, Scheduler scheduler, string id, Func<LiveAscent, T> question, CancellationToken cancellation = default) =>
        scheduler.Ask(() => question(ascents.Named(id)), cancellation);

    // What was asked for happens, even if nobody waits for the answer any more.
    private static Task<AscentState> Change(LiveAscents ascents, Scheduler scheduler, string id, Func<LiveAscent, AscentState> change) => Ask(ascents, scheduler, id, ascent =>
    {
        scheduler.Touch(ascent);
        return change(ascent);
    });

    private static Task<AscentState> Create(Creation creation, LiveAscents ascents, StudioModels models, Scheduler scheduler)
    {
        string page = EventEndpoints.Checked(creation.Page);
        if (creation.Id is not null && !Storage.StateFolder.IsId(creation.Id)) throw new UsageException("The number of an ascent has 16 hexadecimal digits.");
        if (creation.Group is { } group && (group.Length is 0 or > LongestGroup || !group.All(char.IsAsciiLetterOrDigit))) throw new UsageException($"A group has a name of 1 to {LongestGroup} letters and digits.");
        return scheduler.Ask(() =>
        {
            LiveAscent? known = creation.Id is null ? null : ascents.Find(creation.Id);
            if (known is null)
            {
                if (creation.Id is not null && ascents.IsKept(creation.Id)) throw new MissingException("That picture is kept, and cannot be taken up here: its model is not in this studio now, or its record is damaged. Open the studio with its model, or begin anew.");
                string objective = Bounded("objective", creation.Objective) ?? throw new UsageException("An ascent needs an objective.");
                RecipeText recipe = Bounded(creation.Recipe) ?? throw new UsageException("An ascent needs a recipe.");
                known = ascents.Create(page, creation.Id ?? LiveAscents.NewId(), models.Named(creation.Model), objective, recipe, creation.Group);
            }
            ascents.Show(page, known);
            known.Group = creation.Group ?? known.Group;
            scheduler.Touch(known);
            return known.State();
        });
    }

    /// <summary>A text of a request, if it is not too long.</summary>
    /// <exception cref="FieldException">It is.</exception>
    public static string? Bounded(string field, string? text) => text is not { Length: > ApiLimits.MostTextLength } ? text
        : throw new FieldException(field, new TextFormatException($"The text has {text.Length} characters; at most {ApiLimits.MostTextLength} are read.", text, ApiLimits.MostTextLength));

    private static RecipeText? Bounded(RecipeText? recipe)
    {
        foreach ((string name, string text) in recipe?.Parts ?? new Dictionary<string, string>()) Bounded(name, text);
        return recipe;
    }
}
