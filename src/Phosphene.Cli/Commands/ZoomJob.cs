using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="ZoomCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record ZoomJob(Terminal Terminal)
{
    private const int Milliseconds = 80;

    public required string Model { get; init; }

    public required ModelOptions ModelOptions { get; init; }

    public required string Objective { get; init; }

    public required RecipeOptions Recipe { get; init; }

    public required int Frames { get; init; }

    public required float Factor { get; init; }

    public required string Output { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        Objective objective = Objectives.Objective.Parse(Objective);
        Recipe recipe = Recipe.Read();
        OutputFile.Require(Output, ".gif", "animations are written as GIF");
        if (Factor <= 1) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--by is how much larger everything becomes, above 1, such as 1.05; got {Factor}."));
        using Model model = Models.Model.Load(Model, ModelOptions);
        recipe = Recipe.For(recipe, model);
        InputCheck.WarnWithoutImages(Terminal, model);

        long began = Stopwatch.GetTimestamp();
        List<AnimationFrame> frames = [];
        using (Progress? progress = Terminal.Progress((long)Frames * recipe.Steps, Quiet))
        {
            var zoom = new Zoom(model, recipe, objective) { Factor = Factor };
            foreach (Picture picture in zoom.Pictures(step => progress?.Report((long)frames.Count * recipe.Steps + step.Index, ("objective", step.Value)), Terminal.Interruption.Token).Take(Frames))
                frames.Add(new AnimationFrame(picture, Milliseconds));
        }
        bool interrupted = frames.Count < Frames;
        if (frames.Count > 0) Animation.Save(Output, frames);
        if (Json) WriteJson(objective, recipe, frames.Count, began);
        else if (!Quiet && frames.Count > 0)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {frames.Count} pictures of {objective}, {recipe.Height} x {recipe.Width} pixels, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        if (!interrupted) return ExitCode.Success;
        Terminal.Error.WriteLine($"phosphene: Interrupted after {frames.Count} of {Frames} pictures; {(frames.Count > 0 ? $"'{Output}' has these" : "nothing was written")}.");
        return Terminal.Interruption.Code;
    }

    private void WriteJson(Objective objective, Recipe recipe, int frames, long began) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = frames > 0 ? Output : null,
        ["objective"] = objective.ToString(),
        ["frames"] = frames,
        ["height"] = recipe.Height,
        ["width"] = recipe.Width,
        ["interrupted"] = frames < Frames,
        ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 2),
    });
}
