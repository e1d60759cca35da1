using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Recipes;

/// <summary>What an ascent starts from: a picture, or several, of which the images of the batch take one each.</summary>
public abstract record Start
{
    /// <summary>The pictures: image n of the batch starts from picture n modulo their number.</summary>
    public abstract ImmutableArray<ImageReference> Images { get; }

    /// <summary>All images of the batch start from one picture.</summary>
    public static Start From(ImageReference image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageStart(image);
    }

    /// <summary>The images of the batch start from pictures of their own: from photos that a unit likes for different reasons, for example.</summary>
    /// <param name="images">At least one.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static Start From(params ImmutableArray<ImageReference> images) =>
        images.Length > 0 ? new ImagesStart(images) : throw new UsageException("A start from images needs at least one; got none.");

    /// <summary>One picture for all images.</summary>
    public static implicit operator Start(ImageReference image) => From(image);

    /// <summary>The same with the SHA-256 of each file.</summary>
    /// <exception cref="InputFileException">A file is missing or cannot be read.</exception>
    public Start Pinned() => With(image => image.Pinned());

    /// <summary>The same with each file where it can be found now; see <see cref="ImageReference.FoundFrom"/>.</summary>
    public Start FoundFrom(string folder) => With(image => image.FoundFrom(folder));

    /// <summary>The pictures, if they are still the ones that are meant.</summary>
    /// <exception cref="InputFileException">A file is missing, cannot be read, or is another one; the message says what to do.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be read.</exception>
    public IReadOnlyList<Picture> Read() => [.. Images.Select(image => image.Read())];

    private protected abstract Start With(Func<ImageReference, ImageReference> change);

    /// <inheritdoc/>
    public sealed override string ToString() => Texts.Starts.Print(this);
}

/// <summary>See <see cref="Start.From(ImageReference)"/>.</summary>
internal sealed record ImageStart(ImageReference Image) : Start
{
    public override ImmutableArray<ImageReference> Images => [Image];

    private protected override Start With(Func<ImageReference, ImageReference> change) => new ImageStart(change(Image));
}

/// <summary>See <see cref="Start.From(ImmutableArray{ImageReference})"/>.</summary>
internal sealed record ImagesStart(ImmutableArray<ImageReference> Several) : Start
{
    public override ImmutableArray<ImageReference> Images => Several;

    private protected override Start With(Func<ImageReference, ImageReference> change) => new ImagesStart([.. Several.Select(change)]);

    // Equal by its items, as an array is not.
    public bool Equals(ImagesStart? other) => other is not null && Several.SequenceEqual(other.Several);

    public override int GetHashCode() => Several.Aggregate(17, HashCode.Combine);
}
