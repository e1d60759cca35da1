namespace Phosphene.Browser.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("phosphene-browser-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
