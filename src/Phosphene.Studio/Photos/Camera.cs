using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Phosphene.Evidence.Responses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Syntax;

namespace Phosphene.Studio.Photos;

/// <summary>What models see in the frames of cameras. Of each camera one frame waits for its turn at most: a newer one takes its place.</summary>
internal sealed class Camera(Scheduler scheduler, SeenPhotos photos)
{
    /// <summary>The most bytes of a frame.</summary>
    public const long MostFrameBytes = 2L << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Frame> _waiting = [];

    private sealed record Frame(StudioModel Entry, string Layer, Picture Picture)
    {
        public TaskCompletionSource<(ImageResponse, double)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What a layer and the classes give for a frame.</summary>
    /// <param name="camera">Which camera: that of a page.</param>
    /// <param name="entry">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="bytes">The frame, an image file.</param>
    /// <returns>That, and how many milliseconds it took to compute.</returns>
    /// <exception cref="TooManyException">A newer frame came before its turn, or too many questions wait.</exception>
    /// <exception cref="ImageFormatException">It is no image that can be read.</exception>
    /// <exception cref="UsageException">There is no such layer.</exception>
    public async Task<(ImageResponse Response, double Milliseconds)> See(string camera, StudioModel entry, string layer, byte[] bytes)
    {
        // Decoded here, while something else is computed.
        (int height, int width) = entry.Open().UsualSize;
        using var stream = new MemoryStream(bytes, writable: false);
        var frame = new Frame(entry, layer, ImageReader.Read(stream, "the frame").Picture.Cover(height, width));
        bool isFirst;
        lock (_lock)
        {
            isFirst = !_waiting.TryGetValue(camera, out Frame? older);
            older?.Answer.TrySetException(new TooManyException("A newer frame has taken the place of this one."));
            _waiting[camera] = frame;
        }
        if (isFirst) _ = AskFor(camera);                             // not waited for: this frame may be overtaken before
        return await frame.Answer.Task.ConfigureAwait(false);
    }

    // One question serves whichever frame is the newest when its turn comes.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is passed on to who waits for the frame.")]
    private async Task AskFor(string camera)
    {
        try
        {
            await scheduler.Ask(() => Compute(Take(camera)!)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Take(camera)?.Answer.TrySetException(error);
        }
    }

    private Frame? Take(string camera)
    {
        lock (_lock) return _waiting.Remove(camera, out Frame? frame) ? frame : null;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is passed on to who waits for the frame.")]
    private void Compute(Frame frame)
    {
        try
        {
            long start = Stopwatch.GetTimestamp();
            ImageResponse response = photos.Responses(frame.Entry, frame.Layer, frame.Picture);
            frame.Answer.TrySetResult((response, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        }
        catch (Exception error)
        {
            frame.Answer.TrySetException(error);
        }
    }
}
