using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>Some of the images of a dataset.</summary>
public sealed class DatasetPart : Dataset
{
    private readonly Dataset _whole;

    /// <summary>Some images, in the order given.</summary>
    /// <param name="whole">The dataset.</param>
    /// <param name="files">Names of its images, at least one.</param>
    public DatasetPart(Dataset whole, IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        (_whole, Files) = (whole, files);
    }

    /// <inheritdoc/>
    public override string Name => $"{Files.Count} images of {_whole.Name}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public override Picture Read(string file) => _whole.Read(file);

    /// <inheritdoc/>
    public override string? PathOf(string file) => _whole.PathOf(file);

    /// <inheritdoc/>
    public override string? ClassOf(string file) => _whole.ClassOf(file);

    internal override InputFileException NoneCanBeRead(SkippedImage first) => _whole.NoneCanBeRead(first);
}
