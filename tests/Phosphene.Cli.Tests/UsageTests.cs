using System.Diagnostics.CodeAnalysis;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class UsageTests : CommandTests
{
    [Fact]
    public void The_version_is_printed_alone() => Assert.Equal((0, "0.1.0\n", ""), Seen(Run("--version")));

    [Theory]
    [InlineData("'rendr' is not a command; did you mean 'render'? 'phosphene --help' tells how to use it.", "rendr")]
    [InlineData("Required command was not provided; 'phosphene --help' tells how to use it.")]
    [InlineData("Option '--output' is required; 'phosphene render --help' tells how to use it.", "render", "a.onnx", "relu:3")]
    [InlineData("Required argument 'OBJECTIVE' missing for command: 'render'; 'phosphene render --help' tells how to use it.", "render", "a.onnx", "-o", "a.png")]
    [InlineData("'--stepz' is not an option; did you mean '--steps', '--seed' or '--start'? 'phosphene render --help' tells how to use it.", "render", "a.onnx", "relu:3", "-o", "a.png", "--stepz", "3")]
    [InlineData("'more' is one argument too many; 'phosphene layers --help' tells how to use it.", "layers", "a.onnx", "more")]
    [InlineData("Required argument missing for option: '--steps'; 'phosphene render --help' tells how to use it.", "render", "a.onnx", "relu:3", "-o", "a.png", "--steps")]
    public void A_wrong_command_line_is_one_sentence_and_exit_code_2(string message, params string[] words) => Fails(2, message, Run(words));

    [Fact]
    public void A_fault_of_our_own_is_one_sentence_without_a_stack_trace()
    {
        Failure failure = Failure.Of(new InvalidOperationException("a\nb"), []);
        using var error = new StringWriter { NewLine = "\n" };
        failure.Tell(error);
        Assert.Equal((1, "phosphene: Something unexpected happened, which is a fault of Phosphene; please report it: InvalidOperationException: a b\n"), (failure.Code, error.ToString()));
    }

    [SuppressMessage("Usage", "CA2201", Justification = "It is shown, not thrown.")]
    [Theory]
    [InlineData("choose a smaller --size or --batch", "--size", "--batch", "--steps")]
    [InlineData("choose a smaller --size", "--size", "--output")]
    [InlineData("close other programs, or use a machine that has more", "--steps")]
    public void Too_little_memory_is_answered_with_the_options_that_the_command_has(string advice, params string[] options) =>
        Assert.Equal(new Failure(1, $"There is not enough memory for this; {advice}."), Failure.Of(new OutOfMemoryException(), options));

    [Fact]
    public void The_help_of_the_command_is_this() => Assert.Equal(
        """
        Description:
          Feature visualization: what a neural network sees.

        Usage:
          phosphene [command] [options]

        Options:
          -?, -h, --help  Show help and usage information
          --version       Show version information

        Commands:
          render <MODEL> <OBJECTIVE>             Make the picture that excites an objective most.
          sheet <MODEL> <LAYER>                  Make a page of many units of a model: one HTML file.
          sweep <MODEL>                          Make the pictures of all channels of a model, into a
                                                 folder that cannot be lost.
          status <DIR>                           Tell how far a sweep is, while it runs or after.
          gallery <DIR>                          Make pages of all that a sweep has made: a site to wander
                                                 in, from a disk or any web server.
          studio <MODEL>                         See and steer it live: a page in the browser on which
                                                 networks are explored while they are visualized.
          compare <MODEL> <OBJECTIVE>            Hold recipes against each other: every combination of what
                                                 the options give, with equal work, on one page with
                                                 numbers.
          interpolate <MODEL> <OBJECTIVE>        Make pictures from one objective to another.
          pairs <MODEL> <ROWS> <COLUMNS>         Make a picture of how each of some objectives acts
                                                 together with each of others: what excites both.
          facets <MODEL> <OBJECTIVE>             Make a picture of each kind of images that excite an
                                                 objective.
          zoom <MODEL> <OBJECTIVE>               Make an animation that goes ever further into a picture,
                                                 each frame drawn into the middle of the last: the zoom of
                                                 DeepDream.
          grid <MODEL> <LAYER> <IMAGE>           Make a picture of what a layer finds at each position of
                                                 an image: by default 128 steps, 64 pixels a position.
          history <DIR> <OBJECTIVE>              Make pictures of one objective over a training.
          layers <MODEL>                         List what can be visualized in a model: its layers, with
                                                 their operators and shapes.
          inspect <MODEL>                        Tell all about a model: inputs, outputs, layers with
                                                 shapes and costs, preprocessing, gradients, and what is
                                                 not supported.
          classify <MODEL> <IMAGE>               Tell which classes a model sees in images.
          attribute <MODEL> <IMAGE> <OBJECTIVE>  Tell which channels and which places of a picture an
                                                 objective comes from.
          ablate <MODEL> <UNITS>                 Tell what becomes of the classes over images without a
                                                 channel.
          transfer <MODEL> <OTHER>               Tell whether another network recognises pictures of a
                                                 model's classes.
          stability <MODEL> <UNIT>               Tell whether the picture of a unit recurs with other seeds.
          diagnose <MODEL> <LAYER>               Tell which channels of a model are dead, always on,
                                                 duplicates or not to be trusted.
          paths <MODEL> <UNIT>                   Tell whether pictures of units are processed as natural
                                                 images are.
          quality <MODEL> <PICTURE>              Tell what numbers say of pictures: against images, under
                                                 another network, after changes.
          gradients <MODEL> <IMAGE> <OBJECTIVE>  Tell how strong the gradient of an objective is in each
                                                 layer and where it has a checkerboard, and draw the
                                                 steepest directions under several metrics.
          replay <FILE.png>                      Make a picture again from the recipe that it carries, and
                                                 compare.
          evaluate <MODEL>                       Run a model on raw numbers, without preprocessing, and
                                                 write layers and gradients as NumPy files.
          import <MODEL>                         Write a model as one clean file: weights of other files
                                                 inside, functions inlined, with preprocessing, labels and
                                                 aliases.
          directions <MODEL> <LAYER>             Find directions in the activations of a layer over a
                                                 folder of images.
          examples <MODEL> <UNITS>               Find the images that excite each unit most, least and
                                                 hardly, as an index.
          statistics                             Measure the colours and frequencies of images, for
                                                 pictures that have the same.
          patches                                Take small parts of images, for pictures that are made of
                                                 the like.
          prototypes <MODEL> <LAYER>             Measure what photos of a kind have in some layers, for
                                                 pictures that have the same.
          denoiser                               Train a model that takes noise away on images, for
                                                 pictures that are as likely as those.
          bench <MODEL>                          Measure how fast a model runs here, forward and in a whole
                                                 step.
          shapes                                 Write a dataset of simple shapes in 60 classes, to train
                                                 on.
          train <MODEL>                          Train a model on the shapes, and write it as ONNX.
          demo                                   Show what a small neural network sees, without any other
                                                 file: a picture at once, then a page of experiments.

        Examples:
          phosphene demo
          phosphene layers googlenet.onnx
          phosphene render googlenet.onnx inception_4c/output:300 -o dogs.png
          phosphene classify googlenet.onnx dogs.png
          phosphene replay dogs.png

        Exit codes:
          0 done, 1 the work failed, 2 wrong usage, 3 the model cannot be read or used, 4 another input file is bad,
            5 some of many pictures failed, 75 a time limit left work, 130 stopped by Ctrl-C, 143 stopped by SIGTERM


        """, Trimmed(Run("--help").Output));

    [Fact]
    public void The_help_of_replay_is_this() => Assert.Equal(
        """
        Description:
          Make a picture again from the recipe that it carries, and compare.

        Usage:
          phosphene replay <FILE.png> [options]

        Arguments:
          <FILE.png>  A picture that 'phosphene render' wrote, or one saved from the page of 'phosphene
                      sheet'.

        Options:
          -o, --output <OUT.png>  The picture to write; FILE.replay.png by default.
          --model <MODEL>         The model; by default the file that the picture names, beside the picture
                                  or in the current folder. Its SHA-256 must be the one in the picture.
          --threads <N>           The number of threads; by default one for each processor. The result does
                                  not depend on it.
          --json                  Print one JSON document to standard output, and nothing else.
          --quiet                 No progress and no summary.
          -?, -h, --help          Show help and usage information

        Examples:
          phosphene replay dogs.png
          phosphene replay dogs.png -o again.png --model models/googlenet.onnx

        Exit codes:
          0 done, 1 the work failed, 2 wrong usage, 3 the model cannot be read or used, 4 another input file is bad,
            5 some of many pictures failed, 75 a time limit left work, 130 stopped by Ctrl-C, 143 stopped by SIGTERM


        """, Trimmed(Run("replay", "--help").Output));

    [Theory]
    [InlineData("render", "--snapshots <STEPS>")]
    [InlineData("layers", "--size <H|HxW>")]
    [InlineData("interpolate", "--align <LAYER>")]
    [InlineData("pairs", "<COLUMNS>")]
    [InlineData("facets", "--images <DIR|LIST> (REQUIRED)")]
    [InlineData("zoom", "--by <FACTOR>")]
    [InlineData("classify", "--top <N>")]
    [InlineData("attribute", "--layer <LAYER>")]
    [InlineData("ablate", "--class <CLASS>")]
    [InlineData("sweep", "--limit-time <T>")]
    [InlineData("status", "--verify")]
    [InlineData("gallery", "--title <TEXT>")]
    [InlineData("studio", "--listen <ADDRESS>")]
    [InlineData("transfer", "--classes <CLASS>")]
    [InlineData("paths", "--natural <DIR|LIST>")]
    [InlineData("quality", "--judge <MODEL>")]
    [InlineData("gradients", "--maps <FILE.png>")]
    [InlineData("directions", "--images <DIR|LIST> (REQUIRED)")]
    [InlineData("examples", "--page <FILE.html>")]
    [InlineData("statistics", "--images <DIR|LIST> (REQUIRED)")]
    [InlineData("patches", "--images <DIR|LIST> (REQUIRED)")]
    [InlineData("prototypes", "--unit <OBJECTIVE>")]
    [InlineData("denoiser", "--noise <SIGMA>")]
    [InlineData("bench", "--layer <LAYER>")]
    [InlineData("shapes", "--sheet <FILE.png>")]
    [InlineData("train", "--metrics <FILE.jsonl>")]
    public void Every_command_has_help_with_examples(string command, string option)
    {
        Result result = Run(command, "--help");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains(option, result.Output, StringComparison.Ordinal);
        Assert.Contains($"Examples:\n  phosphene {command} ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_may_begin_with_a_minus_even_where_an_option_has_its_letter()
    {
        Assert.Equal(0, Render("-conv2:3", "a.png").Code);
        Assert.Equal("-conv2:3", Provenance.Read(At("a.png")).Objective);
        Assert.StartsWith("phosphene: Option '-o' expects a single argument", Render("-output:3", "b.png").Error, StringComparison.Ordinal);
        string[] before = ["render", At("tiny.onnx"), "-o", At("b.png")];
        foreach (Result result in new[] { Run([.. before, "(-output:3)"]), Run([.. before, "--", "-output:3"]) })
            Assert.StartsWith("phosphene: Layer 'output' does not exist;", result.Error, StringComparison.Ordinal);
    }

    private static (int, string, string) Seen(Result result) => (result.Code, result.Output, result.Error);

    private static string Trimmed(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
}
