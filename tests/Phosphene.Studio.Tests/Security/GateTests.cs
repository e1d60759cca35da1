using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Studio.Tests.Security;

/// <summary>Who gets in, and who does not.</summary>
public sealed class GateTests : StudioTests
{
    private string Token => Server.Address[^64..];

    private string Cookie => $"phosphene-{Server.Port}={Token}";

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:{port}")]
    [InlineData("localhost.evil.example:{port}")]
    [InlineData("127.0.0.1.evil.example:{port}")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433:{port}")]
    [InlineData("0x7f.0.0.1:{port}")]
    [InlineData("0177.0.0.1:{port}")]
    [InlineData("127.1:{port}")]
    [InlineData("127.0.0.2:{port}")]
    [InlineData("0.0.0.0:{port}")]
    [InlineData("[::ffff:127.0.0.1]:{port}")]
    [InlineData("[::]:{port}")]
    [InlineData("localhost.:{port}")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_foreign_host_is_refused(string? host) =>
        Assert.Equal(400, await Status("GET", "/", host?.Replace("{port}", $"{Server.Port}", StringComparison.Ordinal), $"Cookie: {Cookie}"));

    [Theory]
    [InlineData("127.0.0.1:{port}")]
    [InlineData("localhost:{port}")]
    [InlineData("[::1]:{port}")]
    public async Task Its_own_names_are_let_in(string host) =>
        Assert.Equal(200, await Status("GET", "/", host.Replace("{port}", $"{Server.Port}", StringComparison.Ordinal), $"Cookie: {Cookie}"));

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://127.0.0.1:{port}")]
    [InlineData("http://localhost:{port}")]                          // another name than that of the request
    [InlineData("file://")]
    [InlineData("")]
    public async Task A_foreign_origin_is_refused(string origin)
    {
        origin = origin.Replace("{port}", $"{Server.Port}", StringComparison.Ordinal);
        foreach (string method in (string[])["GET", "POST"])
            foreach (string path in (string[])["/", "/api/models", "/api/events?page=12345678", $"/?token={Token}"])
                Assert.Equal(403, await Status(method, path, Own, $"Cookie: {Cookie}", $"Origin: {origin}", "X-Phosphene: 1", "Content-Length: 0"));
    }

    [Fact]
    public async Task Its_own_origin_and_none_are_let_in()
    {
        Assert.Equal(200, await Status("GET", "/api/models", Own, $"Cookie: {Cookie}", $"Origin: http://{Own}"));
        Assert.Equal(200, await Status("GET", "/api/models", Own, $"Cookie: {Cookie}"));
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task What_a_browser_says_comes_from_elsewhere_is_refused(string site, int status) =>
        Assert.Equal(status, await Status("GET", "/api/models", Own, $"Cookie: {Cookie}", $"Sec-Fetch-Site: {site}"));

    [Fact]
    public async Task A_link_on_a_foreign_page_leads_to_the_page_alone()
    {
        string[] visit = [$"Cookie: {Cookie}", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
        Assert.Equal(200, await Status("GET", "/", Own, visit));
        Assert.Equal(403, await Status("GET", "/api/models", Own, visit));
        Assert.Equal(403, await Status("POST", "/", Own, [.. visit, "X-Phosphene: 1", "Content-Length: 0"]));
        Assert.Equal(403, await Status("GET", "/", Own, [.. visit[..3], "Sec-Fetch-Dest: iframe"]));
    }

    [Fact]
    public async Task Without_the_token_nothing_is_to_be_had()
    {
        string wrong = new('0', 64), almost = Token[..63] + (Token[63] == '0' ? '1' : '0');
        foreach (string path in (string[])["/", "/api/models", "/api/events?page=12345678", "/main.js", "/nothing"])
        {
            Assert.Equal(403, await Status("GET", path, Own));
            Assert.Equal(403, await Status("GET", path, Own, $"Referer: http://{Own}/?token={Token}"));
            foreach (string other in (string[])[wrong, almost, Token[..63], Token + "0", "", Token.ToUpperInvariant() + "x"])
                Assert.Equal(403, await Status("GET", path, Own, $"Cookie: phosphene-{Server.Port}={other}"));
            Assert.Equal(403, await Status("GET", path, Own, $"Cookie: phosphene-1={Token}"));
            Assert.Equal(403, await Status("GET", $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}token={almost}", Own, $"Cookie: {Cookie}"));
        }
    }

    [Fact]
    public async Task The_token_in_the_address_becomes_a_cookie_and_leaves_the_address()
    {
        string answer = await Answer("GET", $"/?token={Token}", Own);
        Assert.StartsWith("HTTP/1.1 303", answer, StringComparison.Ordinal);
        Assert.Contains("Location: /\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"Set-Cookie: {Cookie}; max-age=31536000; path=/; samesite=lax; httponly\r\n", answer, StringComparison.Ordinal);
        foreach (string path in (string[])["//evil.example", "/\\evil.example", "/%0d%0aX:y"])
            Assert.Contains("Location: /\r\n", await Answer("GET", $"{path}?token={Token}", Own), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_somebody_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows()) return;
        string folder = Directory.CreateDirectory(Path.Combine(StateFolder, "mine")).FullName;
        UnixFileMode before = File.GetUnixFileMode(folder);
        await using StudioServer other = await StudioServer.StartAsync(new StudioOptions { StateFolder = folder });
        Assert.Equal(before, File.GetUnixFileMode(folder));
    }

    [Fact]
    public async Task What_changes_something_needs_the_header_and_a_post()
    {
        Assert.Equal(403, await Status("POST", "/api/visibility", Own, $"Cookie: {Cookie}", "Content-Length: 0"));
        Assert.Equal(403, await Status("POST", "/api/visibility", Own, $"Cookie: {Cookie}", "X-Phosphene: 2", "Content-Length: 0"));
        foreach (string method in (string[])["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECTED", "PROPFIND"])
            Assert.Equal(405, await Status(method, "/api/models", Own, $"Cookie: {Cookie}", "X-Phosphene: 1", "Content-Length: 0"));
    }

    [Fact]
    public async Task Every_answer_carries_the_policy()
    {
        foreach (string path in (string[])["/", "/api/models", "/nothing"])
        {
            using HttpResponseMessage response = await Client.GetAsync(path);
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void The_token_is_readable_to_its_owner_alone()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(StateFolder, "token")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(StateFolder));
    }

    [Fact]
    public async Task The_token_stays_from_start_to_start_and_is_another_in_another_folder()
    {
        string token = Token;
        await Restart();
        Assert.Equal(token, Token);
        await using StudioServer other = await StudioServer.StartAsync(new StudioOptions { StateFolder = Path.Combine(StateFolder, "other") });
        Assert.NotEqual(token, other.Address[^64..]);
    }

    private string Own => $"127.0.0.1:{Server.Port}";

    private async Task<int> Status(string method, string path, string? host, params string[] headers) => int.Parse((await Answer(method, path, host, headers))[9..12], System.Globalization.CultureInfo.InvariantCulture);

    // Written to the socket, so that nothing mends it on the way.
    private async Task<string> Answer(string method, string path, string? host, params string[] headers)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
        await using NetworkStream stream = socket.GetStream();
        string request = $"{method} {path} HTTP/1.1\r\n{(host is null ? "" : $"Host: {host}\r\n")}{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new StringBuilder();
        var part = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(part, limit.Token) is > 0 and var read) answer.Append(Encoding.ASCII.GetString(part, 0, read));
        return answer.ToString();
    }
}
