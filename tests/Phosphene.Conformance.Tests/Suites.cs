using Phosphene.Runtime.Tests;

namespace Phosphene.Conformance.Tests;

/// <summary>Where the cases are, and which of them make the sets that a release is measured by.</summary>
internal static class Suites
{
    public const string TestData = "/usr/share/libonnx-testdata/data";

    /// <summary>The whole models.</summary>
    public const string Light = "light";

    /// <summary>The node cases of ONNX's repository, where someone has them; see <see cref="NewestList"/>.</summary>
    public const string Newest = "newest";

    /// <summary>The folder onnx/backend/test/data/node of a checkout of ONNX's repository; null if none is given.</summary>
    public static string? NewestFolder { get; } = Environment.GetEnvironmentVariable("PHOSPHENE_ONNX_NODE");

    /// <summary>The suites of the Debian package libonnx-testdata that hold models.</summary>
    public static readonly string[] Packaged = ["node", "pytorch-converted", "pytorch-operator", "simple"];

    /// <summary>Why tests over the package are skipped; null if it is installed.</summary>
    public static string? PackageMissing { get; } =
        Directory.Exists(TestData) ? null : $"There is no {TestData}; 'apt-get install libonnx-testdata' brings it.";

    /// <summary>Why tests over the models are skipped; null if they are there.</summary>
    public static string? LightMissing { get; } =
        SharedData.IsPresent && Directory.Exists(SharedData.Path("onnx-light")) ? null : "There is no folder 'shared/onnx-light' beside the repository.";

    public static string LightPath(string file) => SharedData.Path($"onnx-light/{file}");

    /// <summary>All cases on this machine, by name.</summary>
    public static IEnumerable<ConformanceCase> Cases()
    {
        IEnumerable<string> packaged = PackageMissing is not null ? [] : Packaged.SelectMany(suite =>
            Directory.GetDirectories(Path.Combine(TestData, suite)).Where(folder => File.Exists(Path.Combine(folder, "model.onnx")))
                .Select(folder => $"{suite}/{Path.GetFileName(folder)}"));
        IEnumerable<string> light = LightMissing is not null ? [] :
            Directory.GetFiles(SharedData.Path("onnx-light"), "*.onnx").Select(file => $"{Light}/{Path.GetFileNameWithoutExtension(file)}");
        return packaged.Concat(light).Order(StringComparer.Ordinal).Select(name => new ConformanceCase(name));
    }
}
