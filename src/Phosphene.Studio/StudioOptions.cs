using System.Net;
using Phosphene.Studio.Networks;

namespace Phosphene.Studio;

/// <summary>What a studio opens with.</summary>
public sealed record StudioOptions
{
    /// <summary>The models that it shows: ONNX files, or names such as "embedded:shapes", which is always there.</summary>
    public IReadOnlyList<StudioModelFile> Models { get; init; } = [];

    /// <summary>A folder whose ONNX files can be opened too; null for none.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>The folder that keeps what was dropped into the studio, how its ascents stand, and its token, so that it can be stopped at any moment and gone on with.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The address to listen at; loopback by default, where nobody but this machine reaches it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port to listen at; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The number of threads that models run on; one for each processor by default.</summary>
    public int? Threads { get; init; }

    /// <summary>What the state folder is by default: $XDG_STATE_HOME/phosphene/studio, ~/.local/state/phosphene/studio, or on Windows %LOCALAPPDATA%\phosphene\studio.</summary>
    public static string DefaultStateFolder { get; } = Path.Combine(
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state) ? state
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "phosphene", "studio");
}
