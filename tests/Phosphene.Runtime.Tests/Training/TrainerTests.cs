using System.Runtime.InteropServices;
using System.Text.Json;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void Training_learns_the_classes()
    {
        var model = new TrainableModel("stripes", seed: 1);
        using Trainer trainer = SmallTraining.Start(model, SmallTraining.Settings(150));
        var reports = new List<TrainingReport>();
        trainer.Run(reports.Add);
        Assert.Equal(15, reports.Count);
        Assert.InRange(reports[0].Loss, 0.5, 3);                         // ln 4 = 1.4 is a guess
        Assert.InRange(reports[^1].SmoothedLoss, 0, 0.8);
        (Tensor loss, Tensor accuracy) = SmallTraining.Losses(model, batch: 5);
        var means = Inference.Means(new Dictionary<string, Tensor> { ["loss"] = loss, ["accuracy"] = accuracy }, new Stripes(seed: 4), 20);
        Assert.InRange(means["accuracy"], 0.95, 1);
        Assert.InRange(means["loss"], 0, 0.3);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_weights_are_the_same_bytes_with_any_number_of_threads(int threads)
    {
        Assert.True(MemoryMarshal.AsBytes<float>(Trained(1)).SequenceEqual(MemoryMarshal.AsBytes<float>(Trained(threads))));

        static float[] Trained(int threads)
        {
            var model = new TrainableModel("stripes", seed: 1);
            using var backend = new Backend(threads);
            using Trainer trainer = SmallTraining.Start(model, SmallTraining.Settings(20), backend);
            trainer.Run();
            return SmallTraining.Weights(model);
        }
    }

    [Fact]
    public void A_report_tells_how_far_the_training_is()
    {
        using Trainer trainer = SmallTraining.Start(new TrainableModel("stripes", seed: 1), SmallTraining.Settings(25) with { LearningRate = LearningRate.Cosine(1e-3f, 25, warmUp: 5) });
        var reports = new List<TrainingReport>();
        trainer.Run(reports.Add);
        Assert.Equal([10, 20, 25], reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.Equal(25, report.Steps));
        Assert.All(reports, report => Assert.InRange(report.Metrics["accuracy"], 0, 1));
        Assert.All(reports, report => Assert.True(report.ExamplesPerSecond > 0 && report.GradientNorm > 0));
        Assert.Equal((double)LearningRate.Cosine(1e-3f, 25, warmUp: 5).At(9), reports[0].LearningRate);
        Assert.True(reports[0].Remaining > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_with_the_last_good_weights()
    {
        var model = new TrainableModel("stripes", seed: 1);
        using (Trainer good = SmallTraining.Start(model, SmallTraining.Settings(7))) good.Run();
        float[] expected = SmallTraining.Weights(model);

        var poisoned = new TrainableModel("stripes", seed: 1);
        using Trainer trainer = SmallTraining.Start(poisoned, SmallTraining.Settings(100), source: new Stripes(seed: 3) { PoisonedStep = 8 });
        var failure = Assert.Throws<TrainingDivergedException>(() => trainer.Run());
        Assert.Equal(9, failure.Step);
        Assert.StartsWith("The loss became NaN in step 9 of the training of 'stripes'; try a smaller learning rate", failure.Message, StringComparison.Ordinal);
        Assert.Equal(expected, SmallTraining.Weights(poisoned));         // those of step 8 led to the bad loss
        Assert.Throws<InvalidOperationException>(() => trainer.Run());
        Assert.Throws<InvalidOperationException>(() => trainer.Save("never.zip"));
    }

    [Fact]
    public void Cancellation_ends_the_training_between_two_steps()
    {
        using var cancellation = new CancellationTokenSource();
        using Trainer trainer = SmallTraining.Start(new TrainableModel("stripes", seed: 1), SmallTraining.Settings(1000));
        Assert.Throws<OperationCanceledException>(() => trainer.Run(report => { if (report.Step == 20) cancellation.Cancel(); }, cancellation.Token));
        Assert.Equal(20, trainer.Step);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused()
    {
        var model = new TrainableModel("stripes", seed: 1);
        (Tensor loss, _) = SmallTraining.Losses(model);
        var other = new TrainableModel("other", seed: 1);
        Assert.Equal("The loss depends on no parameter of model 'other', so there is nothing to train.",
            Assert.Throws<ArgumentException>(() => new Trainer(other, loss, new Stripes(1), SmallTraining.Settings(1))).Message);
        Assert.Contains("needs at least 1 step", Assert.Throws<ArgumentException>(() => new Trainer(model, loss, new Stripes(1), SmallTraining.Settings(0))).Message, StringComparison.Ordinal);
        Assert.Contains("Metric 'm' should be one number", Assert.Throws<ArgumentException>(() =>
            new Trainer(model, loss, new Stripes(1), SmallTraining.Settings(1), new Dictionary<string, Tensor> { ["m"] = model.Parameters[0] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("step")]
    [InlineData("seconds")]
    public void A_metric_cannot_have_a_name_that_reports_have_already(string name)
    {
        var model = new TrainableModel("stripes", seed: 1);
        (Tensor loss, Tensor accuracy) = SmallTraining.Losses(model);
        var error = Assert.Throws<ArgumentException>(() => new Trainer(model, loss, new Stripes(1), SmallTraining.Settings(1), new Dictionary<string, Tensor> { [name] = accuracy }));
        Assert.StartsWith($"A metric cannot be called '{name}': reports have that already.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_names_that_are_kept_from_metrics_are_those_of_a_line_of_the_log()
    {
        string path = Path.Combine(Path.GetTempPath(), $"phosphene-{Guid.NewGuid():N}.jsonl");
        try
        {
            using (Trainer trainer = SmallTraining.Start(new TrainableModel("stripes", seed: 1), SmallTraining.Settings(1) with { MetricsPath = path })) trainer.Run();
            using JsonDocument line = JsonDocument.Parse(File.ReadAllText(path));
            Assert.Equal([.. MetricsLog.OwnNames.Append("accuracy").Order()], line.RootElement.EnumerateObject().Select(property => property.Name).Order());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
