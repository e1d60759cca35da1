using Phosphene.Runtime.Graphs;

namespace Phosphene.Parameterizations;

/// <summary>A parameterization of which every image of a batch starts as the only image of a batch of one does.</summary>
/// <param name="Lone">What makes the images.</param>
internal sealed record Repeated(IParameterization Lone) : IParameterization
{
    /// <summary>Whether the images of a batch have nothing in common and draw nothing that is random, so that each is what it would be alone.</summary>
    public static bool Keeps(ParameterizedImage image) => image.Random.IsEmpty && image.Parameters.All(parameter => parameter.BatchAxis is not null);

    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ParameterizedImage batch = Lone.Build(image, seed);
        try
        {
            using ParameterizedImage lone = Lone.Build(image.With(0, 1), seed);
            foreach ((ImageParameter to, ImageParameter from) in batch.Parameters.Zip(lone.Parameters)) Repeat(from.Parameter.Values, to, image.Batch);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private static void Repeat(ReadOnlySpan<float> lone, ImageParameter to, int images)
    {
        int run = new Shape(to.Values.Shape.Extents[(to.BatchAxis!.Value + 1)..]).Count;             // of one image without a break
        Span<float> values = to.Parameter.Values;
        for (int at = 0; at < values.Length; at += run)
            lone.Slice(at / (run * images) * run, run).CopyTo(values.Slice(at, run));
    }

    public IParameterization WideEnoughFor(ReadOnlySpan<float> image) => new Repeated(Lone.WideEnoughFor(image));

    public IParameterization Pinned() => new Repeated(Lone.Pinned());

    public IParameterization FoundFrom(string folder) => new Repeated(Lone.FoundFrom(folder));
}
