using System.Diagnostics.CodeAnalysis;
using Phosphene.Atlas.Sweeps;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Studio.Storage;
using Phosphene.Visualization;

namespace Phosphene.Studio.Pictures;

/// <summary>The refined pictures on disk, as units of a sweep of each model: PNGs that carry where they come from, and a record of each. They are written behind what is computed.</summary>
/// <param name="state">Where.</param>
internal sealed class PictureStore(StateFolder state) : IDisposable
{
    private Task _written = Task.CompletedTask;

    /// <summary>A picture and what its objective reaches; null if it is not there.</summary>
    public (Picture Picture, SweepRecord Record)? Find(Model model, Unit unit, PictureKind kind)
    {
        string folder = Folder(model);
        if (!Directory.Exists(Path.Combine(folder, SweepUnit.FolderOf(unit.Layer)))) return null;
        SweepUnit swept = Swept(model, unit, kind);
        if (!File.Exists(Path.Combine(folder, swept.RecordName)) || SweepRecord.OfDone(folder, swept) is not { Files.Count: 1 } record) return null;
        try
        {
            return (Picture.Load(Path.Combine(folder, record.Files[0].File)), record);
        }
        catch (Exception error) when (error is ImageFormatException or IOException)
        {
            return null;                                             // it is made again, in its place
        }
    }

    /// <summary>Keeps what came of a unit.</summary>
    public void Keep(Model model, Unit unit, PictureKind kind, Rendering rendering)
    {
        SweepUnit swept = Swept(model, unit, kind);
        string folder = Folder(model);
        _written = _written.ContinueWith(_ => Write(folder, swept, model, rendering), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A disk that is full takes nothing from what is shown; the picture is made again the next time.")]
    private static void Write(string folder, SweepUnit unit, Model model, Rendering rendering)
    {
        try
        {
            SweepRecord.Keep(folder, unit, model, rendering);
        }
        catch (Exception)
        {
        }
    }

    private static SweepUnit Swept(Model model, Unit unit, PictureKind kind) => SweepUnit.OfChannel(model, unit.Layer, unit.Channel, kind.Recipe);

    private string Folder(Model model) => Path.Combine(state.Pictures, model.Sha256[..16]);

    /// <summary>Ends once all is written.</summary>
    public void Dispose() => _written.Wait();
}
