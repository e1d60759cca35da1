using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Inputs;

/// <summary>Some images of a dataset, drawn by chance, the same each time.</summary>
internal sealed class DrawnImages : Dataset
{
    private readonly Dataset _all;

    public DrawnImages(Dataset all, int most)
    {
        _all = all;
        var stream = new RandomStream(0, 0, "images");
        Files = [.. Enumerable.Range(0, all.Files.Count).OrderBy(i => stream.Uniform(i)).Take(most).Select(i => all.Files[i])];
    }

    public override string Name => _all.Name;

    public override IReadOnlyList<string> Files { get; }

    public override Picture Read(string file) => _all.Read(file);
}
