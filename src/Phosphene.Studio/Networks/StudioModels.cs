using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Onnx;
using Phosphene.Studio.Storage;

namespace Phosphene.Studio.Networks;

/// <summary>The models of a studio by their names: those that it was opened with, those of its folder, those that were dropped, and the embedded one.</summary>
internal sealed class StudioModels : IDisposable
{
    /// <summary>The most models that are kept of those that were dropped.</summary>
    public const int MostDropped = 32;

    private const int LongestName = 80;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, StudioModel> _models = [];
    private readonly StateFolder _state;
    private readonly int? _threads;

    /// <summary>The models.</summary>
    /// <param name="files">Those that the studio is opened with.</param>
    /// <param name="folder">A folder with more; null for none.</param>
    /// <param name="threads">How many threads they run on.</param>
    /// <param name="state">Where dropped ones are.</param>
    public StudioModels(IReadOnlyList<StudioModelFile> files, string? folder, int? threads, StateFolder state)
    {
        (_threads, _state) = (threads, state);
        foreach (StudioModelFile file in files) Add(file.Path, file.Options);
        if (!_models.Values.Any(model => model.Path == EmbeddedModels.Shapes)) Add(EmbeddedModels.Shapes, null);
        foreach (string path in Files(folder).Concat(Files(state.Models))) Add(path, null);
    }

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<StudioModel> All
    {
        get
        {
            lock (_lock) return [.. _models.Values];
        }
    }

    /// <summary>A model by its name; null if there is none.</summary>
    public StudioModel? Find(string name)
    {
        lock (_lock) return _models.GetValueOrDefault(name);
    }

    /// <summary>Keeps a dropped model, if it is one.</summary>
    /// <param name="written">The file that it was written to, which is moved or deleted.</param>
    /// <param name="name">What it is called there where it comes from.</param>
    /// <exception cref="ModelFormatException">It cannot be read or used; the message says why.</exception>
    public StudioModel Keep(string written, string name)
    {
        string checkedName = CheckedName(Path.GetFileNameWithoutExtension(name));
        try
        {
            try
            {
                using (Model.Load(written)) { }
            }
            catch (ModelFormatException error)
            {
                // Whoever dropped it knows it by its own name.
                throw new ModelFormatException(error.Message.Replace(written, $"{checkedName}.onnx", StringComparison.Ordinal), error.Fault, error);
            }
            lock (_lock)
            {
                string path = Path.Combine(_state.Models, $"{checkedName}.onnx");
                for (int number = 2; File.Exists(path); number++)
                {
                    if (HasSameBytes(written, path) && _models.Values.FirstOrDefault(model => model.Path == path) is { } same) return same;
                    path = Path.Combine(_state.Models, $"{checkedName}-{number}.onnx");
                }
                if (Files(_state.Models).Count() >= MostDropped) throw new ModelFormatException($"{MostDropped} models were dropped already; delete some in '{_state.Models}'.");
                File.Move(written, path);
                return Add(path, null);
            }
        }
        finally
        {
            File.Delete(written);
        }
    }

    private StudioModel Add(string path, ModelOptions? options)
    {
        string plain = path.StartsWith("embedded:", StringComparison.Ordinal) ? path["embedded:".Length..] : Path.GetFileNameWithoutExtension(path), name = CheckedName(plain);
        for (int number = 2; _models.ContainsKey(name); number++) name = $"{CheckedName(plain)}-{number}";
        return _models[name] = new StudioModel(name, path, (options ?? new ModelOptions()) with { Threads = _threads });
    }

    // What a file, a link and an attribute can all hold.
    private static string CheckedName(string name)
    {
        string plain = string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ' ')).Trim(' ', '.');
        return plain.Length == 0 ? "model" : plain[..Math.Min(plain.Length, LongestName)];
    }

    private static IEnumerable<string> Files(string? folder) => folder is null ? [] : Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal);

    private static bool HasSameBytes(string one, string other)
    {
        if (new FileInfo(one).Length != new FileInfo(other).Length) return false;
        using FileStream a = File.OpenRead(one), b = File.OpenRead(other);
        return System.Security.Cryptography.SHA256.HashData(a).AsSpan().SequenceEqual(System.Security.Cryptography.SHA256.HashData(b));
    }

    public void Dispose()
    {
        lock (_lock)
            foreach (StudioModel model in _models.Values) model.Dispose();
    }
}
