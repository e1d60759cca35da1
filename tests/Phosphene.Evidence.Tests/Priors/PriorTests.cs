using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Priors;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Priors;

public sealed class PriorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Pictures of one colour each.
    private ImageFolder Plain(int count)
    {
        for (int i = 0; i < count; i++) new Picture(24, 24, 3, [.. Enumerable.Range(0, 24 * 24 * 3).Select(at => (byte)(40 + 50 * (at % 3) + 9 * i))]).Save(_folder.At($"{i:00}.png"));
        return ImageFolder.Open(_folder.Path);
    }

    [Fact]
    public void Every_image_gives_as_many_crops_as_the_others_each_a_part_of_it()
    {
        Picture[] pictures = [.. Enumerable.Range(0, 3).Select(i => _folder.Picture($"{i}.png", i, 9, 9))];
        File.WriteAllText(_folder.At("x.png"), "no picture");
        ImageCrops crops = ImageCrops.Of(ImageFolder.Open(_folder.Path), size: 9, side: 4, count: 8, seed: 1)!;
        Assert.Equal((6, 4, "x.png"), (crops.Count, crops.Side, Assert.Single(crops.Skipped).File));
        var crop = new float[48];
        var mirrored = new float[48];
        for (int i = 0; i < 6; i++)
        {
            crops.CopyTo(i, crop);
            crops.CopyTo(i, mirrored, mirrored: true);
            float[] whole = pictures[i / 2].ToPlanar();
            Assert.Contains(Enumerable.Range(0, 36), place => Enumerable.Range(0, 48).All(at => crop[at] == whole[(at / 16 * 9 + place / 6 + at / 4 % 4) * 9 + place % 6 + at % 4]));
            for (int at = 0; at < 48; at++) Assert.Equal(crop[at], mirrored[at - at % 4 + 3 - at % 4]);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_crops_and_another_others()
    {
        for (int i = 0; i < 3; i++) _folder.Picture($"{i}.png", i, 30, 40);
        ImageFolder images = ImageFolder.Open(_folder.Path);
        string Crops(ulong seed) => ImageCrops.Of(images, 30, 5, 9, seed)!.ComputeSha256();
        Assert.Equal(Crops(1), Crops(1));
        Assert.NotEqual(Crops(1), Crops(2));
        Assert.Throws<UsageException>(() => ImageCrops.Of(images, 30, 31, 9, 1));
    }

    [Fact]
    public void Patches_are_parts_of_the_images()
    {
        ImageFolder images = Plain(4);
        ImagePatches colours = PatchMeasurement.Of(images, size: 16, side: 3, count: 8)!.Patches, grey = PatchMeasurement.Of(images, size: 16, side: 3, count: 8, channels: 1)!.Patches;
        Assert.Equal(new Shape(8, 3, 3, 3), colours.Shape);
        Assert.Equal(new Shape(8, 1, 3, 3), grey.Shape);
        for (int i = 0; i < colours.Values.Count; i++) Assert.Equal((40 + 50 * (i / 9 % 3) + 9 * (i / 54)) / 255f, colours.Values[i], 1e-6f);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void A_denoiser_learns_what_its_images_are_like_and_is_exported_for_any_size(int channels)
    {
        ImageCrops crops = ImageCrops.Of(Plain(10), size: 24, side: 12, count: 200, seed: 1)!;
        var training = new DenoiserTraining(crops, 0.1f, channels, steps: 120, seed: 2);
        Assert.Equal(1, training.Evaluate()["noiseLeft"], 0.05);                               // at first it changes nothing
        using (Trainer trainer = training.Start()) trainer.Run();
        IReadOnlyDictionary<string, double> test = training.Evaluate();
        Assert.InRange(test["noiseLeft"], 0.05, 0.5);
        Assert.Equal(test["noiseLeft"], Math.Sqrt(test["squaredError"]) / 0.1, 1e-6);

        training.Export().Write(_folder.At("d.onnx"));
        using Denoiser denoiser = Denoiser.Load(_folder.At("d.onnx"));
        Assert.Equal((channels, 0.1f), (denoiser.Channels, denoiser.Deviation));
        // In a plain image it leaves less noise than there is, at a size that it was not trained on.
        Tensor image = Evaluate.Input(1, channels, 19, 31);
        float[] clean = [.. Enumerable.Repeat(0.5f, image.Shape.Count)], noisy = [.. clean.Zip(Evaluate.Numbers(image.Shape.Count, 1, -0.17, 0.17), (x, noise) => x + noise)];
        float[] made = Evaluate.Of(denoiser.Denoise(image), (image, noisy));
        Assert.True(Squared(made) < 0.5 * Squared(noisy), $"{Squared(made)} of {Squared(noisy)}");

        double Squared(float[] values) => values.Zip(clean, (x, y) => Math.Pow(x - y, 2)).Average();
    }

    [Fact]
    public void The_same_training_gives_the_same_file_and_another_seed_another()
    {
        ImageCrops crops = ImageCrops.Of(Plain(10), size: 24, side: 12, count: 200, seed: 1)!;
        byte[] Trained(ulong seed)
        {
            var training = new DenoiserTraining(crops, steps: 3, seed: seed);
            using Trainer trainer = training.Start();
            trainer.Run();
            return training.Export().ToBytes().ToArray();
        }
        Assert.Equal(Trained(1), Trained(1));
        Assert.NotEqual(Trained(1), Trained(2));
    }

    [Fact]
    public void A_training_without_noise_or_with_too_few_images_is_refused()
    {
        ImageCrops crops = ImageCrops.Of(Plain(2), size: 24, side: 12, count: 100, seed: 1)!;
        Assert.Contains("at least 160 parts of images", Assert.Throws<UsageException>(() => new DenoiserTraining(crops)).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => new DenoiserTraining(ImageCrops.Of(ImageFolder.Open(_folder.Path), 24, 12, 200, 1)!, deviation: 0));
    }
}
