using System.Text.RegularExpressions;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class TrainErrorTests : CommandTests
{
    [Theory]
    [InlineData("There is no model 'shapes-va' to train; did you mean 'shapes-vae'? There are shapes-classifier, shapes-autoencoder, shapes-vae.", "shapes-va")]
    [InlineData("There is no model 'resnet' to train; there are shapes-classifier, shapes-autoencoder, shapes-vae.", "resnet")]
    [InlineData("'a.png' is not the name of an ONNX file; models are written as ONNX, so give a name that ends in .onnx.", "shapes-classifier", "-o", "a.png")]
    [InlineData("'a.onnx' is not the name of a JSONL file; metrics are written as lines of JSON, so give a name that ends in .jsonl.", "shapes-classifier", "--metrics", "a.onnx")]
    [InlineData("There is no checkpoint 'nowhere.checkpoint' to go on from; leave --resume out to begin.", "shapes-classifier", "-o", "nowhere.onnx", "--resume")]
    [InlineData("--steps is an integer from 1 to 2147483647; got '0'; 'phosphene train --help' tells how to use it.", "shapes-classifier", "--steps", "0")]
    [InlineData("--seed is an integer from 0 to 18446744073709551615; got '-1'; 'phosphene train --help' tells how to use it.", "shapes-classifier", "--seed", "-1")]
    [InlineData("shapes-vae is made for colour images of 48 pixels; only shapes-classifier takes others.", "shapes-vae", "--grey")]
    [InlineData("--size is an integer from 16 to 512; got '9'; 'phosphene train --help' tells how to use it.", "shapes-classifier", "--size", "9")]
    public void What_cannot_be_trained_is_answered_with_what_can(string message, params string[] words) => Fails(2, message, Run(["train", .. words]));

    [Fact]
    public void Files_that_cannot_be_written_are_found_before_the_work()
    {
        Fails(2, $"Cannot write '{At("no/a.onnx")}': the folder '{At("no")}' does not exist; create it or choose another.", Train("no/a.onnx"));
        Fails(2, $"Cannot write '{At("no/a.jsonl")}': the folder '{At("no")}' does not exist; create it or choose another.", Train("a.onnx", "--metrics", At("no/a.jsonl")));
        Directory.CreateDirectory(At("a-decoder.onnx"));
        Fails(2, $"Cannot write '{At("a-decoder.onnx")}': it is a folder; give the name of a file in it.", Run("train", "shapes-vae", "-o", At("a.onnx")));
        Directory.CreateDirectory(At("a.checkpoint"));
        Fails(2, $"Cannot write '{At("a.checkpoint")}': it is a folder; give the name of a file in it.", Train("a.onnx"));
    }

    // /proc takes none, not even from root.
    [LinuxFact]
    public void A_folder_that_takes_no_files_is_found_before_the_work()
    {
        Result result = Run("train", "shapes-classifier", "-o", "/proc/a.onnx");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith("phosphene: Cannot write '/proc/a.onnx': no file can be created in '/proc' (", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_was_interrupted_is_not_overwritten()
    {
        byte[] checkpoint = Begun();
        Fails(2, $"'{At("a.checkpoint")}' is of a training that was interrupted; --resume goes on from it. To begin again, delete it or choose another -o.", Train("a.onnx"));
        Assert.Equal(checkpoint, Bytes("a.checkpoint"));
    }

    [Fact]
    public void A_truncated_checkpoint_is_named_and_left_as_it_is()
    {
        byte[] cut = Begun()[..^100];
        Write("a.checkpoint", cut);
        Result result = Train("a.onnx", "--resume");
        Assert.Equal((4, ""), (result.Code, result.Output));
        Assert.Matches($@"^phosphene: Cannot resume from '{Regex.Escape(At("a.checkpoint"))}': it is no checkpoint, or is cut short \(.+\)\.\n$", result.Error);
        Assert.Equal(cut, Bytes("a.checkpoint"));
        Assert.False(File.Exists(At("a.onnx")));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_with_what_differs()
    {
        byte[] checkpoint = Begun();
        Refused("the model was 'shapes-classifier' there and is 'shapes-vae' here", Run("train", "shapes-vae", "--steps", "20", "-o", At("a.onnx"), "--resume"));
        Refused("the seed was 0 there and is 1 here", Train("a.onnx", "--seed", "1", "--resume"));
        Refused("the learning rate was a cosine from 0.002 to 0 in 20 steps, 2 of them to warm up there and is a cosine from 0.002 to 0 in 30 steps, 3 of them to warm up here",
            Run("train", "shapes-classifier", "--steps", "30", "-o", At("a.onnx"), "--resume"));
        Assert.Equal(checkpoint, Bytes("a.checkpoint"));
        Assert.False(File.Exists(At("a.onnx")));

        void Refused(string difference, Result result) => Fails(4,
            $"Cannot resume from '{At("a.checkpoint")}': it is of another training: {difference}; describe the training as it was, or begin a new one without this file.", result);
    }

    private Result Train(string output, params string[] options) => Run(["train", "shapes-classifier", "--steps", "20", "-o", At(output), .. options]);

    /// <summary>The bytes of a.checkpoint, of a training that was interrupted before its first step.</summary>
    private byte[] Begun()
    {
        using var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "train", "shapes-classifier", "--steps", "20", "-o", At("a.onnx"));
        Assert.Equal((130, $"phosphene: Interrupted after step 0 of 20; '{At("a.checkpoint")}' holds it, and the same command with --resume goes on.\n"), (result.Code, result.Error));
        return Bytes("a.checkpoint");
    }
}
