using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Phosphene.Pages;

namespace Phosphene.Studio.Endpoints;

/// <summary>The page, its modules and its styles. They lie in the assembly, and exactly these can be asked for: no address leads to the file system.</summary>
internal static class FileEndpoints
{
    private const string Prefix = "wwwroot/", Page = "index.html";

    private static readonly FrozenDictionary<string, (byte[] Bytes, string Type)> s_files = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && TypeOf(name) is not null)
        .ToFrozenDictionary(name => name[Prefix.Length..].Replace('\\', '/'), name => (Read(name), TypeOf(name)!), StringComparer.Ordinal);

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => File(Page));
        // Colours and fonts are those of all pages.
        routes.MapGet("/tokens.css", () => Results.Text(Stylesheet.Tokens.ToString(), "text/css", Encoding.UTF8));
        foreach (string path in s_files.Keys) routes.MapGet($"/{path}", () => File(path));
    }

    private static IResult File(string path) => Results.Bytes(s_files[path].Bytes, s_files[path].Type);

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".webmanifest" => "application/manifest+json",
        _ => null,
    };
}
