using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

/// <summary>Objectives that compare a layer with what a photo gives in it.</summary>
public sealed class PhotoObjectiveTests : IDisposable
{
    // Two channels of 1 x 2 positions: (1, 3) and (2, 4) in the image, (1, 3) and (2, 2) in the photo.
    private static readonly Shape Layer = new(1, 2, 1, 2);

    private static readonly float[] Seen = [1, 2, 3, 4], Photo = [1, 2, 3, 2];

    private static readonly ImageReference Reference = new("photo.png");

    private readonly TinyModel _tiny = new();

    public void Dispose() => _tiny.Dispose();

    public static TheoryData<string, double> Values => new()
    {
        { "invert(a, photo.png)", -4 / 18.0 },                                       // (4 - 2)² of 1 + 4 + 9 + 4
        { "caricature(a, photo.png)", (1 + 4 + 9 + 8) / 2.0 },
        { "caricature(a, photo.png, power: 2)", 11 * 22 * 22 / (30.0 * 18) },        // the cosine is 22 / √(30 · 18)
        { "style(a, photo.png)", -(0 + 4 + 4 + 36) / 73.0 },                         // (2.5, 5.5, 5.5, 12.5) and (2.5, 3.5, 3.5, 6.5)
        { "guide(a, photo.png)", (10 + 14) / 2.0 },                                  // 10 and 8, 14 and 12
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_what_is_worked_out_by_hand(string text, double expected) =>
        Assert.Equal(expected, Evaluate.Of(Built(text, Input(), Photo))[0], 1e-5);

    [Theory]
    [MemberData(nameof(Values))]
    public void The_gradient_agrees_with_central_differences(string text, double value)
    {
        _ = value;
        Shape shape = new(2, 3, 2, 5);
        var seen = new Tensor(new Input(shape, "seen"));
        float[] x = Evaluate.Numbers(shape.Count, 1, 0.2, 1.5), photo = Evaluate.Numbers(30, 2, 0.2, 1.5), probe = [1, -0.7f];
        Tensor built = ((PhotoObjective)Objective.Parse(text)).Build(seen, Tensor.Constant(new Shape(1, 3, 2, 5), photo)).Reshape(new Shape(2));
        Tensor total = (built * Tensor.Constant(new Shape(2), probe)).Sum(), gradient = Gradients.Of(total, [seen])[0];
        float[] found = Evaluate.Of(gradient, (seen, x));
        for (int at = 0; at < x.Length; at += 7)
        {
            double difference = (Moved(at, 1e-2f) - Moved(at, -1e-2f)) / 2e-2;
            Assert.Equal(difference, found[at], 2e-3 * Math.Max(1, Math.Abs(difference)));
        }

        double Moved(int at, float step)
        {
            float[] moved = [.. x];
            moved[at] += step;
            return Evaluate.Of(total, (seen, moved))[0];
        }
    }

    [Fact]
    public void A_caricature_that_turns_away_keeps_a_tenth_of_the_cosine() =>
        Assert.Equal(-11 * 0.01, Evaluate.Of(Built("caricature(a, photo.png, power: 2)", Input(), [.. Photo.Select(value => -value)]))[0], 1e-5);

    [Fact]
    public void A_layer_without_positions_is_compared_too()
    {
        var seen = Tensor.Constant(new Shape(2, 3), 1, 2, 3, 3, 2, 1);
        Tensor photo = Tensor.Constant(new Shape(1, 3), 1, 1, 2);
        Assert.Equal([9, 7], Evaluate.Of(new CaricatureObjective("a", Reference, 0).Build(seen, photo).Reshape(new Shape(2))));
        Assert.Equal([9, 7], Evaluate.Of(new GuideObjective("a", Reference).Build(seen, photo).Reshape(new Shape(2))));
    }

    [Fact]
    public void A_photo_against_itself_is_inverted_and_has_its_style()
    {
        using Model model = _tiny.Load();
        string path = SavePhoto();
        var image = Tensor.Constant(new Shape(1, 3, 14, 21), Picture.Load(path).Cover(14, 21).ToPlanar());
        foreach (string word in new[] { "invert", "style" })
        {
            Objective objective = Objective.Parse($"{word}(relu2, '{path}')");
            Assert.Equal(0, Evaluate.Of(objective.Build(model.Activate(image)))[0], 1e-10f);
            Assert.True(Evaluate.Of(objective.Build(model.Activate(image * 0.5f)))[0] < -0.01f);
            // The same part of both, by a mask and of one image of a batch.
            Assert.Equal([0, 0], Evaluate.Of(Objective.Each(objective, Objective.Mask(objective, 0, 0.5f, 0.5f, 1)).Build(model.Activate(Tensor.Concat(0, image, image)))).Select(value => MathF.Round(value, 6)));
        }
    }

    [Fact]
    public void A_grid_gives_each_image_the_direction_of_a_position_row_by_row()
    {
        using var tiny = new TinyModel { FixedSize = (12, 16) };
        using Model model = tiny.Load();
        string path = SavePhoto();
        float[] photo = Evaluate.Of(model.Activate(Picture.Load(path))["relu2"]);      // [1, 6, 6, 8]
        Tensor images = Tensor.Constant(new Shape(50, 3, 12, 16), Evaluate.Numbers(50 * 3 * 12 * 16, seed: 9, low: 0, high: 1));
        float[] Vector(int position) => [.. Enumerable.Range(0, 6).Select(channel => photo[channel * 48 + position])];
        Objective each = Objective.Each([.. Enumerable.Range(0, 48).Select(position => Objective.Direction("relu2", Direction.Of(Vector(position)), 2))]);
        float[] expected = Evaluate.Of(each.Build(model.Activate(images))), found = Evaluate.Of(Objective.Parse($"grid(relu2, '{path}')").Build(model.Activate(images)));
        Assert.Equal(50, found.Length);
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
        Assert.Throws<UsageException>(() => Objective.Parse($"grid(logits, '{path}')").Build(model.Activate(images)));
    }

    [Fact]
    public void A_missing_and_a_changed_photo_are_named()
    {
        using Model model = _tiny.Load();
        string path = SavePhoto();
        Objective pinned = Objective.Parse($"relu1:0 - 2*lerp(invert(relu2, '{path}'), each(style(relu2, '{path}')), 0.5)").Pinned();
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        Assert.Equal(2, pinned.ToString().Split(hash).Length - 1);
        Assert.Equal(pinned, Objective.Parse(pinned.ToString()));
        new Picture(2, 2, 3, new byte[12]).Save(path);
        Assert.Contains("it is not the one that the recipe was made with", Assert.Throws<InputFileException>(() => pinned.Build(model.Activate(Tensor.Constant(new Shape(1, 3, 14, 21), new float[882])))).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Equal($"Image '{path}' does not exist; check its path.", Assert.Throws<InputFileException>(() => Objective.Parse($"style(relu2, '{path}')").Pinned()).Message);
    }

    private static Tensor Input() => Tensor.Constant(Layer, Seen);

    private static Tensor Built(string text, Tensor seen, float[] photo) => ((PhotoObjective)Objective.Parse(text)).Build(seen, Tensor.Constant(Layer, photo)).Sum();

    private string SavePhoto()
    {
        string path = _tiny.Write("photo.png", []);
        Picture.FromPlanar(Evaluate.Numbers(3 * 20 * 30, seed: 4, low: 0.1, high: 0.9), 3, 20, 30).Save(path);
        return path;
    }
}
