using System.Text.Json;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Runs commands in this process, in a temporary folder that goes when the test is done. The tiny model is there.</summary>
public abstract class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-cli-").FullName;

    private protected CommandTests() => File.WriteAllBytes(At("tiny.onnx"), TinyModel.Bytes());

    /// <summary>Deletes the folder.</summary>
    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected sealed record Result(int Code, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }

    /// <summary>The path of a file in the folder.</summary>
    private protected string At(string name) => Path.Combine(_folder, name);

    private protected string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    private protected byte[] Bytes(string name) => File.ReadAllBytes(At(name));

    private protected Picture Picture(string name) => Images.Picture.Load(At(name));

    /// <summary>The names of the files in the folder, without the model.</summary>
    private protected string[] Files() => [.. Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)!).Where(name => !name.EndsWith(".onnx", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private protected static Result Run(params string[] words) => Run(new Interruption(), words);

    private protected static Result Run(Interruption interruption, params string[] words)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = CommandLine.Run(words, new Terminal(output, error, interruption));
        return new Result(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command before a screen that standard error goes to, and does something when a text is first shown there.</summary>
    private protected static (Result Result, Screen Screen) RunOnScreen(string text, Action shown, Interruption interruption, params string[] words)
    {
        using StringWriter output = new() { NewLine = "\n" };
        var screen = new Screen(text, shown);
        int code = CommandLine.Run(words, new Terminal(output, screen, interruption) { ErrorScreen = screen.Open });
        return (new Result(code, output.ToString(), ""), screen);
    }

    /// <summary>Renders with the tiny model; 24 x 32 pixels, three steps and no transforms where the options do not say otherwise.</summary>
    private protected Result Render(string objective, string output, params string[] options)
    {
        string[][] usual = [["--size", "24x32"], ["--steps", "3"], ["--transforms", "none"]];
        return Run(["render", At("tiny.onnx"), objective, "-o", At(output), .. options, .. usual.Where(option => !options.Contains(option[0])).SelectMany(option => option)]);
    }

    /// <summary>A run that fails: nothing on standard output, one line on standard error.</summary>
    private protected static void Fails(int code, string message, Result result)
    {
        Assert.Equal(("", $"phosphene: {message}\n"), (result.Output, result.Error));
        Assert.Equal(code, result.Code);
    }
}
