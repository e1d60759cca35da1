using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Whose fault it was, told apart by the type of what was thrown.</summary>
public sealed class FailureTests
{
    public static TheoryData<Action> Faults =>
    [
        () => new float[3].AsSpan(4),                                // a span that does not reach so far
        () => _ = new Shape(2, 3)[5],
        () => _ = Enumerable.Range(0, -1),
        () => ArgumentNullException.ThrowIfNull((object?)null),
        () => _ = new Shape(-1),
        () => _ = checked(int.MaxValue + Environment.ProcessorCount),
        () => throw new ArgumentException("The arguments do not match."),
        () => throw new EndOfStreamException("Read beyond the end."),
        () => throw new KeyNotFoundException("The given key was not present."),
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_mistake_of_the_program_is_a_fault_to_report_and_exit_code_1(Action fault)
    {
        Exception error = Record.Exception(fault)!;
        Failure failure = Failure.Of(error, []);
        Assert.Equal(1, failure.Code);
        Assert.Equal($"Something unexpected happened, which is a fault of Phosphene; please report it: {error.GetType().Name}: {error.Message}", failure.Sentence);
    }

    public static TheoryData<int, Exception> Expected => new()
    {
        { 2, new UsageException("--size fits no model.") },
        { 2, new UnknownLayerException("relu1", "tiny.onnx", ["relu2"], 3) },
        { 2, new TextFormatException("A number is expected.", "0.5*", 4) },
        { 3, new ModelFormatException("It is no model.") },
        { 4, new InputFileException("Labels 'x' do not exist.") },
        { 4, new ImageFormatException("'x.png' is no picture.") },
        { 1, new OutputFileException("Cannot write 'a.png': the disk is full.") },
        { 1, new AscentDivergedException("The ascent diverged.") },
        { 1, new TrainingDivergedException(1, "The training diverged.") },
        { 1, new InsufficientMemoryException("The values take 9 TB.") },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void What_the_library_says_to_the_user_is_passed_on_as_it_is(int code, Exception error)
    {
        Failure failure = Failure.Of(error, []);
        Assert.Equal((code, error.Message), (failure.Code, failure.Sentence));
    }

    [Fact]
    public void A_text_that_cannot_be_read_is_shown_with_its_place() =>
        Assert.Equal("0.5*\n    ^", Failure.Of(new TextFormatException("A number is expected.", "0.5*", 4), []).Excerpt);

    [Fact]
    public void What_the_system_says_of_a_file_may_be_either() =>
        Assert.Equal(new Failure(1, "A file could not be read or written: Input/output error. If nothing is wrong with the file, its folder and the disk, please report it."),
            Failure.Of(new IOException("Input/output error."), []));
}
