namespace Phosphene.Pages.Galleries;

/// <summary>
/// Which of two photos excites a unit, judged by its synthetic pictures or by other photos that excite it: how much the pictures of a gallery tell. Source: Borowski et al., "Exemplary natural images explain CNN activations better than state-of-the-art
/// feature visualization", ICLR 2021, where people were right in 82 % with synthetic and 92 % with natural references.
/// </summary>
internal static class QuizPage
{
    // So many that each answer can be about another unit.
    private const int Most = 240, LeastReferences = 3;

    // A unit whose positions see little is told by a detail that one does not find in a photo.
    private const double LeastField = 0.25;

    public static Html Of(GalleryNetwork network, Frame frame) => frame.Page(Places.Quiz, $"Quiz · {network.Title}", [("quiz", Places.Quiz)], [("up", Places.Index, "overview")], "quiz", ["questions.js", "quiz.js"], Html.Of(
        $"""
        <h1>How much do the pictures tell?</h1>
        <div class="lead"><p>One unit, and two photos it was never shown with. One excites it strongly, the other hardly. Which one? Half of the time you see images that were optimised to excite the unit, half of the time other photos that excite it.</p></div>
        <noscript><p>The quiz needs scripts.</p></noscript>
        <div id="quiz" hidden></div>
        <p class="caption">After Borowski et al., <cite>Exemplary natural images explain CNN activations better than state-of-the-art feature visualization</cite>, ICLR 2021, whose readers were right in 82 ± 4 % with optimised images and in 92 ± 2 % with photos; chance is 50 %. Your answers stay in this browser unless you save them.</p>
        """));

    /// <summary>The questions of a network; none if no unit has photos.</summary>
    public static IReadOnlyList<(int Layer, GalleryUnit Unit)> QuestionsOf(GalleryNetwork network)
    {
        (int Layer, GalleryUnit Unit)[] all = [.. network.Layers.SelectMany((layer, number) => layer.Units.Select(unit => (number, unit)))
            .Where(entry => entry.unit.Concerns.Count == 0 && PicturesOf(entry.unit).Any() && HighOf(entry.unit).Length > LeastReferences && LowOf(entry.unit).Length > 0)];
        (int Layer, GalleryUnit Unit)[] wide = [.. all.Where(entry => network.Layers[entry.Layer] is var layer && layer.Field.Height >= LeastField * layer.Image.Height)];
        if (wide.Length > 0) all = wide;
        return all.Length <= Most ? all : [.. Enumerable.Range(0, Most).Select(i => all[(int)((i + 0.5) * all.Length / Most)])];
    }

    /// <summary>The pictures that were optimised to excite a unit.</summary>
    public static IEnumerable<string> PicturesOf(GalleryUnit unit) => unit.Pictures.Where(picture => picture.Kind != "negative").SelectMany(picture => picture.Images).Select(image => image.File);

    /// <summary>Photos that excite a unit, each at least half as much as the first; a unit that hardly any photo excites has less exciting ones among its highest too.</summary>
    public static string[] HighOf(GalleryUnit unit) => unit.Photos?.Of(GalleryPhotos.Highest) is [{ Value: > 0 } first, ..] all ? [.. all.Where(photo => photo.Value >= first.Value / 2).Select(photo => photo.File).Distinct()] : [];

    /// <summary>Photos that excite it least, without those that excite another place of it.</summary>
    public static string[] LowOf(GalleryUnit unit) => [.. (unit.Photos?.Of(GalleryPhotos.Lowest) ?? []).Select(photo => photo.File).Except(unit.Photos?.Of(GalleryPhotos.Highest).Select(photo => photo.File) ?? [])];
}
