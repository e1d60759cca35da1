using Phosphene.Images;
using Phosphene.Pages.Galleries;
using Phosphene.Runtime.Files;

namespace Phosphene.Browser.Tests;

/// <summary>A gallery of pictures that are drawn, not optimised.</summary>
public sealed class MadeGallery : IDisposable
{
    private const int Side = 64;

    private readonly TemporaryFolder _folder = new();
    private readonly bool _hasPhotos;

    /// <summary>A small one, with all that a gallery can have.</summary>
    public MadeGallery() : this([6, 130, 12], hasPhotos: true)
    {
    }

    internal MadeGallery(int[] layers, bool hasPhotos)
    {
        _hasPhotos = hasPhotos;
        if (hasPhotos)
            for (int photo = 0; photo < 12; photo++) Save($"photos/{photo}.jpg", Drawn(photo * 7, 96, 128), isJpeg: true);
        Network = new GalleryNetwork("What the made one sees", "made.onnx · SHA-256 00…", "swift, 128 steps", "Phosphene", [.. layers.Select((units, number) => Layer(number, units, number == layers.Length - 1))]);
        Site = new GallerySite(Network, Folder);
    }

    public GalleryNetwork Network { get; }

    internal GallerySite Site { get; }

    internal string Folder => _folder.Path;

    /// <summary>The address of a page on the disk.</summary>
    internal string AddressOf(string page) => new Uri(Path.Combine(Folder, page.Split('#')[0])).AbsoluteUri + (page.Contains('#', StringComparison.Ordinal) ? page[page.IndexOf('#', StringComparison.Ordinal)..] : "");

    public void Dispose() => _folder.Dispose();

    private GalleryLayer Layer(int number, int units, bool isClasses)
    {
        string name = isClasses ? "classes" : $"block{number}/output";
        return new GalleryLayer(name, units, isClasses ? null : (8, 6), (40, 40), (Side, Side), [.. Enumerable.Range(0, units).Select(channel => Unit(number, name, channel, isClasses))])
        {
            IsClasses = isClasses,
            Sources = number == 0 ? [] : [number - 1],
            Branches = number == 1 ? [("1x1", units / 2), ("3x3", units - units / 2)] : [],
        };
    }

    private GalleryUnit Unit(int number, string layer, int channel, bool isClasses)
    {
        int seed = 1000 * number + channel;
        var pictures = new List<GalleryPicture> { Picture("channel", seed, 1, _hasPhotos ? [1, 16] : []) };
        if (_hasPhotos) pictures.AddRange([Picture("negative", seed + 500, 1, []), Picture("diversity", seed + 700, 4, [])]);
        return new GalleryUnit(channel, pictures)
        {
            Label = isClasses ? $"thing {channel}, synonym {channel}" : null,
            Photos = _hasPhotos ? Photos(channel) : null,
            Concerns = channel % 50 == 3 ? ["dead on data"] : [],
            Findings = channel % 2 == 0 ? [("recurs", $"0.{channel % 10}")] : [],
            From = number == 0 ? [] : [(number - 1, 0, 1.5), (number - 1, 1, -0.5)],
            To = isClasses ? [] : [(number + 1, 2, 0.75)],
            Similar = [((channel + 1) % 5, 0.9)],
            Commands = [("Again:", "phosphene replay x.png")],
        };

        GalleryPicture Picture(string kind, int start, int count, int[] steps) => new(kind, $"{layer}:{channel}", [.. Enumerable.Range(0, count).Select(i =>
        {
            string stem = $"{layer.Replace('/', '-')}/{channel}-{kind}-{i}";
            Save($"{stem}.png", Drawn(start + i, Side, Side), isJpeg: false);
            foreach (int step in steps) Save($"{stem}-step{step}.png", Drawn(start + step, Side, Side), isJpeg: false);
            return new GalleryImage($"{stem}.png", channel % 7, [.. steps.Select(step => (step, $"{stem}-step{step}.png"))]);
        })], $"{layer}:{channel} · {kind} · seed 0", Side, Side);
    }

    private static GalleryPhotos Photos(int channel) => new(1000, 700,
        [(GalleryPhotos.Lowest, [Photo(channel, -1, whole: true)]), ("slightly above 0", [Photo(channel + 1, 0.1, whole: false)]), (GalleryPhotos.Highest, [.. Enumerable.Range(2, 6).Select(i => Photo(channel + i, 9 - i, whole: i % 2 == 0))])],
        [.. Enumerable.Range(0, 100).Select(i => i / 20.0)]);

    private static GalleryPhoto Photo(int number, double value, bool whole) => new($"photos/{number % 12}.jpg", $"photo {number % 12}", value, (96, 128), whole ? (0, 0, 96, 128) : (10, 20, 40, 40));

    // Stripes of a direction, a width and two colours.
    private static Picture Drawn(int seed, int height, int width)
    {
        byte[] bytes = new byte[height * width * 3];
        double angle = seed * 0.7, wave = 0.15 + seed % 5 * 0.1;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                double value = 0.5 + 0.5 * Math.Sin(wave * (x * Math.Cos(angle) + y * Math.Sin(angle)));
                for (int c = 0; c < 3; c++) bytes[(y * width + x) * 3 + c] = (byte)(255 * (value * ((seed * (c + 3)) % 11) / 10.0));
            }
        return new Picture(height, width, 3, bytes);
    }

    private void Save(string file, Picture picture, bool isJpeg)
    {
        string path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream stream = File.Create(path);
        if (isJpeg) JpegWriter.Write(stream, picture, 85);
        else PngWriter.Write(stream, picture);
    }
}
