using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class StudioCommandTests : CommandTests
{
    [UnixFact]
    public async Task It_tells_its_address_serves_its_page_and_ends_cleanly_with_a_signal()
    {
        foreach (string signal in (string[])["-INT", "-TERM"])
        {
            using Process process = Start("studio", "--no-browser", "--port", "0", "--json", "--state", At("s"));
            string told = await process.StandardOutput.ReadLineAsync() ?? "", line;
            while (!told.EndsWith('}') && (line = await process.StandardOutput.ReadLineAsync() ?? "}").Length > 0) told += line;
            using JsonDocument json = JsonDocument.Parse(told);
            using var client = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() });
            string address = json.RootElement.GetProperty("address").GetString()!;
            Assert.Contains("<!doctype html>", await client.GetStringAsync(address), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("embedded:shapes", await client.GetStringAsync(new Uri(new Uri(address), "/api/models")), StringComparison.Ordinal);
            Assert.Equal(Path.GetFullPath(At("s")), json.RootElement.GetProperty("state").GetString());

            using (Process kill = Process.Start("kill", [signal, $"{process.Id}"])) await kill.WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync()));
        }
    }

    [UnixFact]
    public async Task A_folder_that_another_studio_uses_is_said_and_where_that_one_is()
    {
        using Process process = Start("studio", "--no-browser", "--port", "0", "--state", At("s"));
        string told = await process.StandardOutput.ReadLineAsync() ?? "", address = told[told.IndexOf("http", StringComparison.Ordinal)..told.IndexOf('?', StringComparison.Ordinal)];
        Fails(2, $"Another studio is open on the folder '{At("s")}', at {address}. Use that one, or give another folder with --state.", Run("studio", "--no-browser", "--port", "0", "--state", At("s")));
        process.Kill();
        await process.WaitForExitAsync();
        using var interruption = new Interruption();
        interruption.Request();
        Assert.Equal(0, Run(interruption, "studio", "--no-browser", "--port", "0", "--state", At("s")).Code);
    }

    [Fact]
    public void A_port_that_is_taken_is_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Fails(2, $"Port {port} of 127.0.0.1 is taken, perhaps by another studio; give another one with --port, or 0 for any that is free.", Run("studio", "--no-browser", "--port", $"{port}", "--state", At("s")));
    }

    [Theory]
    [InlineData("--listen", "127.1", 2, "'127.1' is no address to listen at; give an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::1.")]
    [InlineData("--listen", "192.0.2.1", 2, "The studio cannot listen at 192.0.2.1, port 0: Cannot assign requested address. Give an address of this machine with --listen.")]
    [InlineData("--models", "nowhere", 4, "The folder of models 'nowhere' does not exist; check its path.")]
    public void What_it_cannot_open_with_is_said(string option, string value, int code, string sentence) =>
        Fails(code, sentence, Run("studio", "--no-browser", "--port", "0", "--state", At("s"), option, value));

    [Fact]
    public void A_model_that_cannot_be_read_is_said_at_the_start()
    {
        File.WriteAllText(At("x.onnx"), "no model");
        Result result = Run("studio", At("x.onnx"), "--no-browser", "--port", "0", "--state", At("s"));
        Assert.Equal(3, result.Code);
        Assert.Contains("x.onnx", result.Error, StringComparison.Ordinal);
    }

    private static Process Start(params string[] words) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll"), .. words])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
