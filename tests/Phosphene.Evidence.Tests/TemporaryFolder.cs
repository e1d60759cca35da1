using Phosphene.Images;
using Phosphene.Tests;

namespace Phosphene.Evidence.Tests;

/// <summary>A folder that is gone after the test, in which images are made.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("phosphene-evidence-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public string At(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>A picture of random pixels, saved under a name.</summary>
    public Picture Picture(string name, int seed, int height = 6, int width = 9)
    {
        var picture = new Picture(height, width, 3, [.. Evaluate.Numbers(height * width * 3, seed, 0, 255).Select(value => (byte)value)]);
        picture.Save(At(name));
        return picture;
    }
}
