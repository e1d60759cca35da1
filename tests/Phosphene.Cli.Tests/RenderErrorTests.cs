using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class RenderErrorTests : CommandTests
{
    [Fact]
    public void A_missing_model_is_named() =>
        Fails(3, $"'{At("no.onnx")}' does not exist; check the path of the model.", Run("render", At("no.onnx"), "relu2:7", "-o", At("a.png")));

    [Fact]
    public void A_file_that_is_no_model_is_named()
    {
        Write("text.onnx", "this is a text, not a model\n"u8.ToArray());
        Result result = Run("render", At("text.onnx"), "relu2:7", "-o", At("a.png"));
        Assert.Equal((3, ""), (result.Code, result.Output));
        Assert.Matches(@"^phosphene: .*text\.onnx.*\n$", result.Error);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_truncated_model_is_named(double share)
    {
        byte[] model = TinyModel.Bytes();
        Write("cut.onnx", model[..(int)(model.Length * share)]);
        Result result = Run("render", At("cut.onnx"), "relu2:7", "-o", At("a.png"));
        Assert.Equal((3, ""), (result.Code, result.Output));
        Assert.Matches(@"^phosphene: .*cut\.onnx.*\n$", result.Error);
    }

    [Fact]
    public void An_operator_that_is_not_supported_is_named()
    {
        Write("bessel.onnx", TinyModel.Bytes(unsupported: true));
        Fails(3, $"'{At("bessel.onnx")}': operator Bessel (ai.onnx, version 13) of node 'bessel_node' is not supported; the model has 1 such node, so choose a layer before it or export the model without this operator.",
            Run("render", At("bessel.onnx"), "bessel:7", "-o", At("a.png"), "--size", "24"));
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_named()
    {
        Write("nan.onnx", TinyModel.Bytes(nan: true));
        Fails(3, $"'{At("nan.onnx")}': weight 'w2' [20, 16, 3, 3] holds NaN at index 1234, where finite float32 numbers are expected; export or train the model again.",
            Run("render", At("nan.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24"));
    }

    [Fact]
    public void Metadata_that_cannot_be_used_is_the_models_fault()
    {
        Write("odd.onnx", TinyModel.Bytes(metadata: [("phosphene.preprocessing", "%%%%%%%%%%%%")]));
        Result result = Run("render", At("odd.onnx"), "relu2:7", "-o", At("a.png"));
        Assert.Equal(3, result.Code);
        Assert.StartsWith($"phosphene: Model '{At("odd.onnx")}', metadata phosphene.preprocessing: Preprocessing '%%%%%%%%%%%%' is not known. Use one of", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_layer_offers_the_nearest() =>
        Fails(2, $"Layer 'relu3' does not exist; did you mean 'relu1' or 'relu2'? 'phosphene layers --all {At("tiny.onnx")}' lists all 8.", Render("relu3:7", "a.png"));

    [Theory]
    [InlineData("relu2:20", "Layer 'relu2' has channels 0 to 19; there is no channel 20.")]
    [InlineData("relu2:7@9,0", "Layer 'relu2' has 9 x 13 positions (y 0 to 8, x 0 to 12); there is no position 9,0.")]
    [InlineData("flat:7@0,0", "Layer 'flat' is [1, 20] and has no positions; use 'flat:7'.")]
    [InlineData("direction(relu2, 1, 2)", "A direction in layer 'relu2' [1, 20, 9, 13] needs 20 numbers; got 2.")]
    [InlineData("logit(20)", "The model has classes 0 to 19; there is no class 20.")]
    [InlineData("logit(goldfish)", "Class 'goldfish' cannot be looked up: the model comes without labels. Give a number from 0 to 19, or labels with --labels FILE.")]
    public void What_a_layer_does_not_have_is_answered_with_what_it_has(string objective, string message) => Fails(2, message, Render(objective, "a.png"));

    [Fact]
    public void A_bad_objective_is_pointed_at() =>
        Fails(2, "There is no objective 'deepdrem'; did you mean 'deepdream'?\n  relu2:7 + deepdrem(relu1)\n            ^", Render("relu2:7 + deepdrem(relu1)", "a.png"));

    [Fact]
    public void A_bad_pipeline_is_pointed_at() =>
        Fails(2, "There is no transform 'jiter'; did you mean 'jitter'?\n  pad(4)|jiter(4)\n         ^", Render("relu2:7", "a.png", "--transforms", "pad(4)|jiter(4)"));

    [Fact]
    public void An_image_that_is_too_small_for_the_model_is_the_users_to_change()
    {
        Result result = Render("relu2:7", "a.png", "--size", "5");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.EndsWith("; the size is 5x5, and --size changes it.\n", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void An_image_that_is_too_small_for_a_transform_is_answered_with_both_sizes() =>
        Fails(2, "jitter(24) needs an image of more than 24 pixels on both sides; got 24 x 32 (height x width).", Render("relu2:7", "a.png", "--transforms", "jitter(24)"));

    [Fact]
    public void A_missing_output_folder_is_found_before_the_work() =>
        Fails(2, $"Cannot write '{At("no/a.png")}': the folder '{At("no")}' does not exist; create it or choose another.", Render("relu2:7", "no/a.png"));

    [Fact]
    public void An_output_folder_that_is_a_file_is_found_before_the_work() =>
        Fails(2, $"Cannot write '{At("tiny.onnx/a.png")}': '{At("tiny.onnx")}' is a file, not a folder; choose another.", Render("relu2:7", "tiny.onnx/a.png"));

    [Fact]
    public void An_output_that_is_a_folder_is_found_before_the_work()
    {
        Directory.CreateDirectory(At("a.png"));
        Fails(2, $"Cannot write '{At("a.png")}': it is a folder; give the name of a file in it.", Render("relu2:7", "a.png"));
    }

    // /proc takes none, not even from root.
    [LinuxFact]
    public void An_output_folder_that_takes_no_files_is_found_before_the_work()
    {
        Result result = Run("render", At("tiny.onnx"), "relu2:7", "-o", "/proc/a.png");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith("phosphene: Cannot write '/proc/a.png': no file can be created in '/proc' (", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a")]
    [InlineData(".png")]
    public void An_output_that_is_no_png_is_refused(string name) =>
        Fails(2, $"'{At(name)}' is not the name of a PNG file; pictures are written as PNG, so give a name that ends in .png.", Render("relu2:7", name));

    [Fact]
    public void Labels_that_cannot_be_read_are_named()
    {
        File.WriteAllText(At("empty.txt"), "\n\n");
        Fails(4, $"Labels '{At("empty.txt")}' is empty; a text file with one label a line is expected.", Render("logit(a)", "a.png", "--labels", At("empty.txt")));
        Assert.Equal(4, Render("logit(a)", "a.png", "--labels", At("no.txt")).Code);
    }

    [Fact]
    public void A_bad_sidecar_is_named()
    {
        File.WriteAllText(At("tiny.phosphene.json"), "{ \"labls\": [] }");
        Fails(4, $"Sidecar '{At("tiny.phosphene.json")}' has an unknown entry 'labls'; 'preprocessing' and 'labels' are known.", Render("relu2:7", "a.png"));
    }

    [Fact]
    public void An_ascent_that_diverges_fails()
    {
        Write("huge.onnx", TinyModel.Bytes(huge: true));
        Result result = Run("render", At("huge.onnx"), "conv2:7", "-o", At("a.png"), "--size", "24", "--steps", "3", "--transforms", "none");
        Assert.Equal(1, result.Code);
        Assert.Matches(@"^phosphene: The (objective|gradient of) 'conv2:7' .*; try a smaller learning rate or another seed\. No step was done, so nothing was written\.\n$", result.Error);
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("--snapshots", "4", "An integer, 1 to 3, is expected for a step to keep the picture of; 4 is outside.\n  4\n  ^")]
    [InlineData("--snapshots", "1,,2", "An integer, 1 to 3, is expected for a step to keep the picture of; found ','.\n  1,,2\n    ^")]
    [InlineData("--parameterization", "furier()", "There is no parameterization 'furier'; did you mean 'fourier'?\n  furier()\n  ^")]
    [InlineData("--optimizer", "adam(rat: 0.1)", "adam( has no parameter 'rat'; did you mean 'rate'?\n  adam(rat: 0.1)\n       ^")]
    [InlineData("--penalty", "0.5*tv", "'tv' is a layer without a channel; a word is written with its arguments, tv(...).\n  0.5*tv\n      ^")]
    [InlineData("--display", "1,2", "A picture shows three channels, as in 3,2,1, one, as in 7, or all; the third is missing.\n  1,2\n     ^")]
    [InlineData("--preset", "distil", "There is no preset 'distil'; did you mean 'distill'? there are distill, lucid, swift, deepdream, lucent, captum, xplique, maco, keras-vis, dgn-am, naive.")]
    [InlineData("--preset", "best", "There is no preset 'best'; there are distill, lucid, swift, deepdream, lucent, captum, xplique, maco, keras-vis, dgn-am, naive.")]
    [InlineData("--preprocess", "cafe", "Preprocessing 'cafe' is not known; did you mean 'caffe'? Use one of caffe, imagenet, signed, inception, unit, or a formula such as bgr*255-(104,117,123), rgb-(0.485,0.456,0.406)/(0.229,0.224,0.225) or grey-(0.13)/(0.31).\n  cafe\n  ^")]
    [InlineData("--steps", "0", "--steps is an integer from 1 to 10000000; got '0'; 'phosphene render --help' tells how to use it.")]
    [InlineData("--size", "0x5", "An integer, 1 to 16384, is expected for the height of the size; 0 is outside; 'phosphene render --help' tells how to use it.\n  0x5\n  ^")]
    [InlineData("--batch", "x", "--batch is an integer from 1 to 1024; got 'x'; 'phosphene render --help' tells how to use it.")]
    [InlineData("--seed", "-1", "--seed is an integer from 0 to 18446744073709551615; got '-1'; 'phosphene render --help' tells how to use it.")]
    [InlineData("--lr", "0", "--lr is a number above 0, up to 1000; got '0'; 'phosphene render --help' tells how to use it.")]
    [InlineData("--threads", "0", "--threads is an integer from 1 to 1024; got '0'; 'phosphene render --help' tells how to use it.")]
    public void A_bad_option_is_answered_with_what_is_expected(string option, string value, string message)
    {
        string[] words = ["render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), option, value];
        Fails(2, message, Run(option == "--steps" ? words : [.. words, "--steps", "3"]));
    }
}
