using Xunit;

namespace Phosphene.Runtime.Tests;

/// <summary>The folder of models and reference values that may stand beside the repository; it is not part of it.</summary>
internal static class SharedData
{
    private static readonly string? Folder = Find();

    /// <summary>Whether the folder is there.</summary>
    public static bool IsPresent => Folder is not null;

    /// <summary>The path of a file in the folder, for example "models/bvlc_googlenet.onnx".</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Folder ?? throw new InvalidOperationException("The shared folder is missing."), relative);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "Phosphene.slnx"))) continue;
            string shared = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared"));
            return Directory.Exists(System.IO.Path.Combine(shared, "models")) ? shared : null;
        }
        return null;
    }
}

/// <summary>A test that needs the shared folder, and says that it was skipped where there is none.</summary>
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedData.IsPresent ? null : SharedTheoryAttribute.Missing;
}

/// <summary>A theory that needs the shared folder, and says that it was skipped where there is none.</summary>
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public const string Missing = "There is no folder 'shared' with models beside the repository.";

    public SharedTheoryAttribute() => Skip = SharedData.IsPresent ? null : Missing;
}
