using Phosphene.Runtime.Onnx;
using TorchSharp;

namespace Phosphene.Peers;

/// <summary>
/// The network in libtorch, operator by operator as PyTorch's users run it; weights are frozen. Numbers lie in memory channel by channel, as they do unless one asks
/// for another order, or with the channels of a pixel side by side ("channels last"), which PyTorch's guides recommend for convolutions.
/// </summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly TorchNetwork _network;
    private readonly torch.Tensor _image;

    public TorchPeer(Work work, bool channelsLast)
    {
        torch.set_num_threads(work.Threads);
        using OnnxModel onnx = OnnxModel.Open(work.Model);
        _network = new TorchNetwork(onnx, work.Layer, channelsLast);
        _image = TorchOperators.Ordered(torch.tensor(work.Image(), work.ImageShape), channelsLast).requires_grad_();
    }

    /// <summary>Forward, and the gradient of channel 0's mean with respect to the image.</summary>
    public void Step() => StepOnce().Dispose();

    /// <summary>Forward, with nothing kept for a gradient.</summary>
    public void Forward() => ForwardOnce().Dispose();

    public float[] Layer()
    {
        using torch.Tensor layer = ForwardOnce();
        return layer.data<float>().ToArray();
    }

    public float[] Gradient()
    {
        using torch.Tensor gradient = StepOnce();
        return gradient.data<float>().ToArray();
    }

    public void Dispose()
    {
        _image.Dispose();
        _network.Dispose();
    }

    private torch.Tensor StepOnce()
    {
        using torch.Tensor layer = _network.Run(_image), channel = layer.select(1, 0), mean = channel.mean();
        return torch.autograd.grad([mean], [_image])[0];
    }

    private torch.Tensor ForwardOnce()
    {
        using IDisposable nothingKept = torch.no_grad();
        return _network.Run(_image);
    }
}
