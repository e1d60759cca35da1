using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Recipes;
using Phosphene.Studio.Live;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Studio.Endpoints;

/// <summary>The small languages of objectives and recipes: what forms are made of, how a text can go on, whether it can be read, and taken apart and put together for forms.</summary>
internal static class TextEndpoints
{
    private const int MostCompletions = 200, MostWords = 100;

    private const string ObjectiveKind = "objective", TransformKind = "transform", OperatorKind = "operator", OptimizerKind = "optimizer", ParameterizationKind = "parameterization";

    /// <param name="Model">The name of the model that the text is for.</param>
    /// <param name="Kind">What the text stands for.</param>
    /// <param name="Text">The text.</param>
    /// <param name="Position">The place of the cursor.</param>
    private sealed record Asked(string? Model, string? Kind, string? Text, int Position);

    /// <param name="Kind">What the text is to stand for.</param>
    /// <param name="Words">What it is made of.</param>
    private sealed record Printing(string? Kind, IReadOnlyList<Word>? Words);

    /// <param name="Name">A word.</param>
    /// <param name="Arguments">The text of each argument by the name of its parameter.</param>
    /// <param name="Weight">Its weight, where words are added up.</param>
    private sealed record Word(string? Name, Dictionary<string, string>? Arguments, float? Weight);

    private static readonly IReadOnlyDictionary<string, TextRegistry> s_registries = new Dictionary<string, TextRegistry>
    {
        [ObjectiveKind] = Texts.Objectives,
        [ParameterizationKind] = Texts.Parameterizations,
        [TransformKind] = Texts.Transforms,
        [OperatorKind] = Texts.Operators,
        [OptimizerKind] = Texts.Optimizers,
    };

    public static void MapTexts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/texts", () => new
        {
            Registries = s_registries.Select(entry => new { Kind = entry.Key, entry.Value.Description, Entries = entry.Value.Select(Told) }),
            Presets = Recipe.Presets.Select(preset => new { Name = preset.Key, Recipe = RecipeText.Of(preset.Value) }),
        });
        api.MapPost("/texts/complete", (Asked asked, StudioModels models, Scheduler scheduler, StateFolder state, CancellationToken cancellation) =>
        {
            (TextRegistry registry, string text) = (RegistryOf(asked.Kind), TextOf(asked.Text));
            if (asked.Position < 0 || asked.Position > text.Length) throw new UsageException($"A cursor in a text of {text.Length} characters is expected; got {asked.Position}.");
            StudioModel? model = asked.Model is null ? null : models.Named(asked.Model);
            return scheduler.Ask(() => FileScope.Within(state.FileOf, () => registry.Complete(text, asked.Position, NamesOf(model)))
                .Take(MostCompletions).Select(completion => new { completion.Start, completion.Text, completion.Description }).ToArray(), cancellation);
        });
        api.MapPost("/texts/check", (Asked asked, StudioModels models, Scheduler scheduler, StateFolder state, CancellationToken cancellation) =>
        {
            (TextRegistry registry, string text) = (RegistryOf(asked.Kind), TextOf(asked.Text));
            StudioModel? model = asked.Model is null ? null : models.Named(asked.Model);
            return scheduler.Ask(() => FileScope.Within<object>(state.FileOf, () =>
            {
                try
                {
                    string printed = RecipeText.Read("text", text, given => Printed(asked.Kind!, given));
                    if (asked.Kind == ObjectiveKind && model is not null) LiveAscent.ObjectiveOf(model.Open(), "text", text);
                    return new { Ok = true, Text = printed, Words = registry.TakeApart(text) };
                }
                catch (FieldException wrong)
                {
                    // An answer like another: a text is wrong for most of the time in which it is typed.
                    return new { Ok = false, wrong.Message, wrong.Position };
                }
            }), cancellation);
        });
        api.MapPost("/texts/print", (Printing printing, StateFolder state) =>
        {
            TextRegistry registry = RegistryOf(printing.Kind);
            if (printing.Words is not { Count: <= MostWords } words || words.Any(word => word?.Name is null || word.Weight is { } weight && !float.IsFinite(weight))) throw new UsageException($"At most {MostWords} words, each with a name, are expected.");
            if (words.Sum(word => word.Name!.Length + (word.Arguments?.Sum(argument => argument.Key.Length + (argument.Value?.Length ?? 0)) ?? 0)) > ApiLimits.MostTextLength) throw new UsageException($"A text has at most {ApiLimits.MostTextLength} characters.");
            return new { Text = FileScope.Within(state.FileOf, () => registry.PutTogether([.. words.Select(word => new TextWord(word.Name!, word.Arguments ?? [], word.Weight ?? 1))])) };
        });
    }

    private static object Told(TextEntry entry) => new
    {
        entry.Name,
        entry.Description,
        entry.Example,
        entry.Signature,
        Parameters = entry.Parameters.Select(parameter => new { parameter.Name, parameter.Description, parameter.Kind, parameter.Least, parameter.Most, parameter.Unit, parameter.Choices, parameter.Default, parameter.IsRequired }),
    };

    private static TextRegistry RegistryOf(string? kind) => s_registries.GetValueOrDefault(kind ?? "") ?? throw new UsageException($"There is no kind of text '{kind}'; there are {string.Join(", ", s_registries.Keys)}.");

    private static string TextOf(string? text) => AscentEndpoints.Bounded("text", text) ?? throw new UsageException("A text is expected.");

    private static string Printed(string kind, string text) => kind switch
    {
        ObjectiveKind => Objective.Parse(text).ToString(),
        ParameterizationKind => Texts.Parameterizations.Print(Texts.Parameterizations.Parse(text)),
        TransformKind => Pipeline.Parse(text).ToString(),
        OperatorKind => OperatorPipeline.Parse(text).ToString(),
        _ => Texts.Optimizers.Print(Texts.Optimizers.Parse(text)),
    };

    // The layers that are worth looking at come first.
    private static CompletionNames NamesOf(StudioModel? entry)
    {
        if (entry is null) return CompletionNames.None;
        Model model = entry.Open();
        return new CompletionNames([.. entry.Layers().Select(layer => layer.Name).Concat(model.Layers.Select(layer => layer.Name)).Distinct()], [.. Enumerable.Range(0, model.Labels.Count).Select(label => model.Labels[label])]);
    }
}
