using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>The commands patches and denoiser, and pictures under what they make.</summary>
public sealed class PriorTests : CommandTests
{
    public PriorTests()
    {
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 3; i++) new Picture(44, 60, 3, [.. Enumerable.Range(0, 3 * 44 * 60).Select(k => (byte)(k * k * (i + 1) % 251))]).Save(At($"photos/{i}.png"));
    }

    private Result Patches(string output, params string[] options) => Run(["patches", "--images", At("photos"), "-o", At(output), "--size", "40", .. options]);

    private Result Denoiser(string output, params string[] options) => Run(["denoiser", "--images", At("photos"), "-o", At(output), "--size", "40", "--steps", "2", .. options]);

    [Fact]
    public void Patches_are_taken_told_and_written()
    {
        Result result = Patches("p.safetensors", "--count", "30", "--side", "5");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith($"{At("p.safetensors")}: 30 patches of 5 x 5 pixels of 3 images, ", result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"use it as patches('{At("p.safetensors")}').\n", result.Output, StringComparison.Ordinal);
        ImagePatches patches = ImagePatches.Read(At("p.safetensors"));
        Assert.Equal((30, 3, 5), (patches.Count, patches.Channels, patches.Side));
        Assert.Equal(0, Patches("q.safetensors", "--count", "30", "--side", "5", "--quiet").Code);
        Assert.Equal(Bytes("p.safetensors"), Bytes("q.safetensors"));
        Assert.Equal(0, Patches("r.safetensors", "--count", "30", "--grey", "--seed", "1").Code);
        Assert.Equal((1, 8), (ImagePatches.Read(At("r.safetensors")).Channels, ImagePatches.Read(At("r.safetensors")).Side));
    }

    [Fact]
    public void A_denoiser_is_trained_told_and_written_and_its_checkpoint_goes()
    {
        Result result = Denoiser("d.onnx", "--noise", "0.2");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(@": 2 steps in \d+ s; of noise of 0.2 it leaves \d+\.\d %", result.Output);
        using Denoiser denoiser = Models.Denoiser.Load(At("d.onnx"));
        Assert.Equal((3, 0.2f), (denoiser.Channels, denoiser.Deviation));
        Assert.False(File.Exists(At("d.checkpoint")));
    }

    [Fact]
    public void While_images_are_read_an_interruption_leaves_nothing_behind()
    {
        foreach (string[] words in new[] { new[] { "patches", "-o", At("p.safetensors") }, ["denoiser", "-o", At("d.onnx")] })
        {
            using var interruption = new Interruption();
            interruption.Request();
            Result result = Run(interruption, [.. words, "--images", At("photos"), "--size", "40"]);
            Assert.Equal((130, "phosphene: Interrupted; nothing was written.\n"), (result.Code, result.Error));
        }
        Assert.Empty(Directory.GetFiles(At(""), "*.safetensors").Concat(Directory.GetFiles(At(""), "d.*")));
    }

    [Fact]
    public void A_denoiser_goes_on_only_from_a_checkpoint_that_is_there()
    {
        Fails(2, $"There is no checkpoint '{At("d.checkpoint")}' to go on from; leave --resume out to begin.", Denoiser("d.onnx", "--resume"));
        File.WriteAllText(At("d.checkpoint"), "of another");
        Assert.Equal((2, 4), (Denoiser("d.onnx").Code, Denoiser("d.onnx", "--resume").Code));
    }

    [Fact]
    public void A_picture_under_both_replays_as_long_as_their_files_are_there()
    {
        Assert.Equal((0, 0), (Patches("p.safetensors", "--count", "30").Code, Denoiser("d.onnx").Code));
        Assert.Equal(0, Render("relu2:7", "a.png", "--penalty", $"0.1*denoiser('{At("d.onnx")}') + 0.1*patches('{At("p.safetensors")}')").Code);
        string penalty = Provenance.Read(At("a.png")).Recipe.Penalty!.ToString();
        Assert.Equal(2, penalty.Split("file('").Length - 1);
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(0, Patches("p.safetensors", "--count", "20").Code);
        Result changed = Run("replay", At("a.png"));
        Assert.Equal((4, true), (changed.Code, changed.Error.Contains("Patches", StringComparison.Ordinal) && changed.Error.Contains("has the SHA-256", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Fails(2, $"'{At("p.npy")}' is not the name of a SAFETENSORS file; patches are an array of that format, so give a name that ends in .safetensors.", Patches("p.npy"));
        Fails(2, $"'{At("d.pt")}' is not the name of an ONNX file; models are written as ONNX, so give a name that ends in .onnx.", Denoiser("d.pt"));
        Fails(2, "Parts of 64 x 64 pixels cannot be cut out of images that are brought to 40 x 40; make them smaller.", Patches("p.safetensors", "--side", "64"));
        Assert.Equal(2, Denoiser("d.onnx", "--noise", "2").Code);
        Fails(4, $"Patches '{At("none.safetensors")}' does not exist; check its path.", Render("relu2:7", "a.png", "--penalty", $"patches('{At("none.safetensors")}')"));
        Fails(2, "The recipe makes images by a decoder and does not say which; name one, as in decoder('decoder.onnx', clip: 3, decay: 0.99), or decoder('embedded:shapes-decoder', ...).", Render("relu2:7", "a.png", "--preset", "dgn-am"));
    }
}
