using System.Globalization;
using Phosphene.Images;
using Phosphene.Pages;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Studio.Live;

// What is saved of an ascent.
internal sealed partial class LiveAscent
{
    private const int FrameMilliseconds = 150, LastMilliseconds = 1500;

    // What is saved is taken down on the scheduler's thread, and encoded by whoever calls what is returned.

    /// <summary>The present picture as PNG, with where it comes from: it can be replayed if all of its course can be told, and says so otherwise.</summary>
    public Func<byte[]> Png()
    {
        Picture picture = Saved();
        return () => EncodedPicture.Png(picture).Bytes;
    }

    private Picture Saved()
    {
        Ascent ascent = Open();
        return Present(ascent).With(ascent.ProvenanceOf(0, ascent.CleanValues()).ToTexts());
    }

    private static Picture Present(Ascent ascent) => PictureOf(ascent) ?? throw new UsageException("There is no picture: its colours are no numbers. Begin anew with a smaller learning rate.");

    /// <summary>The recipe as JSON, with stages that tell what was steered; that of what lies under the mask, if there is one.</summary>
    public string RecipeJson() => Unmasked(Open().Recipe).ToJson();

    /// <summary>How it grew, as GIF.</summary>
    public Func<byte[]> Animation()
    {
        Func<IReadOnlyList<Picture>> growth = Growth();
        return () =>
        {
            IReadOnlyList<Picture> pictures = growth();
            using var bytes = new MemoryStream();
            Images.Animation.Write(bytes, [.. pictures.SkipLast(1).Select(picture => new AnimationFrame(picture, FrameMilliseconds)), new AnimationFrame(pictures[^1], LastMilliseconds)]);
            return bytes.ToArray();
        };
    }

    // Small pictures of its snapshots, and the present one, all of one size.
    private Func<IReadOnlyList<Picture>> Growth()
    {
        Ascent ascent = Open();
        Picture present = Present(ascent);
        string[] paths = [.. _snapshots.Where(place => place.Step < ascent.StepsDone).Select(place => _folder.StripPath(place.Step))];
        return () =>
        {
            _folder.Flush();
            Picture last = Small(present);
            return [.. paths.Select(Read).OfType<Picture>().Select(picture => (picture.Height, picture.Width) == (last.Height, last.Width) ? picture : picture.Resize(last.Height, last.Width)), last];
        };

        // A snapshot may be gone by now.
        static Picture? Read(string path)
        {
            try
            {
                return Picture.Load(path);
            }
            catch (Exception error) when (error is IOException or InputFileException or ImageFormatException)
            {
                return null;
            }
        }
    }

    /// <summary>The file of the small picture of a snapshot; null if there is none.</summary>
    public string? StripPath(int step)
    {
        if (!_snapshots.Any(place => place.Step == step)) return null;
        _folder.Flush();
        return File.Exists(_folder.StripPath(step)) ? _folder.StripPath(step) : null;
    }

    /// <summary>A page that stands alone: the picture, how it grew, and how it is made again.</summary>
    public Func<string> Page()
    {
        AscentState state = State();
        (Picture saved, string json) = (Saved(), RecipeJson());
        Func<IReadOnlyList<Picture>> growth = Growth();
        TracePoint[] trace = [.. _trace.Points];
        int every = _trace.Every;
        return () => Page(state, saved, growth(), trace, every, json);
    }

    private static string Page(AscentState state, Picture picture, IReadOnlyList<Picture> growth, TracePoint[] trace, int every, string json)
    {
        string value = state.Value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:G4}") : "not known";
        var page = new HtmlPage(state.Objective, $"A picture that excites `{state.Objective}` of `{state.Model}`, made in the studio of Phosphene in {state.Step} steps.");
        page.Section("The picture").Gallery("", [new Figure(picture, $"`{state.Objective}`", $"{value} after {state.Step} of {state.Steps} steps")]);
        page.Section("How it grew").Strip("From left to right, until the picture above.", growth);
        HtmlSection course = page.Section("The objective over the steps");
        if (trace.Length > 1)
            course.Lines("What the objective was in each step, on the transformed image.", "step", "value", [("value", ValuesBySteps(trace, every))], from: trace[0].Step, every: every);
        if (state.Changes.Count > 0) course.Table("What was changed under way.", ["after step", "what"], [.. state.Changes.Select(change => new[] { change.Step.ToString(CultureInfo.InvariantCulture), change.What })]);
        HtmlSection recipe = page.Section("How to make it again");
        recipe.Text(state.IsReplayable ? "The picture on this page carries its recipe: save it, and `phosphene replay picture.png` makes the same pixels." : "It was steered in what no recipe tells; this makes a picture by the recipe of its last steps.");
        if (state.CommandNote is { } note) recipe.Text(note);
        recipe.Command(state.Command).Command(json);
        return page.ToHtml();
    }

    // A value for each step that the trace could have, so that what is missing leaves a gap.
    private static double[] ValuesBySteps(TracePoint[] trace, int every)
    {
        var values = new double[(trace[^1].Step - trace[0].Step) / every + 1];
        Array.Fill(values, double.NaN);
        foreach (TracePoint point in trace) values[(point.Step - trace[0].Step) / every] = point.Value ?? double.NaN;
        return values;
    }
}
