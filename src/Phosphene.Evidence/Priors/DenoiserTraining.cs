using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Priors;

/// <summary>
/// The training of a <see cref="Denoiser"/> on parts of photos: eight convolutions of 3 × 3 at the full size, 32 channels between them, whose result is added to the noisy image, so that it is made for images of any
/// size. With the same crops, noise, steps and seed the same model comes of it. Source: Zhang et al., Beyond a Gaussian denoiser (DnCNN), 2017, without its batch normalization.
/// </summary>
public sealed class DenoiserTraining
{
    /// <summary>The parts of photos of a step.</summary>
    public const int Batch = 16;

    /// <summary>The updates of a training of which nobody asks for others.</summary>
    public const int UsualSteps = 4000;

    /// <summary>The standard deviation of the noise of which nobody asks for another; images go from 0 to 1.</summary>
    public const float UsualDeviation = 0.1f;

    private const int Layers = 8, Width = 32;
    private const float Rate = 2e-3f;

    // One of so many crops is kept for the test.
    private const int TestShare = 10;

    private readonly ImageCrops _crops;
    private readonly int _test;
    private readonly Tensor _loss, _squaredError;

    /// <summary>A training at its first step.</summary>
    /// <param name="crops">What images look like; the last tenth of them are for the test.</param>
    /// <param name="deviation">σ, the standard deviation of the noise, above 0.</param>
    /// <param name="channels">3 for colours, 1 for grey.</param>
    /// <param name="steps">The updates.</param>
    /// <param name="seed">Decides the first weights, the crops of each step and their noise.</param>
    /// <exception cref="UsageException">There are too few crops, or the noise is none.</exception>
    public DenoiserTraining(ImageCrops crops, float deviation = UsualDeviation, int channels = 3, long steps = UsualSteps, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(crops);
        if (!(deviation > 0 && float.IsFinite(deviation))) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"Noise has a standard deviation above 0; got {deviation}."));
        _test = crops.Count / TestShare / Batch * Batch;
        if (_test == 0) throw new UsageException($"A denoiser needs at least {TestShare * Batch} parts of images to learn from; there are {crops.Count}. Give more images.");
        (_crops, Deviation, Channels, Steps, Seed) = (crops, deviation, channels, steps, seed);
        Model = new TrainableModel("denoiser", seed);
        LearningRate = LearningRate.Cosine(Rate, steps, warmUp: Math.Min(200, steps / 10));
        Tensor clean = new ImageInput(channels, false, null, null).FromColours(Model.Input("image", Batch, 3, crops.Side, crops.Side));
        Tensor noise = Model.Input("noise", Batch, channels, crops.Side, crops.Side);
        _squaredError = Losses.MeanSquaredError(Denoised(Model.On(clean + deviation * noise), channels), clean);
        // In the noise's own units, 1 for doing nothing: gradients of the bare error are so small that Adam's ε would swallow them.
        _loss = _squaredError / (deviation * deviation);
    }

    /// <summary>The parameters.</summary>
    public TrainableModel Model { get; }

    /// <summary>σ, the standard deviation of the noise.</summary>
    public float Deviation { get; }

    /// <summary>3 for colours, 1 for grey.</summary>
    public int Channels { get; }

    /// <summary>The updates of the whole training.</summary>
    public long Steps { get; }

    /// <summary>Decides all that is random.</summary>
    public ulong Seed { get; }

    /// <summary>The rate of each update.</summary>
    public LearningRate LearningRate { get; }

    /// <summary>A trainer at the first step.</summary>
    /// <param name="settings">Where checkpoints and metrics go, and how often; steps and rates are this training's.</param>
    /// <param name="backend">What runs it; null for all processors.</param>
    public Trainer Start(TrainingSettings? settings = null, Backend? backend = null)
    {
        settings = settings is null ? new TrainingSettings(Steps, LearningRate) : settings with { Steps = Steps, LearningRate = LearningRate };
        return new Trainer(Model, _loss, new DenoiserBatches(_crops, 0, _crops.Count - _test, Seed, IsTest: false), settings, backend: backend);
    }

    /// <summary>
    /// On parts of photos that it was not trained on, with the weights as they are: "squaredError", the mean of (r(x) − clean)² over their values, and "noiseLeft", its root as a share of σ.
    /// </summary>
    public IReadOnlyDictionary<string, double> Evaluate(Backend? backend = null)
    {
        double error = Inference.Means(new Dictionary<string, Tensor> { ["squaredError"] = _squaredError }, new DenoiserBatches(_crops, _crops.Count - _test, _test, Seed, IsTest: true), _test / Batch, backend)["squaredError"];
        return new Dictionary<string, double> { ["squaredError"] = error, ["noiseLeft"] = Math.Sqrt(error) / Deviation };
    }

    /// <summary>The denoiser as an ONNX file, which takes images [N, C, H, W] of any size.</summary>
    public OnnxExport Export() => new("denoiser", Denoised(Model.Input("image", 1, Channels, _crops.Side, _crops.Side), Channels))
    {
        HasOpenSides = true,
        Documentation = string.Create(CultureInfo.InvariantCulture, $"Takes normal noise of the standard deviation {Deviation} away. Trained by Phosphene on {_crops.Count - _test} parts of photos for {Steps} steps of {Batch}."),
        Metadata = [new(Denoiser.MetadataKey, Deviation.ToString("R", CultureInfo.InvariantCulture))],
    };

    private static TrainableLayer Denoised(TrainableLayer noisy, int channels)
    {
        TrainableLayer x = noisy;
        for (int layer = 1; layer < Layers; layer++) x = x.Conv($"conv{layer}", Width, kernel: 3).Relu();
        // It begins with changing nothing.
        return x.Conv($"conv{Layers}", channels, kernel: 3, initialization: Initialization.Constant(0)).Add("denoised", noisy);
    }

    /// <summary>Crops from a part of all, drawn anew for each step and mirrored half of the time; for a test one after the other.</summary>
    private sealed record DenoiserBatches(ImageCrops Crops, int First, int Count, ulong Seed, bool IsTest) : IBatchSource
    {
        private readonly string _sha256 = Crops.ComputeSha256();

        public string Description => string.Create(CultureInfo.InvariantCulture, $"{Count} of {Crops.Count} parts of {Crops.Side} pixels with the SHA-256 {_sha256}, seed {Seed}");

        public void Fill(long step, Batch batch)
        {
            ArgumentNullException.ThrowIfNull(batch);
            var choice = new RandomStream(Seed, step, IsTest ? "denoiser.test" : "denoiser.crops");
            Span<float> images = batch["image"];
            int length = images.Length / batch.Size;
            for (int n = 0; n < batch.Size; n++)
            {
                int crop = First + (IsTest ? (int)(step * batch.Size + n) % Count : choice.Integer(2 * n, 0, Count - 1));
                Crops.CopyTo(crop, images.Slice(n * length, length), mirrored: !IsTest && choice.Integer(2 * n + 1, 0, 1) == 1);
            }
            new RandomStream(Seed, step, IsTest ? "denoiser.test.noise" : "denoiser.noise").FillNormal(batch["noise"], 1);
        }
    }
}
