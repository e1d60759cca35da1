using System.Runtime.ExceptionServices;
using System.Text;
using Phosphene.Images;
using Phosphene.Runtime.Files;

namespace Phosphene.Pages.Galleries;

/// <summary>
/// Writes a gallery: a folder of pages that works from a disk and from any web server, and asks nothing of any other. Pictures are named by the pages and stay where they are; what is written is index.html, search.html, quiz.html if photos are known,
/// a page and a folder for each layer, a page and a small picture for each unit, and the folder "gallery" with sprites, style and scripts.
/// </summary>
/// <param name="network">What it shows.</param>
/// <param name="folder">Where to; the files that the network names are in it.</param>
public sealed class GallerySite(GalleryNetwork network, string folder)
{
    private static readonly string[] s_scripts = ["gallery.js", "search.js", "quiz.js"];

    private readonly Places _places = new(network);

    /// <summary>The first page.</summary>
    public string Index => Path.Combine(folder, Places.Index);

    /// <summary>How many units there are.</summary>
    public int Count => network.Layers.Sum(layer => layer.Units.Count);

    /// <summary>Writes all of it.</summary>
    /// <param name="observe">Told how many units are done; it may be called by several threads.</param>
    /// <param name="cancellation">Ends it between two units.</param>
    /// <exception cref="Syntax.InputFileException">A picture cannot be read.</exception>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(Action<int>? observe = null, CancellationToken cancellation = default)
    {
        OutputFolder.Create(Path.Combine(folder, Places.Assets));
        int done = 0;
        var looks = new List<float[][]>();
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            looks.Add(network.Layers[layer].Units.Count == 0 ? [] : WritePictures(layer, cancellation));
            // The pictures are about half of the work, the pages the other half.
            observe?.Invoke(done = Half(looks.Sum(written => written.Length)));
        }
        IReadOnlyList<(int, GalleryUnit)> questions = QuizPage.QuestionsOf(network);
        var frame = new Frame(network.Title, questions.Count > 0);
        var likeness = new Likeness(network, looks);
        int pages = 0;
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            if (network.Layers[layer].Units.Count == 0) continue;
            int number = layer;
            Save(_places.PageOf(layer), LayerPage.Of(network, layer, PlacesIn(Looks.Order(looks[layer])), _places, frame).ToString());
            InParallel(network.Layers[layer].Units.Count, unit =>
            {
                Save(_places.PageOf(number, network.Layers[number].Units[unit].Channel), new UnitPage(network, _places, frame, likeness).Of(number, unit).ToString());
                observe?.Invoke(done + Half(Interlocked.Increment(ref pages)));
            }, cancellation);
        }
        Save(Places.Search, SearchPage.Of(network, _places, frame).ToString());
        if (frame.HasQuiz) Save(Places.Quiz, QuizPage.Of(network, frame).ToString());
        else File.Delete(Path.Combine(folder, Places.Quiz));         // of a gallery that had photos
        Asset("units.js", GalleryData.Units(network, _places));
        Asset("looks.js", GalleryData.Look(looks));
        if (frame.HasQuiz) Asset("questions.js", GalleryData.Questions(network, questions, _places));
        foreach (string script in s_scripts) Asset(script, Resource(script));
        Asset("style.css", $"{Stylesheet.Text}\n{Resource("gallery.css")}");
        Save(Places.Index, OverviewPage.Of(network, looks, _places, frame).ToString());
        observe?.Invoke(Count);
    }

    private static int Half(int units) => units / 2;

    // Sprites, strip and small pictures of a layer; and how each unit looks.
    private float[][] WritePictures(int number, CancellationToken cancellation)
    {
        IReadOnlyList<GalleryUnit> units = network.Layers[number].Units;
        OutputFolder.Create(Path.Combine(folder, _places.StemOf(number)));
        (int height, int width) = Sprites.TileOf(units[0].Main.Height, units[0].Main.Width);
        var looks = new float[units.Count][];
        IReadOnlyList<int> inStrip = Sprites.InStripOf(units.Count);
        var strip = new Picture[inStrip.Count];
        foreach (int[] sheet in Enumerable.Range(0, units.Count).Chunk(Sprites.PerSheet))
        {
            var tiles = new Picture[sheet.Length];
            InParallel(sheet.Length, i =>
            {
                Picture tile = tiles[i] = Read(units[sheet[i]].Main.Images[0].File).Resize(height, width);
                looks[sheet[i]] = Looks.Of(tile);
                AtomicFile.Write(Path.Combine(folder, _places.TileOf(number, units[sheet[i]].Channel)), stream => JpegWriter.Write(stream, tile, Sprites.Quality));
            }, cancellation);
            Sprites.Write(Path.Combine(folder, _places.SpriteOf(number, sheet[0])), tiles, Sprites.Across);
            for (int i = 0; i < inStrip.Count; i++)
                if (inStrip[i] >= sheet[0] && inStrip[i] <= sheet[^1]) strip[i] = tiles[inStrip[i] - sheet[0]];
        }
        Sprites.Write(Path.Combine(folder, _places.StripOf(number)), strip, strip.Length);
        return looks;
    }

    // What fails is told as where it happened.
    private static void InParallel(int count, Action<int> work, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, work);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    private Picture Read(string file)
    {
        try
        {
            return Picture.Load(Path.Combine(folder, file));
        }
        catch (Exception error) when (error is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new Syntax.InputFileException($"Picture '{Path.Combine(folder, file)}' cannot be read: {error.Message} Run the sweep again; 'phosphene status --verify' names all that are damaged.", error);
        }
    }

    // The place of each unit in an order.
    private static int[] PlacesIn(int[] order)
    {
        int[] places = new int[order.Length];
        for (int i = 0; i < order.Length; i++) places[order[i]] = i;
        return places;
    }

    private void Asset(string name, string text) => Save($"{Places.Assets}/{name}", text);

    private void Save(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using Stream stream = typeof(GallerySite).Assembly.GetManifestResourceStream($"Phosphene.Pages.Galleries.{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
