using System.Diagnostics;
using System.Text.Json;
using Phosphene.Runtime.Tests;

namespace Phosphene.Browser.Tests.Studio;

/// <summary>A studio in a process of its own, as the command opens it, with GoogLeNet and SqueezeNet where they are there: to be killed, and to be measured.</summary>
internal sealed class StudioProcess : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    /// <summary>The address with the token.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The address of a place of the page, with the token.</summary>
    public string At(string hash) => Address + hash;

    public static StudioProcess Open()
    {
        var studio = new StudioProcess();
        studio.Start(0);
        return studio;
    }

    /// <summary>Kills it as a power cut would.</summary>
    public void Kill()
    {
        _process!.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Opens it again, at the same port and with the same folder.</summary>
    public void StartAgain() => Start(new Uri(Address).Port);

    private void Start(int port)
    {
        string[] models = SharedData.IsPresent ? [SharedData.Path("models/bvlc_googlenet.onnx"), SharedData.Path("models/squeezenet1.1.onnx"), "--labels", SharedData.Path("models/imagenet_synset_words.txt")] : [];
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll"), "studio", .. models, "--no-browser", "--json", "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state")])
        {
            RedirectStandardOutput = true,
        })!;
        string told = "";
        while (!told.EndsWith('}') && _process.StandardOutput.ReadLine() is { } line) told += line;
        using JsonDocument json = JsonDocument.Parse(told);
        Address = json.RootElement.GetProperty("address").GetString()!;
    }

    public void Dispose()
    {
        if (_process is not null) Kill();
        _folder.Dispose();
    }
}
