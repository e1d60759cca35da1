namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// The files beside a model that hold payloads of its tensors (external data), each mapped once. A model comes from strangers, so that only ordinary
/// files under its own folder are read: no absolute path, no step upwards, no link of any kind on the way, no pipe or device.
/// Source: onnx/docs/ExternalData.md; the checks are those of ONNX's own loader (CVE-2022-25882, -2024-27318, -2024-5187, -2026-27489).
/// </summary>
internal sealed class ExternalFiles(MappedFile model) : IDisposable
{
    private readonly Dictionary<string, MappedFile> _open = new(StringComparer.Ordinal);

    /// <summary>A tensor with its payload in place.</summary>
    /// <param name="tensor">A tensor, whose payload may lie elsewhere.</param>
    /// <param name="user">Which node reads it, for messages: ", which Conv 'conv1' reads,".</param>
    public OnnxTensor Resolve(OnnxTensor tensor, Func<string> user)
    {
        if (tensor.External is not { } reference) return tensor;
        long bytes = tensor.PayloadBytes;
        if (reference.Location.Length == 0) throw Refused("names no file for its external data");
        if (reference.Offset < 0) throw Refused($"begins at byte {reference.Offset} of {Quoted()}, where at least 0 is expected");
        if (reference.Length is { } length && length != bytes) throw Refused($"has {length} bytes in {Quoted()}, where its shape needs {bytes}");
        if (bytes == 0) return tensor with { External = null };
        MappedFile file = Open(reference.Location, Refused);
        if (reference.Offset > file.Length - bytes)
            throw Refused($"lies at bytes {reference.Offset} to {(UInt128)reference.Offset + (UInt128)bytes} of {Quoted()}, which has only {file.Length}");
        return tensor with { External = null, Payload = new MappedMemory<byte>(file, reference.Offset, (int)bytes).Memory };

        string Quoted() => Printable.Quote(reference.Location);

        ModelFormatException Refused(string why) => new($"{Printable.Quote(model.Path)}: tensor {tensor}{user()} {why}; export the model again, or save it as one file.");
    }

    public void Dispose()
    {
        foreach (MappedFile file in _open.Values) file.Dispose();
        _open.Clear();
    }

    private MappedFile Open(string location, Func<string, ModelFormatException> refused)
    {
        if (_open.TryGetValue(location, out MappedFile? known)) return known;
        string quoted = Printable.Quote(location);
        if (_open.Count == Limits.ExternalFiles) throw refused($"is in file {quoted}, one more than the {Limits.ExternalFiles} that a model may have");
        string path = Check(location, quoted, refused);
        try
        {
            return _open[location] = MappedFile.Open(path);
        }
        catch (ModelFormatException failure)
        {
            throw refused($"is in file {quoted}, which cannot be read ({failure.Message.TrimEnd('.')})");
        }
    }

    // The full path, if every step of it is what it should be.
    private string Check(string location, string quoted, Func<string, ModelFormatException> refused)
    {
        if (location.Any(char.IsControl)) throw refused($"is in file {quoted}, whose name has control characters");
        if (location[0] is '/' or '\\' || (location.Length > 1 && location[1] == ':'))
            throw refused($"is in file {quoted}, an absolute path, where only files under the model's folder are read");
        string[] steps = location.Split('/', '\\');
        if (steps.Contains("..")) throw refused($"is in file {quoted}, which leads out of the model's folder ('..')");

        string path = model.Folder ?? throw refused($"is in file {quoted}, but the model is no file that others could lie beside");
        string[] names = [.. steps.Where(step => step is not ("" or "."))];
        for (int i = 0; i < names.Length; i++)
        {
            path = Path.Combine(path, names[i]);
            bool last = i == names.Length - 1;
            if (FileKind.IsLink(path))
                throw refused(last
                    ? $"is in file {quoted}, a symbolic link, where only ordinary files are read (put the file itself there)"
                    : $"is in file {quoted}, behind the link {Printable.Quote(names[i])}, where only ordinary folders are entered (put the folder itself there)");
        }
        if (Directory.Exists(path)) throw refused($"is in {quoted}, which is a folder, not a file");
        if (!File.Exists(path)) throw refused($"is in file {quoted}, which is not in the model's folder (keep it beside the model)");
        if (FileKind.IsSpecial(path)) throw refused($"is in {quoted}, a pipe or a device, where only ordinary files are read");
        if (new FileInfo(path).Length == 0) throw refused($"is in file {quoted}, which is empty");
        if (FileKind.Links(path) > 1) throw refused($"is in file {quoted}, which has another name elsewhere (a hard link), so that it may not be the model's own (copy it)");
        return path;
    }
}
