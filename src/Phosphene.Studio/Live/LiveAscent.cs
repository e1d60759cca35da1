using System.Diagnostics;
using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Studio.Live;

/// <summary>
/// An ascent that pages look at while it runs, and steer. What is compiled for it, and its numbers, are in memory while somebody looks; it is put away to disk and taken up again without anybody noticing. All of
/// it but <see cref="Id"/> belongs to the scheduler's thread.
/// </summary>
internal sealed partial class LiveAscent : Work, IDisposable
{
    private const double LongestFrameGap = 1 / 30.0, SaveEvery = 2;  // seconds
    private const int FrameQuality = 85, SpectrumEvery = 10, LargestSpectrum = 192, MostTerms = 8, MostPages = 16, MostChanges = 1000;

    private readonly Hub _hub;
    private readonly StateFolder _state;
    private readonly StudioModel _model;
    private readonly AscentFolder _folder;
    private readonly TimeProvider _time;
    private readonly Pace _steps = new(), _frames = new();
    private readonly Trace _trace = new();
    private readonly List<AscentChange> _changes = [];
    private readonly Dictionary<string, long> _pages = [];           // when, in the order of all showings, each page showed it last

    private AscentRecord _record;                                    // as it was last kept: what the ascent is taken up from
    private Ascent? _ascent;                                         // null while it is put away
    private Setting? _setting;
    private string _objective;
    private RecipeText _recipe;
    private string? _start, _note, _failure;
    private AscentMask? _mask;
    private bool _wants;                                             // to run
    private int _toAdvance, _sinceSpectrum;
    private long _saved, _claimed;                                   // a time; bytes for which there was room
    private IReadOnlyList<float?> _terms = [];
    private IReadOnlyList<double>? _spectrum;
    private bool _isUnsaved;

    /// <summary>What the steps to come are.</summary>
    private sealed record Setting(Objective Objective, Recipe Recipe, IReadOnlyList<string> Names, IReadOnlyList<Objective> Watched);

    /// <summary>A new ascent, or one that was put away.</summary>
    public LiveAscent(string id, StudioModel model, AscentFolder folder, AscentRecord record, Hub hub, StateFolder state, TimeProvider time)
    {
        (Id, _model, _folder, _record, _hub, _state, _time, Watched) = (id, model, folder, record, hub, state, time, time.GetUtcNow());
        (_objective, _recipe, _start, _mask, _wants, _note, _failure) = (record.Objective, record.Recipe, record.Start, record.Mask, record.IsRunning, record.Note, record.Failure);
        Group = record.Group;
        _trace.TakeUp(record.Trace, record.TraceEvery);
        _changes.AddRange(record.Changes);
        _snapshots.AddRange(record.Snapshots);
    }

    /// <summary>Its number, which links have.</summary>
    public string Id { get; }

    /// <summary>The name of those that keep in step with it; null for none.</summary>
    public string? Group { get; set; }

    /// <summary>The steps done.</summary>
    public int StepsDone => _ascent?.StepsDone ?? _record.Place?.Step ?? 0;

    /// <summary>When somebody last looked at it.</summary>
    public DateTimeOffset Watched { get; private set; }

    /// <summary>The bytes of what is compiled for it; 0 while it is put away.</summary>
    public long Bytes => _ascent?.Plan.ArenaBytes ?? 0;

    /// <summary>Asked for room when it takes more memory; says why it has to wait, if there is none.</summary>
    public Func<LiveAscent, string?>? RoomFor { get; init; }

    /// <summary>Asked before each turn whether others of its group come first.</summary>
    public Func<LiveAscent, bool>? IsAhead { get; init; }

    /// <summary>A page looks at it from now on.</summary>
    /// <param name="page">The page.</param>
    /// <param name="order">A number above that of all showings before.</param>
    public void Watch(string page, long order)
    {
        if (_pages.Count >= MostPages)
            foreach (string left in _pages.Keys.Where(known => _hub.AttentionOf(known) == Attention.None).ToArray()) _pages.Remove(left);
        _pages[page] = order;
        Watched = _time.GetUtcNow();
    }

    /// <summary>A page shows something else in its place.</summary>
    public void Leave(string page) => _pages.Remove(page);

    /// <summary>When, in the order of all showings, a page showed it last; null if it does not show it.</summary>
    public long? ShownBy(string page) => _pages.TryGetValue(page, out long order) ? order : null;

    /// <inheritdoc/>
    public override Attention Attention
    {
        get
        {
            Attention most = _pages.Keys.Select(_hub.AttentionOf).DefaultIfEmpty().Max();
            if (most == Attention.Visible) Watched = _time.GetUtcNow();
            return most;
        }
    }

    /// <inheritdoc/>
    public override bool IsRunnable => IsReady && !(IsAhead?.Invoke(this) ?? false);

    /// <summary>Whether it has steps to do, though others of its group may come first.</summary>
    public bool IsReady => _failure is null && (_wants || _toAdvance > 0) && !IsDone;

    private bool IsRunning => _failure is null && _wants && !IsDone;

    private bool IsDone => _ascent?.IsDone ?? _record.IsDone;

    /// <inheritdoc/>
    public override void Turn()
    {
        Ascent ascent = Open();
        long start = Stopwatch.GetTimestamp();
        double longest = 0;
        while (IsReady)
        {
            double before = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (before > 0 && before + longest / 2 > Scheduler.TurnMilliseconds) break;
            Advance(ascent);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(start).TotalMilliseconds - before);
        }
        Claim();
        if (!IsReady)
        {
            TellFrame(ascent);
            TellState();
            Save();
        }
        else
        {
            // A turn later would be too late by more than this is too early.
            if (_frames.Since >= LongestFrameGap - Scheduler.TurnMilliseconds / 2000) TellFrame(ascent);
            if (Stopwatch.GetElapsedTime(_saved).TotalSeconds >= SaveEvery && !_folder.IsBusy) Save();
        }
    }

    private void Advance(Ascent ascent)
    {
        ascent.Advance();
        if (_toAdvance > 0) _toAdvance--;
        _isUnsaved = true;
        _steps.Note();
        _terms = _setting!.Watched.Count == 0 ? [Number(ascent.Value)] : [.. Enumerable.Range(0, _setting.Watched.Count).Select(i => Number(ascent.WatchedValues(i)[0]))];
        _trace.Add(new TracePoint(ascent.StepsDone, Number(ascent.Value), _terms));
        if (IsSnapshotDue(ascent.StepsDone)) TakeSnapshot(ascent);
    }

    private static float? Number(float value) => float.IsFinite(value) ? value : null;

    /// <inheritdoc/>
    public override void Fail(Exception error)
    {
        _failure = error is AscentDivergedException or UsageException or InputFileException or ImageFormatException ? error.Message : $"This is a fault of the studio: {error.GetType().Name}: {error.Message} Begin anew.";
        (_wants, _toAdvance) = (false, 0);
        Save();                                                      // first of all: after a restart it does not run into the same again
        if (_ascent is null) return;                                 // it could not be taken up; whoever asks for it hears why
        try
        {
            TellFrame(_ascent);
            TellState();
        }
        catch (Exception)
        {
            // What is wrong with it may be in the way of telling it; whoever asks for it hears what went wrong.
        }
    }

    // Takes the memory that it needs, or waits and says so.
    private void Claim()
    {
        if (Bytes == _claimed) return;
        _claimed = Bytes;
        if (RoomFor?.Invoke(this) is not { } refusal) return;
        (_wants, _toAdvance, _note, _isUnsaved) = (false, 0, refusal, true);
    }

    // Taken up from where it stood when it was last kept; begun, if no step was done.
    private Ascent Open()
    {
        if (_ascent is not null) return _ascent;
        _setting = Read(_objective, _recipe, _start, _mask);
        try
        {
            _ascent = _record.Place is { } place ? At(place, _setting) : Begun(_setting);
        }
        catch (Exception error) when (_record.Place is not null && error is UsageException or InputFileException or InvalidDataException or IOException or TextFormatException)
        {
            _ascent = Begun(_setting);
            Forget();
            _note = $"It could not be taken up where it stood, and began anew: {error.Message}";
        }
        Claim();
        return _ascent;
    }

    private Ascent Begun(Setting setting) => Possible(() => new Ascent(_model.Open(), setting.Recipe, setting.Objective, setting.Watched));

    // What cannot be compiled at all, for its size, is a mistake of who asks for it.
    private static T Possible<T>(Func<T> compile)
    {
        try
        {
            return compile();
        }
        catch (Exception error) when (error is InsufficientMemoryException or OverflowException || error is ArgumentException and not UsageException)
        {
            throw new UsageException(error.Message);
        }
    }

    private static void GoOn(Ascent ascent, Setting setting) => Possible(() =>
    {
        ascent.GoOn(setting.Recipe, setting.Objective, setting.Watched);
        return true;
    });

    // The ascent at a place where it was, going on with a setting.
    private Ascent At(AscentPlace place, Setting setting)
    {
        _folder.Flush();
        Recipe recipe = Recipe.FromJson(place.Recipe);
        var objective = Objective.Parse(place.Objective);
        var ascent = new Ascent(_model.Open(), recipe with { Parameterization = Under(place.Mask, recipe.Parameterization) }, objective, objective == setting.Objective.Pinned() ? setting.Watched : []);
        try
        {
            AscentCheckpoint.Read(_folder.PathOf(place.File), ascent);
            GoOn(ascent, setting);
            return ascent;
        }
        catch
        {
            ascent.Dispose();
            throw;
        }
    }

    /// <summary>Puts it away: it is on disk, and takes no memory.</summary>
    public void PutAway()
    {
        if (_ascent is null) return;
        if (_isUnsaved) Save();
        _ascent.Dispose();
        (_ascent, _claimed) = (null, 0);
        _images.Clear();
    }

    /// <summary>Puts it away.</summary>
    public void Dispose() => PutAway();

    /// <summary>Waits until all is on disk.</summary>
    public void Flush() => _folder.Flush();

    // Keeps how it stands; in the background, but for the copy of the numbers.
    private void Save()
    {
        (_saved, _isUnsaved) = (Stopwatch.GetTimestamp(), false);
        DropLost();
        Action before = () => { };
        AscentPlace? place = _record.Place;
        if (_ascent is { StepsDone: > 0 } ascent)
        {
            place = PlaceOf(ascent);
            Action<string> write = AscentCheckpoint.Prepare(ascent);
            before = () => write(_folder.PathOf(place.File));
        }
        else if (_ascent is not null) place = null;
        _record = new AscentRecord(_model.Name, _objective, _recipe)
        {
            Start = _start,
            Mask = _mask,
            Place = place,
            IsRunning = _wants,
            IsDone = IsDone,
            Group = Group,
            Note = _note,
            Failure = _failure,
            Trace = [.. _trace.Points],
            TraceEvery = _trace.Every,
            Changes = [.. _changes],
            Snapshots = [.. _snapshots],
        };
        _folder.Save(_record, before);
        // Of masks that were, and of what was kept under them, nothing stays in memory.
        string[] present = _mask is null ? [] : [_state.ImagePath(_mask.Image) ?? "", _folder.PathOf(_mask.Kept)];
        foreach (string path in _images.Keys.Except(present).ToArray()) _images.Remove(path);
    }

    private AscentPlace PlaceOf(Ascent ascent)
    {
        return new AscentPlace(ascent.StepsDone, _folder.NewNumbers(), Unmasked(ascent.Recipe).ToJson(), ascent.Objective.ToString(), _mask);
    }

    private static Recipe Unmasked(Recipe recipe) => recipe.Parameterization is Masked masked ? recipe with { Parameterization = masked.Inner } : recipe;

    private Setting Read(string objectiveText, RecipeText text, string? start, AscentMask? mask)
    {
        Model model = _model.Open();
        return FileScope.Within(_state.FileOf, () =>
        {
            Objective objective = ObjectiveOf(model, "objective", objectiveText);
            Recipe recipe = text.Read(model);
            AscentLimits.Require(model, objectiveText, objective, recipe);
            Start? from = start is null ? null : Start.From(new ImageReference(_state.ImagePath(start) ?? throw new UsageException("The image to start from is gone; drop it again.")));
            recipe = recipe with { Start = from, Parameterization = Under(mask, recipe.Parameterization) };
            (Objective Term, float Weight)[] terms = [.. ObjectiveTerms.Summands(objective), .. recipe.Penalty is null ? [] : ObjectiveTerms.Summands(recipe.Penalty, -1)];
            Objective[] watched = terms.Length is 1 or > MostTerms ? [] : [.. terms.Select(term => term.Weight == 1 ? term.Term : term.Weight * term.Term)];
            return new Setting(objective, recipe, watched.Length == 0 ? [objectiveText] : [.. watched.Select(term => term.ToString())], watched);
        });
    }

    /// <summary>Reads an objective, and makes sure that the model has its layers and classes.</summary>
    /// <exception cref="FieldException">It cannot be read, or the model has no such layer or class.</exception>
    public static Objective ObjectiveOf(Model model, string field, string text)
    {
        var objective = RecipeText.Read(field, text, Objective.Parse);
        foreach (Layer layer in objective.Layers) Require(layer.Name, () => model.LayerShape(layer));
        foreach (string label in objective.Classes.Where(label => !label.All(char.IsAsciiDigit))) Require(label, () => model.Labels.Find(label, int.MaxValue));
        return objective;

        void Require(string name, Func<object?> find)
        {
            try
            {
                find();
            }
            catch (UsageException error)
            {
                throw new FieldException(field, new TextFormatException(error.Message, text, Math.Max(0, text.IndexOf(name, StringComparison.Ordinal))));
            }
        }
    }

    private IParameterization Under(AscentMask? mask, IParameterization inner) => mask is null ? inner
        : new Masked(inner, Image(_state.ImagePath(mask.Image) ?? throw new UsageException("The mask is gone; paint it again.")), Image(_folder.PathOf(mask.Kept)));

    // Read once, so that a mask that stays the same is the same.
    private Picture Image(string path)
    {
        if (!_images.TryGetValue(path, out Picture? picture)) _images.Add(path, picture = Picture.Load(path));
        return picture;
    }

    private readonly Dictionary<string, Picture> _images = [];

    private void TellFrame(Ascent ascent)
    {
        _frames.Note();
        Picture? picture = PictureOf(ascent);
        bool isLast = !IsReady;
        if (picture is not null && (_sinceSpectrum++ % SpectrumEvery == 0 || isLast)) _spectrum = Spectrum(picture);
        string? url = picture is null ? null : (isLast ? EncodedPicture.Png(picture) : EncodedPicture.Jpeg(picture, FrameQuality)).Url;
        var frame = new AscentFrame(Id, ascent.StepsDone, ascent.Recipe.Steps, ValueOf(ascent), _terms, Math.Round(_steps.PerSecond, 1), Math.Round(_frames.PerSecond, 1), url, _spectrum, IsRunning, ascent.IsDone);
        _spectrum = null;
        _hub.Tell(_pages.Keys, "frame", Id, frame);
    }

    // Null where its colours are no numbers.
    private static Picture? PictureOf(Ascent ascent)
    {
        try
        {
            return ascent.Pictures()[0];
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Of the middle of a large picture: the frequencies are the same.
    private static IReadOnlyList<double> Spectrum(Picture picture) =>
        PictureSpectrum.Of(picture.CenterCrop(Math.Min(picture.Height, LargestSpectrum), Math.Min(picture.Width, LargestSpectrum))).Octaves();

    private static float? ValueOf(Ascent ascent) => ascent.StepsDone == 0 ? null : Number(ascent.Value);

    private void TellState()
    {
        _hub.Tell(_pages.Keys, "ascent", Id, State() with { Trace = null });
    }

    /// <summary>How it stands.</summary>
    public AscentState State()
    {
        Ascent ascent = Open();
        Setting setting = _setting!;
        Recipe recipe = Unmasked(setting.Recipe);
        DropLost();
        return new AscentState
        {
            Id = Id,
            Model = _model.Name,
            Objective = _objective,
            Recipe = RecipeText.Of(recipe),
            Step = ascent.StepsDone,
            Steps = ascent.Recipe.Steps,
            IsRunning = IsRunning,
            IsDone = ascent.IsDone,
            Failure = _failure,
            Note = _note,
            Warnings = ascent.Warnings,
            Fit = ascent.Fit,
            Height = recipe.Height!.Value,
            Width = recipe.Width!.Value,
            Value = ValueOf(ascent) ?? _trace.Last?.Value,
            Start = _start,
            Mask = _mask?.Image,
            Command = Command(recipe),
            CommandNote = CommandNote(ascent, recipe),
            Snapshots = [.. _snapshots.Select(place => place.Step)],
            Trace = [.. _trace.Points.Select(point => new object?[] { point.Step, point.Value, point.Terms })],
            Terms = setting.Names,
            Changes = [.. _changes],
            IsReplayable = ascent.IsReplayable,
        };
    }

    private string? CommandNote(Ascent ascent, Recipe recipe) =>
        _mask is not null ? "A command has no mask: this makes the whole picture."
        : !ascent.IsReplayable ? "It was steered in what no recipe tells: this makes a picture by what is set now."
        : ascent.Recipe.Stages.Length != recipe.Stages.Length ? "It was steered: this makes a picture by what is set now; the recipe that is saved makes this one."
        : null;

    private string Command(Recipe recipe)
    {
        Model model = _model.Open();
        return CommandText.Render(_model.Path, _setting!.Objective, recipe, "picture.png", model.PreprocessingSource == "as given" ? model.Preprocessing : null);
    }
}
