using System.Globalization;
using System.Security.Cryptography;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>
/// The images of a dataset that channels respond to, as a sweep keeps them: of each channel a record of what an index says, and beside it the photos themselves, each once for all channels, as <c>photos/HASH.jpg</c>.
/// </summary>
public sealed class DatasetExamples
{
    // What changes the files is counted here.
    private const int Format = 1;

    // How many of a record are at the top, and how many there are of each other kind.
    private const int TopCount = 8, OtherCount = 4;

    // Of a photo: the shorter side in pixels, and the quality of its JPEG.
    private const int Side = 224, Quality = 88;

    private readonly Model _model;
    private readonly ExampleIndex _index;
    private readonly Dataset _images;
    private readonly string _about;
    private readonly Dictionary<string, Layer> _layers;              // those of the index, by the names that the model has for them
    private readonly Lazy<HashSet<string>> _files;
    private readonly Dictionary<string, ExamplePhoto> _photos = [];  // those that were written, by their names in the dataset

    /// <summary>The folder of the photos in that of the sweep.</summary>
    public const string PhotoFolder = "photos";

    /// <summary>What an index says of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="index">The index; it stays open as long as this is used.</param>
    /// <param name="images">The images that it was made of.</param>
    /// <exception cref="UsageException">The index is of another model, or of one that sees images otherwise.</exception>
    public DatasetExamples(Model model, ExampleIndex index, Dataset images)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(images);
        (_model, _index, _images) = (model, index, images);
        if (index.About["model"] != model.Sha256)
            throw new UsageException($"The index of examples is of another model (SHA-256 {index.About["model"][..12]}…), not of '{Path.GetFileName(model.Path)}' ({model.Sha256[..12]}…); give one that 'phosphene examples' made of this model.");
        if (index.About["preprocessing"] != $"{model.Preprocessing}")
            throw new UsageException($"The index of examples was made with the preprocessing {index.About["preprocessing"]}, and the model has {model.Preprocessing} here; give the same --preprocess, or make the index again.");
        _about = string.Join('\n', index.About.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {entry.Value}"));
        _layers = index.Layers.Select(Layer.Parse).ToDictionary(layer => model.Aliases.Resolve(layer.Name), StringComparer.Ordinal);
        _files = new Lazy<HashSet<string>>(() => [.. images.Files]);
    }

    /// <summary>The channels that are first by what they give over all images of the index, in the order of their numbers; of equals the earlier ones.</summary>
    /// <param name="layer">The layer, of the model or of a dictionary.</param>
    /// <param name="channels">Those that are chosen from.</param>
    /// <param name="count">How many; all if there are fewer.</param>
    /// <param name="by">What is compared, the largest first.</param>
    /// <exception cref="UsageException">The index does not have them all.</exception>
    public IReadOnlyList<int> Top(Layer layer, IEnumerable<int> channels, int count, Func<UnitSummary, double> by)
    {
        ArgumentNullException.ThrowIfNull(layer);
        int[] all = [.. channels];
        Layer indexed = Require(layer, all);
        return [.. all.OrderByDescending(channel => by(_index.SummaryOf(indexed, channel))).ThenBy(channel => channel).Take(count).Order()];
    }

    /// <summary>What the index calls a layer. All of these channels of it are there.</summary>
    /// <exception cref="UsageException">The index does not have them all.</exception>
    internal Layer Require(Layer layer, IReadOnlyCollection<int> channels)
    {
        if (!_layers.TryGetValue(_model.Aliases.Resolve(layer.Name), out Layer? indexed))
            throw new UsageException($"The index of examples has no layer '{layer.Name}'; it has {string.Join(", ", _index.Layers)}. Make one with 'phosphene examples' that has it, or choose --layers.");
        int[] missing = [.. channels.Except(_index.ChannelsOf(indexed))];
        return missing.Length == 0 ? indexed
            : throw new UsageException($"The index of examples lacks {missing.Length} of the channels of layer '{layer.Name}', such as {missing[0]}; make one with 'phosphene examples' that has them, or choose --channels.");
    }

    /// <summary>What decides the record of a channel, beside the model.</summary>
    internal string Identity(Layer layer, int channel) => string.Create(CultureInfo.InvariantCulture, $"examples {Format}\n{layer}\n{channel}\n{_about}\n{TopCount} {OtherCount} {Side} {Quality}");

    /// <summary>Writes the photos of a channel that are not there yet, and then its record.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="unit">What is made of the channel.</param>
    /// <returns>Why it failed, in a sentence: a photo is gone or cannot be read; null if it did not. The record says so too.</returns>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    internal string? Write(string folder, SweepUnit unit)
    {
        (Layer layer, int channel) = (unit.IndexLayer!, unit.Channel);
        try
        {
            var kinds = new (string Name, ExampleEntry[] Entries)[]
            {
                ("top", Of(ExampleKind.Top, TopCount)), ("slightlyPositive", Of(ExampleKind.SlightlyPositive, OtherCount)), ("slightlyNegative", Of(ExampleKind.SlightlyNegative, OtherCount)), ("bottom", Of(ExampleKind.Bottom, OtherCount)),
            };
            ExampleRecord.Write(folder, unit, _model, _index.SummaryOf(layer, channel), kinds, [.. _index.Of(layer, channel, ExampleKind.Random).Select(example => example.Mean).Order()]);
            return null;
        }
        catch (LostPhotoException lost)
        {
            SweepRecord.WriteFailure(folder, unit, _model, lost.Message);
            return lost.Message;
        }

        ExampleEntry[] Of(ExampleKind kind, int most) => [.. _index.Of(layer, channel, kind).Take(most).Select(example => new ExampleEntry(example, PhotoOf(folder, example)))];
    }

    private ExamplePhoto PhotoOf(string folder, UnitExample example)
    {
        if (!_photos.TryGetValue(example.File, out ExamplePhoto? photo) || !File.Exists(Path.Combine(folder, photo.File)))
        {
            Picture picture = Read(example.File), small = Small(picture);
            using var jpeg = new MemoryStream();
            JpegWriter.Write(jpeg, small, Quality);
            byte[] bytes = jpeg.ToArray();
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            photo = new ExamplePhoto($"{PhotoFolder}/{sha256[..16]}.jpg", sha256, new ImageSize(picture.Height, picture.Width), new ImageSize(small.Height, small.Width));
            string path = Path.Combine(folder, photo.File);
            if (!File.Exists(path)) AtomicFile.Write(path, stream => stream.Write(bytes));
            _photos[example.File] = photo;
        }
        return example.Crop.Top + example.Crop.Height <= photo.Original.Height && example.Crop.Left + example.Crop.Width <= photo.Original.Width ? photo
            : throw new LostPhotoException($"Photo '{example.File}' of {_images.Name} is smaller than the one that the index was made of; give the images that it was made of as --images.");
    }

    private Picture Read(string file)
    {
        if (!_files.Value.Contains(file)) throw new LostPhotoException($"Photo '{file}' is not in {_images.Name}; give the images that the index was made of as --images.");
        try
        {
            return _images.Read(file);
        }
        catch (Exception error) when (error is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new LostPhotoException($"Photo '{file}' of {_images.Name} cannot be read: {error.Message}");
        }
    }

    // As the network sees it, and what it cuts off at the ends besides. The shorter side has the same pixels in all of them.
    private static Picture Small(Picture picture)
    {
        double scale = (double)Side / Math.Min(picture.Height, picture.Width);
        return picture.Resize(Math.Min(Picture.MaximumSide, (int)Math.Round(picture.Height * scale)), Math.Min(Picture.MaximumSide, (int)Math.Round(picture.Width * scale)));
    }

    private sealed class LostPhotoException(string message) : Exception(message);
}
