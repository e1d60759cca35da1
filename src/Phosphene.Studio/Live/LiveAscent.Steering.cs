using System.Collections.Concurrent;
using Phosphene.Images;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Studio.Live;

// What pages ask of an ascent. Each happens between two steps, is kept, and is told to all pages that look at it.
internal sealed partial class LiveAscent
{
    private const int LastOfDoubling = 64, MostSnapshots = 40, StripSide = 256, StripQuality = 90;
    private const long MostSnapshotBytes = 128L << 20;

    private readonly List<AscentPlace> _snapshots = [];
    private readonly ConcurrentQueue<string> _lost = [];             // files of snapshots that could not be written
    private int _snapshotEvery = LastOfDoubling;

    /// <summary>Compiles the first step: what does not fit the model is said now.</summary>
    /// <exception cref="UsageException">The objective or the recipe does not fit the model.</exception>
    /// <exception cref="FieldException">A text cannot be read.</exception>
    public void Begin()
    {
        Open();
        Changed();
    }

    /// <summary>Goes on with what is given from the next step on.</summary>
    /// <param name="objective">The objective; null as it is.</param>
    /// <param name="recipe">The recipe; null as it is.</param>
    /// <exception cref="UsageException">It does not fit the model; nothing has changed.</exception>
    /// <exception cref="FieldException">A text cannot be read; nothing has changed.</exception>
    public AscentState Steer(string? objective, RecipeText? recipe)
    {
        Ascent ascent = Open();
        string before = _objective;
        IReadOnlyDictionary<string, string> parts = RecipeText.Of(_setting!.Recipe).Parts!;
        Setting setting = Read(objective ?? _objective, recipe ?? _recipe, _start, _mask);
        string? note = Go(ascent, setting);
        (_objective, _recipe, _note) = (objective ?? _objective, recipe ?? _recipe, note);
        string[] whats = [.. _objective == before ? [] : new[] { $"objective: {_objective}" }, .. RecipeText.Of(setting.Recipe).Parts!.Where(part => parts[part.Key] != part.Value).Select(part => $"{part.Key}: {(part.Value.Length == 0 ? "none" : part.Value)}")];
        foreach (string what in whats) Mark(what);
        return Changed();
    }

    // Goes on with a setting, or begins anew where it cannot go on. Returns what to say about it.
    private string? Go(Ascent ascent, Setting setting)
    {
        if (_failure is not null)
        {
            BeginAnew(setting);
            return "It began anew, since what had gone wrong could not be gone on with.";
        }
        try
        {
            GoOn(ascent, setting);
        }
        catch (UsageException error) when (ascent.StepsDone > 0)
        {
            // What does not fit the model cannot begin either, and says so by itself.
            BeginAnew(setting);
            return $"It began anew: {error.Message}";
        }
        _setting = setting;
        return null;
    }

    private void BeginAnew(Setting setting)
    {
        Ascent anew = Begun(setting);
        _ascent?.Dispose();
        _ascent = anew;
        _setting = setting;
        Forget();
    }

    // What was before the beginning.
    private void Forget()
    {
        _trace.ReturnTo(0);
        _changes.Clear();
        _snapshots.Clear();
        (_snapshotEvery, _sinceSpectrum, _failure, _terms) = (LastOfDoubling, 0, null, []);
    }

    /// <summary>Runs, beyond its steps too: for as many again.</summary>
    public AscentState Run()
    {
        Ascent ascent = Open();
        if (ascent.IsDone) Extend(ascent.StepsDone + Math.Max(1, _setting!.Recipe.Steps));
        _wants = _failure is null;
        return Changed();
    }

    /// <summary>Waits.</summary>
    public AscentState Pause()
    {
        Stop();
        Open();
        return Changed();
    }

    /// <summary>Wants no more steps; one that is put away stays so.</summary>
    public void Stop()
    {
        (_wants, _toAdvance) = (false, 0);
        if (_ascent is null) Save();
        else _isUnsaved = true;
    }

    /// <summary>Does some steps, beyond the last one too, and waits.</summary>
    public AscentState AdvanceBy(int steps)
    {
        if (steps is < 1 or > RecipeText.MostSteps) throw new UsageException($"An ascent advances by 1 to {RecipeText.MostSteps} steps; got {steps}.");
        Ascent ascent = Open();
        if (ascent.StepsDone + (long)steps > ascent.Recipe.Steps) Extend(ascent.StepsDone + steps);
        (_wants, _toAdvance) = (false, steps);
        return Changed();
    }

    // A schedule over all steps is then over all of the new ones.
    private void Extend(int steps)
    {
        if (steps > RecipeText.MostSteps) throw new UsageException($"An ascent has at most {RecipeText.MostSteps} steps here; 'phosphene render' makes longer ones.");
        RecipeText recipe = _recipe.WithSteps(steps);
        _note = Go(_ascent!, Read(_objective, recipe, _start, _mask));
        _recipe = recipe;
        Mark($"steps: {steps}");
    }

    /// <summary>Begins anew, with another seed if one is given.</summary>
    public AscentState Restart(ulong? seed)
    {
        Open();
        RecipeText recipe = seed is { } given ? _recipe.WithSeed(given) : _recipe;
        BeginAnew(Read(_objective, recipe, _start, _mask));
        (_recipe, _note, _wants) = (recipe, null, true);
        return Changed();
    }

    /// <summary>Begins anew from a dropped image, or from noise.</summary>
    public AscentState StartFrom(string? image)
    {
        Open();
        BeginAnew(Read(_objective, _recipe, image, mask: null));
        (_start, _mask, _note, _wants) = (image, null, null, true);
        return Changed();
    }

    /// <summary>The picture changes only where an image is white, from now on; everywhere without one.</summary>
    public AscentState Cover(string? image)
    {
        Ascent ascent = Open();
        if (image is not null && _state.ImagePath(image) is null) throw new UsageException("There is no such image; drop it again.");
        AscentMask? mask = image is null ? null : new AscentMask(image, _folder.Keep(ascent.Pictures()[0]));
        Setting setting = Read(_objective, _recipe, _start, mask);
        // An ascent that would begin anew has nothing to keep.
        GoOn(ascent, setting);
        (_setting, _mask, _note) = (setting, mask, null);
        Mark(image is null ? "mask: none" : "mask");
        return Changed();
    }

    /// <summary>Returns to a snapshot, and waits there. What is given for the steps to come stays.</summary>
    /// <returns>How it stands then; null if the file of the snapshot is gone, which is then listed no longer.</returns>
    /// <exception cref="UsageException">There is no such snapshot.</exception>
    public AscentState? Return(int step)
    {
        Open();
        AscentPlace place = _snapshots.FirstOrDefault(place => place.Step == step) ?? throw new UsageException($"There is no snapshot of step {step}.");
        Setting setting = Read(_objective, _recipe, _start, place.Mask);
        Ascent returned;
        try
        {
            returned = At(place, setting);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or InputFileException)
        {
            _snapshots.Remove(place);
            Save();
            TellState();
            return null;
        }
        _ascent?.Dispose();
        (_ascent, _setting, _mask, _failure, _wants, _toAdvance, _note, _terms) = (returned, setting, place.Mask, null, false, 0, null, []);
        _trace.ReturnTo(step);
        _changes.RemoveAll(change => change.Step > step);
        _snapshots.RemoveAll(other => other.Step > step);
        return Changed();
    }

    private void Mark(string what)
    {
        // A slider that is moved while it waits is one change.
        _changes.RemoveAll(change => change.Step == _ascent!.StepsDone && change.What.Split(':')[0] == what.Split(':')[0]);
        if (_changes.Count == MostChanges) _changes.RemoveAt(0);
        _changes.Add(new AscentChange(_ascent!.StepsDone, what));
    }

    private AscentState Changed()
    {
        // Where there was no room there may be by now.
        if (IsReady && _note == LiveAscents.NoMemory) _note = null;
        _claimed = 0;
        Claim();
        Save();
        TellFrame(_ascent!);
        TellState();
        return State();
    }

    // Snapshots that could not be written, as on a full disk, are none.
    private void DropLost()
    {
        while (_lost.TryDequeue(out string? file)) _snapshots.RemoveAll(place => place.File == file);
    }

    private bool IsSnapshotDue(int step) => step <= LastOfDoubling ? int.IsPow2(step) : step % _snapshotEvery == 0;

    private void TakeSnapshot(Ascent ascent)
    {
        AscentPlace place = PlaceOf(ascent);
        AscentSnapshot snapshot = ascent.Snapshot();
        Action<string> write = AscentCheckpoint.Prepare(ascent, snapshot);
        long bytes = snapshot.Arrays.Values.Sum(array => array.Length * (long)sizeof(float));
        Picture picture = ascent.Pictures()[0];
        _snapshots.RemoveAll(known => known.Step == place.Step);
        _snapshots.Add(place);
        // Beyond the first doublings every other one goes where they become too many.
        bool areTooMany = _snapshots.Count > Math.Clamp(MostSnapshotBytes / Math.Max(1, bytes), 8, MostSnapshots);
        if (areTooMany)
        {
            _snapshotEvery *= 2;
            _snapshots.RemoveAll(known => known.Step > LastOfDoubling && known.Step % _snapshotEvery != 0);
        }
        _folder.Do(() =>
        {
            write(_folder.PathOf(place.File));
            AtomicFile.Write(_folder.StripPath(place.Step), stream => JpegWriter.Write(stream, Small(picture), StripQuality));
        }, failed: () => _lost.Enqueue(place.File));
        // Of those that went, pages hear by what is left.
        if (areTooMany) TellState();
        else _hub.Tell(_pages.Keys, "snapshot", null, new { Ascent = Id, place.Step });
    }

    private static Picture Small(Picture picture)
    {
        double scale = Math.Min(1, StripSide / (double)Math.Max(picture.Height, picture.Width));
        return scale == 1 ? picture : picture.Resize(Math.Max(1, (int)Math.Round(picture.Height * scale)), Math.Max(1, (int)Math.Round(picture.Width * scale)));
    }
}
