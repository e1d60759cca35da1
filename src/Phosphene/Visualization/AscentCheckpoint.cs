using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Visualization;

/// <summary>
/// A snapshot as a file, written whole or not at all, so that an ascent that is killed at any time can be gone on with, by another process too. It is a zip
/// of .npy arrays and of meta.json:
/// <code>
/// { "format": "phosphene ascent 1", "step": 120, "redirectedSteps": 3, "of": "the provenance of the picture, as text" }
/// </code>
/// "isReplayable": false is there if the ascent was steered in what its recipe does not tell.
/// </summary>
public static class AscentCheckpoint
{
    private const string Format = "phosphene ascent 1", Meta = "meta.json";

    /// <summary>Writes where an ascent stands.</summary>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public static void Write(string path, Ascent ascent) => Prepare(ascent)(path);

    /// <summary>Takes down where an ascent stands, to be written later and by any thread, whatever has become of the ascent by then.</summary>
    /// <returns>Writes it to a file; see <see cref="Write(string, Ascent)"/>.</returns>
    public static Action<string> Prepare(Ascent ascent)
    {
        ArgumentNullException.ThrowIfNull(ascent);
        return Prepare(ascent, ascent.Snapshot());
    }

    /// <summary>Takes down where an ascent stands, of which a snapshot was just taken.</summary>
    /// <param name="ascent">The ascent.</param>
    /// <param name="snapshot">Where it stands.</param>
    /// <returns>Writes it to a file; see <see cref="Write(string, Ascent)"/>.</returns>
    public static Action<string> Prepare(Ascent ascent, AscentSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(ascent);
        ArgumentNullException.ThrowIfNull(snapshot);
        string identity = Identity(ascent);
        return path => Write(path, snapshot, identity);
    }

    private static void Write(string path, AscentSnapshot snapshot, string identity)
    {
        using var archive = new ArrayArchiveWriter();
        archive.Add(Meta, stream => stream.Write(Encoding.UTF8.GetBytes(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteNumber("step", snapshot.Step);
            writer.WriteNumber("redirectedSteps", snapshot.RedirectedSteps);
            if (!snapshot.IsReplayable) writer.WriteBoolean("isReplayable", false);
            writer.WriteString("of", identity);
            writer.WriteEndObject();
        }))));
        foreach ((string name, ImmutableArray<float> array) in snapshot.Arrays)
            archive.Add($"{name}.npy", stream => NpyFile.Write(stream, new Shape(array.Length), array.AsSpan()));
        archive.Write(path);
    }

    /// <summary>Brings an ascent to where the one that wrote the file stood.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, is damaged, or is of another ascent; the message says which, and nothing has changed.</exception>
    /// <exception cref="InputFileException">Its meta.json cannot be read; the message says why, and nothing has changed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Read(string path, Ascent ascent)
    {
        ArgumentNullException.ThrowIfNull(ascent);
        using ArrayArchiveReader archive = ArrayArchiveReader.Open(path);
        string meta = Encoding.UTF8.GetString(archive.Read(Meta, ArrayArchiveReader.MetaBytes));
        (int step, int redirected, bool isReplayable) = JsonMembers.Read(meta, $"Cannot resume from '{path}': its {Meta}", members =>
        {
            string format = members.Text("format"), of = members.Text("of");
            if (format != Format) throw ArrayArchiveReader.Error(path, $"its format is '{format}', where '{Format}' is expected");
            if (of != Identity(ascent))
                throw ArrayArchiveReader.Error(path, $"it is of another ascent: {of}; give the model, the objective and the options that it was begun with, or begin anew without this file");
            return (members.Integer("step", 0, int.MaxValue), members.Integer("redirectedSteps", 0, int.MaxValue), !members.Has("isReplayable") || members.Truth("isReplayable"));
        });
        ascent.Restore(step, redirected, isReplayable, expected =>
        {
            Dictionary<string, ImmutableArray<float>> arrays = expected.ToDictionary(entry => entry.Name,
                entry => ImmutableCollectionsMarshal.AsImmutableArray(archive.ReadArray($"{entry.Name}.npy", new Shape(entry.Length))), StringComparer.Ordinal);
            archive.VerifyHash();
            return arrays;
        });
    }

    // What decides how an ascent goes on: model, preprocessing, objective, recipe and the kernels' vectors. How many steps are to be done does not.
    private static string Identity(Ascent ascent) =>
        (Provenance.Of(ascent.Model, ascent.Objective, ascent.Recipe, image: 0, step: 0, values: [double.NaN]) with { Recipe = ascent.Recipe with { Steps = 1 } }).ToJson();
}
