using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Units;

/// <summary>
/// Makes the pictures of many channels of a layer, several at once as the images of a batch, each with an objective of its own
/// (<see cref="Objective.Each"/>). Which channels a batch is for is an input of what is compiled, so a layer is compiled once.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="recipe">The recipe; its batch does not matter.</param>
/// <param name="batch">How many pictures are made at once, at most.</param>
public sealed class UnitRenderer(Model model, Recipe recipe, int batch = UnitRenderer.DefaultBatch)
{
    /// <summary>Enough for the processor to be busy; more would only make one wait longer for the first pictures.</summary>
    public const int DefaultBatch = 4;

    /// <summary>In how many batches channels are rendered.</summary>
    internal int BatchesOf(int channels) => (channels + batch - 1) / batch;

    /// <summary>The pictures of channels of a layer, batch by batch, each when it is asked for.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="observe">Called after each step, with the channels of the batch.</param>
    /// <param name="cancellation">Ends the sequence after the current step; the pictures of the batch that was cut off are not in it.</param>
    /// <exception cref="UsageException">The recipe or a channel does not fit the model.</exception>
    public IEnumerable<IReadOnlyList<UnitPicture>> Render(Layer layer, IReadOnlyList<int> channels, Action<IReadOnlyList<int>, AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(channels);
        if (channels.Count == 0) yield break;
        // Batches of one size, the last perhaps smaller: 10 channels by at most 8 are 5 and 5.
        int count = BatchesOf(channels.Count), size = (channels.Count + count - 1) / count;
        int[][] batches = [.. channels.Chunk(size)];
        Recipe together = recipe with { Batch = size };
        int at = 0;
        IEnumerable<Objective> objectives = batches.Select(ObjectiveOf);
        foreach (Rendering rendering in new Visualizer(model, together).RenderEach(objectives, step => observe?.Invoke(batches[at], step), cancellation))
        {
            if (cancellation.IsCancellationRequested && !rendering.IsDone) yield break;
            yield return rendering.Divergence is null || size == 1
                ? [.. batches[at].Select((channel, image) => Of(channel, image, rendering))]
                : [.. batches[at].Select(Alone)];
            at++;
        }

        Objective ObjectiveOf(int[] each) => size == 1 ? Objective.Channel(layer, each[0]) : Objective.Each([.. each.Select(channel => Objective.Channel(layer, channel))]);

        UnitPicture Of(int channel, int image, Rendering rendering) => new(layer, channel, rendering.Pictures[image], rendering.Provenances[image]) { Failure = rendering.Divergence?.Message };

        // One channel that diverges ends its batch; the others are not to suffer for it.
        UnitPicture Alone(int channel) => Of(channel, 0, new Visualizer(model, recipe with { Batch = 1 }).Render(Objective.Channel(layer, channel), cancellation: cancellation));
    }
}
