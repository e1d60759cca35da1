using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// Which channels of a layer, and which places in it, an objective owes its value on a picture to: gradient times activation, a·∂objective/∂a, which for each
/// channel and position is what the objective would lose, to first order, were that activation 0. For an objective on the layer itself it is the objective, spread over the picture.
/// Source: Olah et al., The building blocks of interpretability, 2018.
/// </summary>
public sealed class Attribution
{
    private readonly float[] _activations, _contributions;           // [channels, height, width]

    private Attribution(string layer, float value, Shape shape, float[] activations, float[] contributions)
    {
        (Layer, Value, _activations, _contributions) = (layer, value, activations, contributions);
        (Height, Width) = shape.Rank == 4 ? (shape.Height, shape.Width) : (1, 1);
        Channels = [.. Enumerable.Range(0, shape.Channels).Select(Of).OrderByDescending(channel => Math.Abs(channel.Contribution)).ThenBy(channel => channel.Channel)];
    }

    /// <summary>The layer, by its name or alias.</summary>
    public string Layer { get; }

    /// <summary>The objective on the picture.</summary>
    public float Value { get; }

    /// <summary>The rows of positions of the layer; 1 if it has none.</summary>
    public int Height { get; }

    /// <summary>The columns of positions of the layer; 1 if it has none.</summary>
    public int Width { get; }

    /// <summary>All channels, those that matter most first.</summary>
    public ImmutableArray<ChannelAttribution> Channels { get; }

    /// <summary>What each position contributes, summed over channels: [Height, Width].</summary>
    public IReadOnlyList<float> Positions
    {
        get
        {
            int positions = Height * Width;
            var sums = new float[positions];
            for (int i = 0; i < positions; i++)
            {
                double sum = 0;
                for (int at = i; at < _contributions.Length; at += positions) sum += _contributions[at];
                sums[i] = (float)sum;
            }
            return sums;
        }
    }

    /// <summary>Attributes an objective on a picture to a layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="picture">The picture, brought to the size of the model as <see cref="Picture.Cover"/> does.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="layer">The layer, by its name or alias; by default the last one with several positions that the objective depends on.</param>
    /// <exception cref="UsageException">The objective does not depend on the layer, or something does not fit.</exception>
    public static Attribution Of(Model model, Picture picture, Objective objective, string? layer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(objective);
        (int height, int width) = model.UsualSize;
        var colours = new Tensor(new Input(new Shape(1, 3, height, width), "picture"));
        AttributionGraph graph = AttributionGraph.Of(model, model.Input.FromColours(colours), objective, layer);
        using Plan plan = model.Backend.Compile([graph.Values, graph.Activations, graph.Contributions]);
        picture.Cover(height, width).ToPlanar(plan.Input(colours));
        plan.Run();
        return new Attribution(graph.Layer, plan.Output(graph.Values)[0], graph.Activations.Shape, plan.Output(graph.Activations).ToArray(), plan.Output(graph.Contributions).ToArray());
    }

    /// <summary>
    /// Where in the picture the objective comes from: the positions' contributions laid over the picture in grey, red where they add to the objective and blue where they take from it.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <param name="height">The height of the result, by default that of the model's images.</param>
    /// <param name="width">The width of the result.</param>
    public Picture HeatMap(Picture picture, int height = 224, int width = 224)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Images.HeatMap.Over(picture.Cover(height, width), Positions, Height, Width);
    }

    private ChannelAttribution Of(int channel)
    {
        int positions = Height * Width;
        double activation = 0, contribution = 0;
        for (int i = channel * positions; i < (channel + 1) * positions; i++)
        {
            activation += _activations[i];
            contribution += _contributions[i];
        }
        return new ChannelAttribution(channel, (float)(activation / positions), (float)contribution);
    }
}

/// <summary>What a channel contributes to an objective on a picture.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Activation">Its mean activation over positions.</param>
/// <param name="Contribution">The sum over positions of activation times gradient.</param>
public sealed record ChannelAttribution(int Channel, float Activation, float Contribution);
