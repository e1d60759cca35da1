using System.Security.Cryptography;
using Phosphene.Models;
using Phosphene.Runtime.Onnx;
using Xunit;

namespace Phosphene.Tests.Models;

/// <summary>The models that come with Phosphene.</summary>
public sealed class EmbeddedModelTests
{
    [Fact]
    public void Its_hash_is_that_of_its_bytes()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        using Stream resource = typeof(Model).Assembly.GetManifestResourceStream("Phosphene.Models.shapes.onnx")!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(resource)), model.Sha256);
    }

    [Fact]
    public void A_model_that_does_not_exist_is_refused_with_those_that_do()
    {
        var error = Assert.Throws<ModelFormatException>(() => Model.Load("embedded:shape"));
        Assert.Equal($"There is no model 'embedded:shape'; those that come with Phosphene are {string.Join(", ", EmbeddedModels.Names)}.", error.Message);
    }

    [Fact]
    public void All_of_them_together_take_less_than_three_megabytes()
    {
        long bytes = 0;
        foreach (string name in typeof(Model).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".onnx", StringComparison.Ordinal)))
            bytes += typeof(Model).Assembly.GetManifestResourceStream(name)!.Length;
        Assert.InRange(bytes, 1, 3_000_000);
    }
}
