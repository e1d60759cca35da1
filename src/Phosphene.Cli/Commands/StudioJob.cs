using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Phosphene.Models;
using Phosphene.Studio;
using Phosphene.Studio.Networks;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>Runs a studio until it is interrupted.</summary>
/// <param name="Terminal">Where it tells its address, and what interrupts it.</param>
internal sealed record StudioJob(Terminal Terminal)
{
    private const int PortsTried = 20;

    public required StudioOptions Options { get; init; }

    /// <summary>Whether another port will do where the one asked for is taken.</summary>
    public bool TakesAnyPort { get; init; }

    public bool OpensBrowser { get; init; }

    public bool Json { get; init; }

    public int Run()
    {
        // What is wrong with a model is told now, and not when somebody clicks on it.
        foreach (StudioModelFile file in Options.Models)
        {
            using Model model = Model.Load(file.Path, file.Options);
            if (CommonOptions.PreprocessingDoubt(model, "what is shown") is { } doubt) Terminal.Warn($"'{file.Path}': {doubt}");
        }
        if (Options.ModelFolder is { } folder && !Directory.Exists(folder)) throw new InputFileException($"The folder of models '{folder}' does not exist; check its path.");
        return RunAsync().GetAwaiter().GetResult();
    }

    private async Task<int> RunAsync()
    {
        await using StudioServer server = await StartAsync().ConfigureAwait(false);
        if (Json) JsonOutput.Write(Terminal.Output, new JsonObject { ["address"] = server.Address, ["port"] = server.Port, ["state"] = Path.GetFullPath(Options.StateFolder) });
        else Terminal.Output.WriteLine($"The studio is open at {server.Address}\nCtrl-C ends it; what runs then goes on the next time.");
        if (!IPAddress.IsLoopback(Options.Address))
            Terminal.Warn("It listens beyond this machine: whoever has this address can use it, and what goes over the network is not encrypted. Give the address to nobody else; without the token in it nobody gets in.");
        Terminal.Output.Flush();
        if (OpensBrowser) Open(server.Address);
        await server.RunAsync(Terminal.Interruption.Token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private async Task<StudioServer> StartAsync()
    {
        for (int attempt = 0; ; attempt++)
        {
            int port = Options.Port == 0 ? 0 : Options.Port + attempt;
            try
            {
                return await StudioServer.StartAsync(Options with { Port = port }).ConfigureAwait(false);
            }
            catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                if (!TakesAnyPort || attempt == PortsTried || port == 65_535) throw new UsageException($"Port {port} of {Options.Address} is taken, perhaps by another studio; give another one with --port, or 0 for any that is free.");
            }
            catch (System.Net.Sockets.SocketException error)
            {
                throw new UsageException($"The studio cannot listen at {Options.Address}, port {port}: {error.Message}. Give an address of this machine with --listen.");
            }
        }
    }

    // Where there is a desktop; elsewhere the printed address is all that is needed.
    private static void Open(string address)
    {
        try
        {
            if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null) return;
            Process.Start(new ProcessStartInfo(address) { UseShellExecute = true })?.Dispose();
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or PlatformNotSupportedException or InvalidOperationException)
        {
            // There is no browser to open.
        }
    }
}
