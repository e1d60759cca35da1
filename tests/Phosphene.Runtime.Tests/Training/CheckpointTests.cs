using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-training-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File_ => Path.Combine(_folder, "checkpoint.zip");

    private TrainingSettings Settings(long steps) =>
        SmallTraining.Settings(steps) with { CheckpointPath = File_, CheckpointEvery = 8, LearningRate = LearningRate.Cosine(3e-3f, 30, warmUp: 3), ReportEvery = 5 };

    private static TrainableModel Model() => new("stripes", seed: 1);

    private static float[] Uninterrupted(TrainingSettings settings)
    {
        TrainableModel model = Model();
        using Trainer trainer = SmallTraining.Start(model, settings with { CheckpointPath = null, MetricsPath = null });
        trainer.Run();
        return SmallTraining.Weights(model);
    }

    private static void SameBytes(float[] expected, float[] actual) =>
        Assert.True(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)));

    [Fact]
    public void A_training_that_was_killed_goes_on_to_the_same_bytes()
    {
        float[] expected = Uninterrupted(Settings(30));
        using (Trainer killed = SmallTraining.Start(Model(), Settings(30)))
            Assert.Throws<NotSupportedException>(() => killed.Run(report => { if (report.Step == 20) throw new NotSupportedException(); }));

        TrainableModel model = Model();
        using Trainer trainer = SmallTraining.Start(model, Settings(30));
        trainer.Resume(File_);
        Assert.Equal(16, trainer.Step);                                  // of 20 steps, the last checkpoint was after 16
        trainer.Run();
        SameBytes(expected, SmallTraining.Weights(model));
    }

    [Fact]
    public void A_training_that_was_cancelled_goes_on_to_the_same_bytes_and_reports()
    {
        var all = new List<TrainingReport>();
        using (Trainer whole = SmallTraining.Start(Model(), Settings(30))) whole.Run(all.Add);
        File.Delete(File_);

        using var cancellation = new CancellationTokenSource();
        using (Trainer cancelled = SmallTraining.Start(Model(), Settings(30)))
            Assert.Throws<OperationCanceledException>(() => cancelled.Run(report => { if (report.Step == 15) cancellation.Cancel(); }, cancellation.Token));

        TrainableModel model = Model();
        using Trainer trainer = SmallTraining.Start(model, Settings(30));
        trainer.Resume(File_);
        Assert.Equal(15, trainer.Step);
        var rest = new List<TrainingReport>();
        trainer.Run(rest.Add);
        SameBytes(Uninterrupted(Settings(30)), SmallTraining.Weights(model));
        Assert.Equal(all.Skip(3).Select(Numbers), rest.Select(Numbers));

        static (long, double, double, double) Numbers(TrainingReport report) => (report.Step, report.Loss, report.SmoothedLoss, report.Metrics["accuracy"]);
    }

    [Fact]
    public void The_end_is_a_checkpoint_from_which_more_steps_can_be_done()
    {
        using (Trainer first = SmallTraining.Start(Model(), Settings(10))) first.Run();
        TrainableModel model = Model();
        using Trainer trainer = SmallTraining.Start(model, Settings(30));
        trainer.Resume(File_);
        Assert.Equal(10, trainer.Step);
        trainer.Run();
        SameBytes(Uninterrupted(Settings(30)), SmallTraining.Weights(model));
    }

    [Fact]
    public void A_checkpoint_is_the_same_bytes_each_time()
    {
        byte[] Written()
        {
            using Trainer trainer = SmallTraining.Start(Model(), Settings(10));
            trainer.Run();
            return File.ReadAllBytes(File_);
        }

        Assert.Equal(Written(), Written());
    }

    [Fact]
    public void A_checkpoint_holds_arrays_that_NumPy_opens()
    {
        TrainableModel model = Model();
        using (Trainer trainer = SmallTraining.Start(model, Settings(10))) trainer.Run();
        using ZipArchive archive = ZipFile.OpenRead(File_);
        Assert.Equal(["meta.json", "weights/conv1/weight.npy", "adam-means/conv1/weight.npy", "adam-squares/conv1/weight.npy", "weights/conv1/bias.npy"],
            archive.Entries.Take(5).Select(entry => entry.FullName));
        using var copy = new MemoryStream();
        using (Stream entry = archive.GetEntry("weights/conv2/weight.npy")!.Open()) entry.CopyTo(copy);
        copy.Position = 0;
        (Shape shape, float[] values) = NpyFile.Read(copy, "conv2");
        Assert.Equal(new Shape(8, 4, 3, 3), shape);
        Assert.Equal(model.Values("conv2/weight"), values);
    }

    [Fact]
    public void A_divergence_leaves_the_last_good_checkpoint()
    {
        using Trainer trainer = SmallTraining.Start(Model(), Settings(30), source: new Stripes(seed: 3) { PoisonedStep = 16 });
        Assert.Throws<TrainingDivergedException>(() => trainer.Run());
        using Trainer again = SmallTraining.Start(Model(), Settings(30));
        again.Resume(File_);
        Assert.Equal(8, again.Step);                                     // not 16, whose loss was never a number
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_with_what_differs()
    {
        using (Trainer trainer = SmallTraining.Start(Model(), Settings(10))) trainer.Run();
        void Says(string expected, Trainer other)
        {
            using (other) Assert.Equal($"Cannot resume from '{File_}': {expected}.", Assert.Throws<InvalidDataException>(() => other.Resume(File_)).Message);
        }

        const string Advice = "; describe the training as it was, or begin a new one without this file";
        Says("it is of another training: the seed was 1 there and is 2 here" + Advice, SmallTraining.Start(new TrainableModel("stripes", 2), Settings(10)));
        Says("it is of another training: the model was 'stripes' there and is 'dots' here" + Advice, SmallTraining.Start(new TrainableModel("dots", 1), Settings(10)));
        Says("it is of another training: the batches was 'stripes, seed 3' there and is 'stripes, seed 4' here" + Advice, SmallTraining.Start(Model(), Settings(10), source: new Stripes(seed: 4)));
        Says("it is of another training: the learning rate was a cosine from 0.003 to 0 in 30 steps, 3 of them to warm up there and is 1 throughout here" + Advice,
            SmallTraining.Start(Model(), Settings(10) with { LearningRate = LearningRate.Constant(1) }));

        TrainableModel wider = Model();
        TrainableLayer logits = wider.Input("image", 6, 3, 8, 12).Conv("conv1", 5, kernel: 5).Flatten().Dense("logits", 4);
        Tensor loss = Losses.SoftmaxCrossEntropy(logits, new Tensor(new Input(new Shape(6), "class")));
        Says("it is of another training: the number of parameters was 8 there and is 4 here" + Advice, new Trainer(wider, loss, new Stripes(3), Settings(10)));

        TrainableModel same = Model();
        (Tensor whole, _) = SmallTraining.Losses(same);
        using var without = new Trainer(same, whole * 2f, new Stripes(3), Settings(10));
        Assert.Contains("the graph of the loss and the metrics was", Assert.Throws<InvalidDataException>(() => without.Resume(File_)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_checkpoint_is_refused_and_changes_nothing()
    {
        using (Trainer trainer = SmallTraining.Start(Model(), Settings(10))) trainer.Run();
        byte[] whole = File.ReadAllBytes(File_);
        TrainableModel model = Model();
        using Trainer other = SmallTraining.Start(model, Settings(10));
        float[] before = SmallTraining.Weights(model);
        foreach (double part in new[] { 0, 0.01, 0.5, 0.99 })
        {
            File.WriteAllBytes(File_, whole[..(int)(part * whole.Length)]);
            Assert.StartsWith($"Cannot resume from '{File_}': it is no checkpoint, or is cut short", Assert.Throws<InvalidDataException>(() => other.Resume(File_)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, SmallTraining.Weights(model));
        Assert.Equal(0, other.Step);
    }

    [Fact]
    public void A_flipped_bit_is_found_or_changes_nothing()
    {
        using (Trainer trainer = SmallTraining.Start(Model(), Settings(10))) trainer.Run();
        byte[] whole = File.ReadAllBytes(File_);
        float[] expected = Resumed(whole);
        TrainableModel model = Model();
        using Trainer other = SmallTraining.Start(model, Settings(10));
        float[] before = SmallTraining.Weights(model);
        // Half of them in the list of the archive's entries, which is at the end.
        Arbitrary<(int, int)> flips = (from at in Gen.OneOf(Gen.Choose(0, whole.Length - 1), Gen.Choose(whole.Length - 3000, whole.Length - 1)) from bit in Gen.Choose(0, 7) select (at, bit)).ToArbitrary();
        Prop.ForAll(flips, ((int At, int Bit) flip) =>
        {
            byte[] damaged = [.. whole];
            damaged[flip.At] ^= (byte)(1 << flip.Bit);
            File.WriteAllBytes(File_, damaged);
            bool resumed = true;
            try
            {
                other.Resume(File_);
            }
            catch (InvalidDataException damage)
            {
                Assert.StartsWith("Cannot resume from", damage.Message, StringComparison.Ordinal);
                resumed = false;
            }
            SameBytes(resumed ? expected : before, SmallTraining.Weights(model));      // a date of the archive, for example, carries no meaning
            foreach (Tensor parameter in model.Parameters) Array.Fill(((Parameter)parameter.Operator).Values, flip.At);
            before = SmallTraining.Weights(model);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
    }

    private float[] Resumed(byte[] checkpoint)
    {
        File.WriteAllBytes(File_, checkpoint);
        TrainableModel model = Model();
        using Trainer trainer = SmallTraining.Start(model, Settings(10));
        trainer.Resume(File_);
        return SmallTraining.Weights(model);
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused()
    {
        using Trainer trainer = SmallTraining.Start(Model(), Settings(10));
        File.WriteAllText(File_, "hello");
        Assert.Contains("it is no checkpoint", Assert.Throws<InvalidDataException>(() => trainer.Resume(File_)).Message, StringComparison.Ordinal);
        File.Delete(File_);
        using (ZipArchive archive = ZipFile.Open(File_, ZipArchiveMode.Create)) archive.CreateEntry("other.txt");
        Assert.Contains("it lacks 'meta.json'", Assert.Throws<InvalidDataException>(() => trainer.Resume(File_)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => trainer.Resume(Path.Combine(_folder, "none.zip")));
    }

    [Fact]
    public void Metrics_are_lines_of_JSON_that_a_resumed_training_continues()
    {
        string log = Path.Combine(_folder, "metrics.jsonl");
        TrainingSettings settings = Settings(30) with { MetricsPath = log };
        using (Trainer killed = SmallTraining.Start(Model(), settings))
            Assert.Throws<NotSupportedException>(() => killed.Run(report => { if (report.Step == 20) throw new NotSupportedException(); }));
        File.AppendAllText(log, "{\"step\": 21, \"lo");
        Assert.Equal(5, File.ReadAllLines(log).Length);

        using Trainer trainer = SmallTraining.Start(Model(), settings);
        trainer.Resume(File_);
        trainer.Run();
        JsonElement[] lines = [.. File.ReadAllLines(log).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([5, 10, 15, 20, 25, 30], lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.All(lines, line => Assert.InRange(line.GetProperty("accuracy").GetDouble(), 0, 1));
        Assert.Equal(["step", "loss", "smoothedLoss", "accuracy", "learningRate", "gradientNorm", "examplesPerSecond", "seconds"], lines[0].EnumerateObject().Select(property => property.Name));
    }
}
