using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>
/// The channels that an objective looks at, as inputs of a plan: for another channel of the same layer the plan need not be compiled anew.
/// </summary>
internal sealed class ChannelNumbers
{
    private readonly List<(Tensor Input, int[] Channels)> _inputs = [];

    /// <summary>An input [N] for the channel of each image.</summary>
    public Tensor Add(int[] channels)
    {
        var input = new Tensor(new Input(new Shape(channels.Length), $"channels {_inputs.Count}"));
        _inputs.Add((input, channels));
        return input;
    }

    /// <summary>Takes over the channels of another objective of the same form.</summary>
    public void CopyFrom(ChannelNumbers other)
    {
        for (int i = 0; i < _inputs.Count; i++) _inputs[i] = (_inputs[i].Input, other._inputs[i].Channels);
    }

    /// <summary>Gives a plan the numbers.</summary>
    public void Set(Plan plan)
    {
        foreach ((Tensor input, int[] channels) in _inputs)
        {
            Span<float> numbers = plan.Input(input);
            for (int n = 0; n < numbers.Length; n++) numbers[n] = channels[n];
        }
    }
}
