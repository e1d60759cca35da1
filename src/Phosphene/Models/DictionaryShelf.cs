using System.Collections.Concurrent;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>Dictionaries by their files, so that one of many megabytes is read once for all objectives. One whose SHA-256 is not given may change, and is read anew.</summary>
internal sealed class DictionaryShelf
{
    private readonly ConcurrentDictionary<(string Sha256, int Channels), FeatureDictionary> _known = [];

    /// <summary>The dictionary of a file for so many channels.</summary>
    /// <exception cref="InputFileException">The file is missing, damaged, another one, or no dictionary of that shape; the message says which.</exception>
    public FeatureDictionary Take(FileReference file, int channels)
    {
        return file.Sha256 is { } sha256 ? _known.GetOrAdd((sha256, channels), _ => Read()) : Read();

        FeatureDictionary Read() => file.Read(path => FeatureDictionary.Read(path, channels));
    }
}
