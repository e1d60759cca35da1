using System.Text.Json;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

/// <summary>The Fourier image against values worked out in float64 by another program.</summary>
public sealed class FourierGoldenTests
{
    [Theory]
    [InlineData("32x32", 32, 32)]
    [InlineData("24x40", 24, 40)]
    [InlineData("33x31", 33, 31)]
    public void An_image_and_its_gradient_agree(string name, int height, int width)
    {
        Golden golden = Golden.Read(name);
        Assert.Equal(new Shape(2, 1, 3, height, (width + 1) / 2 + 1), golden.Spectrum.Shape);
        golden.Check(new Fourier().Image(golden.Spectrum, width));
    }

    private sealed record Golden(string Name, Tensor Spectrum, float[] Start, float[] Image, float[] Probe, JsonElement Gradients)
    {
        public static Golden Read(string name)
        {
            JsonElement entry = JsonDocument.Parse(File.ReadAllBytes(At("fourier.json"))).RootElement.GetProperty("cases").GetProperty(name);
            (Shape Shape, float[] Values) Array(string property) => NpyFile.Read(At(entry.GetProperty(property).GetString()!));
            (Shape shape, float[] start) = Array("spectrum");
            return new Golden(name, new Tensor(new Input(shape, "spectrum")), start, Array("image").Values, Array("probe").Values, entry.GetProperty("gradient_of_sum_image_times_probe"));
        }

        private static string At(string name) => Path.Combine(AppContext.BaseDirectory, "Goldens", name);

        public void Check(Tensor image)
        {
            Tensor probed = (image * Tensor.Constant(image.Shape, Probe)).Sum();
            float[][] values = Evaluate.All([image, Phosphene.Runtime.Graphs.Gradients.Of(probed, [Spectrum])[0]], (Spectrum, Start));
            Assert.Equal(Image.Length, values[0].Length);
            for (int i = 0; i < Image.Length; i++) Assert.Equal(Image[i], values[0][i], 1e-5f);

            // A gradient is a sum of about 3000 products, so its error goes with the typical gradient, not with its own size: about
            // √3000 · 2^-24 of it, 3e-6. The goldens are central differences, right to 1e-6 or so.
            double typical = Math.Sqrt(values[1].Average(g => (double)g * g));
            foreach (JsonElement sample in Gradients.EnumerateArray())
            {
                int at = 0;
                foreach ((JsonElement index, int extent) in sample.GetProperty("index").EnumerateArray().Zip(Spectrum.Shape)) at = at * extent + index.GetInt32();
                double expected = sample.GetProperty("gradient").GetDouble();
                Assert.True(Math.Abs(expected - values[1][at]) < 2e-5 * typical + 2e-5 * Math.Abs(expected), $"{Name}: gradient {at} is {values[1][at]}, should be {expected}.");
            }
        }
    }
}
