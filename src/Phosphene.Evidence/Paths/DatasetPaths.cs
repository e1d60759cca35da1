using Phosphene.Evidence.Datasets;

namespace Phosphene.Evidence.Paths;

/// <summary>The paths of the images of a dataset.</summary>
/// <param name="Images">Those that could be read, in their order, each with its path.</param>
/// <param name="Skipped">Those that could not.</param>
public sealed record DatasetPaths(IReadOnlyList<(string File, ImagePath Path)> Images, IReadOnlyList<SkippedImage> Skipped);
