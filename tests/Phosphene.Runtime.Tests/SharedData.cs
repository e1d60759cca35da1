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
        string shared = System.IO.Path.GetFullPath(Repository.Path("../shared"));
        return Directory.Exists(System.IO.Path.Combine(shared, "models")) ? shared : null;
    }
}

/// <summary>The folder of the repository, in which the tests run.</summary>
internal static class Repository
{
    /// <summary>The folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>The path of a file or folder in it, for example "docs/texts.md".</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Find()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Phosphene.slnx"))) folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
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
