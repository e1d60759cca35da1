using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>
/// Trains a model by Adam: each step fills a batch, computes the loss and its gradient in every parameter, and moves the parameters. The same
/// description, seed and batches give the same weights, byte for byte, with any number of threads (on one instruction set). The next batch is prepared
/// on another thread meanwhile.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainableModel _model;
    private readonly TrainingSettings _settings;
    private readonly Backend _backend;
    private readonly bool _ownsBackend;
    private readonly Plan _plan;
    private readonly Tensor _loss;
    private readonly KeyValuePair<string, Tensor>[] _metrics;
    private readonly BatchPreparation _batches;
    private readonly ParameterState[] _parameters;
    private readonly Tensor[] _gradients;
    private readonly Tensor _move = new(new Input(Shape.Scalar, "step")), _rate = new(new Input(Shape.Scalar, "rate"));
    private readonly RunningMean _smoothedLoss = new();
    private readonly RunningMean[] _smoothedMetrics;
    private readonly Checkpoint _checkpoint;
    private long _saved = -1;                                        // the step of the last checkpoint
    private bool _moved, _diverged;                                  // since the weights were last known from outside

    /// <summary>Compiles the loss, the metrics and the gradients.</summary>
    /// <param name="model">Whose parameters are trained: those it has now.</param>
    /// <param name="loss">The scalar to make small.</param>
    /// <param name="batches">Fills the inputs that the loss and the metrics depend on.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="metrics">Other scalars for the reports, such as the accuracy; null for none.</param>
    /// <param name="backend">What runs the plan; null for one of its own with all processors.</param>
    /// <exception cref="ArgumentException">
    /// The loss or a metric is no scalar, depends on no input, or the loss depends on no parameter of the model; or a metric has a name that reports
    /// have anyway, such as "loss" or "step".
    /// </exception>
    public Trainer(TrainableModel model, Tensor loss, IBatchSource batches, TrainingSettings settings, IReadOnlyDictionary<string, Tensor>? metrics = null, Backend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        (_model, _loss, _settings, _metrics) = (model, loss, settings, [.. metrics ?? new Dictionary<string, Tensor>()]);
        foreach ((string name, Tensor metric) in _metrics) RequireMetric(name, metric);
        if (!Tensor.InOrder([loss]).Any(model.Parameters.Contains))
            throw new ArgumentException($"The loss depends on no parameter of model '{model.Name}', so there is nothing to train.");

        _gradients = Gradients.Of(loss, model.Parameters);
        Tensor[] outputs = [loss, .. _metrics.Select(metric => metric.Value)];
        _batches = new BatchPreparation(batches, outputs, settings.Steps);
        _parameters = [.. model.Parameters.Select(parameter => new ParameterState(parameter))];
        _smoothedMetrics = [.. _metrics.Select(_ => new RunningMean())];
        _checkpoint = new Checkpoint(TrainingFingerprint.Of(model, outputs, settings, batches), _parameters,
            [("loss", _smoothedLoss), .. _metrics.Select((metric, i) => ($"metric {metric.Key}", _smoothedMetrics[i]))]);
        _ownsBackend = backend is null;
        _backend = backend ?? new Backend();
        _plan = _backend.Compile([.. outputs, .. _gradients], [.. _parameters.Zip(_gradients, Move).SelectMany(move => move)]);
    }

    // Adam, against the gradient.
    private Assignment[] Move(ParameterState parameter, Tensor gradient) => [parameter.Keep(),
        _settings.Adam.Move(parameter.Parameter, parameter.Zeros(Checkpoint.Means), parameter.Zeros(Checkpoint.Squares), gradient, _move, _rate)];

    private static void RequireMetric(string name, Tensor metric)
    {
        if (metric.Shape.Count != 1) throw new ArgumentException($"Metric '{name}' should be one number; it is {metric}.");
        if (MetricsLog.OwnNames.Contains(name))
            throw new ArgumentException($"A metric cannot be called '{name}': reports have that already. Their own names are {string.Join(", ", MetricsLog.OwnNames)}.");
    }

    /// <summary>The updates done.</summary>
    public long Step { get; private set; }

    /// <summary>The loss of the last step's batch, before its update; NaN before the first.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>What a step runs.</summary>
    public Plan Plan => _plan;

    /// <summary>
    /// Goes on from a checkpoint of the same training, which may have been cut off at any time: what follows gives the bytes that it would have given
    /// without a break.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, is damaged, or is of another training; the message says which, and nothing has changed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Resume(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Step = _saved = _checkpoint.Read(path);
        _moved = _diverged = false;
    }

    /// <summary>Writes a checkpoint of the present state, whole or not at all.</summary>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The training has diverged: its state is none to go on from.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireSound();
        _checkpoint.Write(path, Step);
    }

    /// <summary>Trains until all steps are done.</summary>
    /// <param name="report">Called every few steps; null for nobody.</param>
    /// <param name="cancellation">Ends the training between two steps, with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The training was cancelled; it can be run on.</exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss or a gradient is not finite. The model keeps its last good weights, and the file the last good checkpoint.
    /// </exception>
    /// <exception cref="OutputFileException">A checkpoint or the metrics cannot be written; the message says why.</exception>
    public void Run(Action<TrainingReport>? report = null, CancellationToken cancellation = default)
    {
        using MetricsLog? log = _settings.MetricsPath is { } path ? new MetricsLog(path, Step) : null;
        var clock = new TrainingClock(Step, _settings.Steps, _batches.BatchSize);
        while (Step < _settings.Steps)
        {
            if (cancellation.IsCancellationRequested) SaveAsSet();
            cancellation.ThrowIfCancellationRequested();
            Advance();
            if (Step % _settings.ReportEvery != 0 && Step != _settings.Steps) continue;
            TrainingReport line = clock.Report(Step, Loss, _smoothedLoss.Value, SmoothedMetrics(), _settings.LearningRate.At(Step - 1), GradientNorm());
            log?.Add(line);
            report?.Invoke(line);
        }
        SaveAsSet();
    }

    private void SaveAsSet()
    {
        if (_settings.CheckpointPath is null || _saved == Step) return;
        Save(_settings.CheckpointPath);
        _saved = Step;
    }

    private void Advance()
    {
        RequireSound();
        float rate = _settings.LearningRate.At(Step);
        if (!float.IsFinite(rate)) throw new InvalidOperationException($"The learning rate of step {Step + 1} is {rate}, where a number is expected: {_settings.LearningRate}.");
        _batches.Take(Step).CopyTo(_plan);
        (_plan.Input(_move)[0], _plan.Input(_rate)[0]) = (Step + 1, -rate);
        _plan.Run();
        double loss = _plan.Output(_loss)[0];
        if (!double.IsFinite(loss)) throw Diverged($"The loss became {loss}", undo: _moved);

        // Only now is it known that the weights are good.
        if (Step > 0 && Step % _settings.CheckpointEvery == 0) SaveAsSet();
        if (!_plan.Assign()) throw Diverged("A gradient of the loss is not finite", undo: true);
        Loss = loss;
        _smoothedLoss.Add(loss);
        for (int i = 0; i < _metrics.Length; i++) _smoothedMetrics[i].Add(_plan.Output(_metrics[i].Value)[0]);
        Step++;
        _moved = true;
    }

    // Of the last step: the root of Σg² over all parameters, in double precision.
    private double GradientNorm()
    {
        double squares = 0;
        foreach (Tensor gradient in _gradients)
            foreach (float g in _plan.Output(gradient)) squares += (double)g * g;
        return Math.Sqrt(squares);
    }

    private void RequireSound()
    {
        if (_diverged) throw new InvalidOperationException($"The training of '{_model.Name}' has diverged; begin again with a smaller learning rate, or resume a checkpoint.");
    }

    private TrainingDivergedException Diverged(string what, bool undo)
    {
        _diverged = true;
        if (undo)
            foreach (ParameterState parameter in _parameters) parameter.Undo();
        return new TrainingDivergedException(Step + 1,
            $"{what} in step {Step + 1} of the training of '{_model.Name}'; try a smaller learning rate or a longer warm-up, and look at the batch of that step. " +
            "The model has its last good weights.");
    }

    private Dictionary<string, double> SmoothedMetrics() =>
        new(_metrics.Select((metric, i) => KeyValuePair.Create(metric.Key, _smoothedMetrics[i].Value)));

    /// <summary>Frees the plan. The parameters stay with the model.</summary>
    public void Dispose()
    {
        _batches.Dispose();
        _plan.Dispose();
        if (_ownsBackend) _backend.Dispose();
    }
}
