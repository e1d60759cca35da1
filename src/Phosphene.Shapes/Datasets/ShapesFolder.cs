using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Shapes.Datasets;

/// <summary>
/// A dataset of shapes as files, in the layout that image loaders such as torchvision's ImageFolder read: SPLIT/CLASS/IMAGE.png, with the splits
/// train, val and test, classes from 00-white-single-line to 59-rainbow-filled-triangle, whose order by name is that of their indices, and
/// images named by their index in the dataset. Beside them labels.txt has the name of a class in each line, class 0 first, and dataset.json tells
/// which dataset it is and whether all of it is there.
/// </summary>
/// <remarks>Each file is written whole or not at all, so what is there is valid at any time, and a folder can be completed later.</remarks>
public sealed class ShapesFolder
{
    private readonly List<int> _missing;
    private bool _complete;

    private ShapesFolder(ShapesDataset dataset, string path)
    {
        (Dataset, Path) = (dataset, path);
        _complete = CheckManifest();
        _missing = [.. Enumerable.Range(0, dataset.Count).Where(index => !File.Exists(PathOf(index)))];
    }

    /// <summary>The dataset.</summary>
    public ShapesDataset Dataset { get; }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>How many images were not there when the folder was opened.</summary>
    public int Missing => _missing.Count;

    /// <summary>Looks at a folder that a dataset is to be written to. Nothing is written yet.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="path">A folder that is not there yet, is empty (but for names that begin with a dot), or holds a part of the same dataset.</param>
    /// <exception cref="UsageException">The folder holds something else.</exception>
    /// <exception cref="InputFileException">The folder has a dataset.json that is damaged.</exception>
    public static ShapesFolder Open(ShapesDataset dataset, string path)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(dataset, path);
    }

    /// <summary>The folder of a split: train, val or test.</summary>
    public static string NameOf(ShapesSplit split) => split switch { ShapesSplit.Training => "train", ShapesSplit.Validation => "val", _ => "test" };

    /// <summary>The path of an image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public string PathOf(int index)
    {
        int number = Dataset.ClassOf(index);
        string name = string.Create(CultureInfo.InvariantCulture, $"{number:00}-{ShapesDataset.ClassNames[number].Replace(' ', '-')}");
        return System.IO.Path.Combine(Path, NameOf(Dataset.SplitOf(index)), name, string.Create(CultureInfo.InvariantCulture, $"{index:00000}.png"));
    }

    /// <summary>Writes the images that are missing, and around them the other files.</summary>
    /// <param name="written">Is told the number of images written so far after each, by one thread at a time.</param>
    /// <param name="threads">The number of threads, at least 1; all processors if null. The files do not depend on it.</param>
    /// <param name="cancellation">Ends the work after the images that are being written.</param>
    /// <returns>How many images were written; fewer than were missing if it was cancelled.</returns>
    /// <exception cref="OutputFileException">A file cannot be written; the message says which and why. The others stay.</exception>
    public int Write(Action<int>? written = null, int? threads = null, CancellationToken cancellation = default)
    {
        if (_complete && Missing == 0) return 0;
        Directory.CreateDirectory(Path);
        WriteManifest(complete: false);
        WriteText("labels.txt", string.Concat(ShapesDataset.ClassNames.Select(name => name + "\n")));
        foreach (string folder in _missing.Select(index => System.IO.Path.GetDirectoryName(PathOf(index))!).Distinct()) Directory.CreateDirectory(folder);

        int count = WriteImages(written, new ParallelOptions { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount }, cancellation);
        if (count == Missing) WriteManifest(complete: true);
        return count;
    }

    private int WriteImages(Action<int>? written, ParallelOptions options, CancellationToken cancellation)
    {
        int count = 0;
        var turn = new Lock();
        try
        {
            Parallel.ForEach(_missing, options, (index, loop) =>
            {
                if (cancellation.IsCancellationRequested) loop.Stop();
                if (loop.IsStopped) return;
                Dataset.PictureOf(index).Save(PathOf(index));
                lock (turn)
                {
                    count++;
                    written?.Invoke(count);
                }
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
        return count;
    }

    private string ManifestPath => System.IO.Path.Combine(Path, ShapesManifest.FileName);

    private void WriteManifest(bool complete)
    {
        WriteText(ShapesManifest.FileName, ShapesManifest.Of(Dataset, complete).ToJson() + "\n");
        _complete = complete;
    }

    private void WriteText(string name, string text) =>
        AtomicFile.Write(System.IO.Path.Combine(Path, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    // Whether the folder was complete when it was written last. Throws if it holds something else.
    private bool CheckManifest()
    {
        ShapesManifest expected = ShapesManifest.Of(Dataset, complete: true);
        ShapesManifest? found = File.Exists(ManifestPath) ? ShapesManifest.Read(ManifestPath) : null;
        if (found is not null)
            return found == expected with { Complete = found.Complete }
                ? found.Complete
                : throw new UsageException($"'{Path}' holds {found}, not {expected}; give the same options to complete it, or another folder.");
        return Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any(entry => !System.IO.Path.GetFileName(entry).StartsWith('.'))
            ? throw new UsageException($"'{Path}' is not empty and holds no dataset of shapes; give a new or an empty folder.")
            : false;
    }
}
