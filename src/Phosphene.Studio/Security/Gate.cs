using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Phosphene.Studio.Security;

/// <summary>
/// What every request has to pass, whatever it asks for. The Host must be one of the studio's own, so that no foreign name that leads here (DNS rebinding) speaks for it; an Origin must be the studio's page; the
/// token must come with the cookie, which the first visit gets for the token in its address; and what changes something must be a POST with a header of our own, which no form and no foreign page can send.
/// </summary>
/// <param name="token">The token.</param>
/// <param name="address">Where the studio listens.</param>
internal sealed class Gate(AccessToken token, IPAddress address)
{
    /// <summary>The header of every request that changes something; its value is 1.</summary>
    public const string Header = "X-Phosphene";

    // No script but our own files, no style, no frame, no form, no request to elsewhere; pictures also as they come in events and from a canvas.
    private const string ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; "
        + "manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The address in which the page gets its cookie.</summary>
    public string AddressWithToken(int port) => $"{AddressOf(port)}?token={token.Text}";

    /// <summary>The address for those who have the cookie.</summary>
    public string AddressOf(int port) => $"http://{Name(port)}/";

    private string Name(int port) => $"{(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString())}:{port}";

    /// <summary>Lets a request pass, or answers it.</summary>
    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        (HttpRequest request, HttpResponse response) = (context.Request, context.Response);
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";

        int port = context.Connection.LocalPort;
        if (!IsOwn(request.Host, port)) await Refuse(StatusCodes.Status400BadRequest, "This is a Phosphene studio, and not the site that was asked for.");
        else if (request.Headers.Origin is { Count: > 0 } origin && origin != $"{request.Scheme}://{request.Host}") await Refuse(StatusCodes.Status403Forbidden, "Only the studio's own page may ask this.");
        else if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin" && site != "none" && !IsVisit(request)) await Refuse(StatusCodes.Status403Forbidden, "Only the studio's own page may ask this.");
        else if (request.Query["token"] is { Count: > 0 } given) await Enter(given.ToString());
        else if (!token.Is(request.Cookies[CookieName(port)])) await Refuse(StatusCodes.Status403Forbidden, "Open the address that 'phosphene studio' printed in the terminal; it ends in the token that this studio asks for.");
        else if (HttpMethods.IsPost(request.Method) && request.Headers[Header] != "1") await Refuse(StatusCodes.Status403Forbidden, $"What changes something needs the header {Header}: 1.");
        else if (!HttpMethods.IsPost(request.Method) && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) await Refuse(StatusCodes.Status405MethodNotAllowed, "There are only GET and POST.");
        else await next(context);

        Task Refuse(int status, string why)
        {
            response.StatusCode = status;
            response.ContentType = "text/plain; charset=utf-8";
            headers.Connection = "close";
            return response.WriteAsync(why);
        }

        // Lax, so that a link on another site leads to the page; what else another site asks for is refused by where it comes from. The token leaves the address at once: it stands neither in the history nor in a link that is shared.
        Task Enter(string given)
        {
            if (!token.Is(given) || !HttpMethods.IsGet(request.Method)) return Refuse(StatusCodes.Status403Forbidden, "This is not the token of this studio; open the address that 'phosphene studio' printed in the terminal.");
            response.Cookies.Append(CookieName(port), token.Text, new CookieOptions { HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax, Path = "/", MaxAge = TimeSpan.FromDays(365) });
            response.StatusCode = StatusCodes.Status303SeeOther;
            headers.Location = request.Path.Value is { Length: > 0 } path && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && path.All(c => c is >= '!' and <= '~' and not '\\') ? path : "/";
            return Task.CompletedTask;
        }
    }

    // Cookies are of a host, whatever the port: two studios must not take each other's.
    private static string CookieName(int port) => $"phosphene-{port}";

    // Of somebody who follows a link to the page.
    private static bool IsVisit(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document" && request.Path == "/";

    private bool IsOwn(HostString host, int port)
    {
        if ((host.Port ?? 80) != port) return false;
        // An address in brackets is of version 6. What merely resolves to an own address, or writes it in another way, is foreign.
        string name = host.Host;
        bool isLoopback = name is "localhost" or "127.0.0.1" or "[::1]";
        if (IPAddress.IsLoopback(address)) return isLoopback;
        if (isLoopback || name.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(name.Trim('[', ']'), out IPAddress? asked) && asked.ToString() == name.Trim('[', ']') && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || asked.Equals(address));
    }
}
