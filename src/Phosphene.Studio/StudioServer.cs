using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Phosphene.Runtime.Files;
using Phosphene.Studio.Endpoints;
using Phosphene.Studio.Live;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Photos;
using Phosphene.Studio.Pictures;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Security;
using Phosphene.Studio.Storage;
using Phosphene.Studio.Streams;

namespace Phosphene.Studio;

/// <summary>A studio: the pages on which networks are explored while they are visualized, and what computes for them.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private const int MostConnections = 1_100;

    private readonly WebApplication _app;
    private readonly Gate _gate;

    private StudioServer(WebApplication app, Gate gate, int port) => (_app, _gate, Port) = (app, gate, port);

    /// <summary>The port that it listens at.</summary>
    public int Port { get; }

    /// <summary>The address to open in a browser, with the token, which is then kept in a cookie.</summary>
    public string Address => _gate.AddressWithToken(Port);

    /// <summary>All addresses of a method, as they were registered.</summary>
    internal IReadOnlyList<string> Routes(string method) => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) ?? false).Select(endpoint => endpoint.RoutePattern.RawText!)];

    /// <summary>Opens a studio.</summary>
    /// <param name="options">What with.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="OutputFileException">The state folder cannot be written.</exception>
    /// <exception cref="Syntax.UsageException">Another studio uses the state folder.</exception>
    /// <exception cref="IOException">The port is taken, or the folder of models cannot be read.</exception>
    public static async Task<StudioServer> StartAsync(StudioOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var state = new StateFolder(options.StateFolder);
        try
        {
            return await StartAsync(options, state, cancellation).ConfigureAwait(false);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private static async Task<StudioServer> StartAsync(StudioOptions options, StateFolder state, CancellationToken cancellation)
    {
        var gate = new Gate(AccessToken.Of(state.Root), options.Address);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ApiLimits.MostBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => state).AddSingleton(services => new StudioModels(options.Models, options.ModelFolder, options.Threads, services.GetRequiredService<StateFolder>()));
        builder.Services.AddSingleton<Scheduler>().AddSingleton<Hub>().AddSingleton<LiveAscents>();
        builder.Services.AddSingleton<UnitPictures>().AddSingleton<SeenPhotos>().AddSingleton<Changes>().AddSingleton<Camera>();
        WebApplication app = builder.Build();
        _ = app.Services.GetRequiredService<StateFolder>();           // first of all, so that it is let go of last
        app.Use(gate.Pass);
        app.UseStudioErrors();
        app.MapStudio();
        Hub hub = app.Services.GetRequiredService<Hub>();
        hub.Changed += app.Services.GetRequiredService<Scheduler>().Wake;
        app.Lifetime.ApplicationStopping.Register(hub.CloseAll);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        int port = new Uri(address).Port;
        state.Note(gate.AddressOf(port));
        return new StudioServer(app, gate, port);
    }

    /// <summary>Until it is stopped.</summary>
    /// <param name="cancellation">Stops it.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource();
        using CancellationTokenRegistration registration = cancellation.Register(() => stopped.TrySetResult());
        await stopped.Task.ConfigureAwait(false);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
    }

    /// <summary>Stops it, if it runs, and frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        _app.Services.GetRequiredService<Hub>().CloseAll();
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
