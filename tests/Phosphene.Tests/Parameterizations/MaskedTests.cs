using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class MaskedTests : IDisposable
{
    private const int Height = 14, Width = 21;

    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public MaskedTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    // White in columns 9 and beyond of the first ten rows.
    private static bool IsFree(int y, int x) => x >= 9 && y < 10;

    private static Picture Mask() => new(Height, Width, 1, [.. Enumerable.Range(0, Height * Width).Select(i => IsFree(i / Width, i % Width) ? (byte)255 : (byte)0)]);

    private static Picture Kept() => new(Height, Width, 3, [.. Enumerable.Range(0, Height * Width * 3).Select(i => (byte)(i * 37 % 256))]);

    public static TheoryData<string> Inner => ["fourier()", "pixels()", "fourier(decay: 1.2, contrast: 1.2, exact: true)", "pixels(clip: true)"];

    [Theory]
    [MemberData(nameof(Inner))]
    public void What_is_black_keeps_its_values_and_what_is_white_is_the_inner_image(string text)
    {
        IParameterization inner = Texts.Parameterizations.Parse(text);
        Recipe recipe = new() { Height = Height, Width = Width, Steps = 20, Parameterization = new Masked(inner, Mask(), Kept()), Transforms = Pipeline.Of(new Jitter(2)) };
        using Ascent ascent = new(_model, recipe, Channel), plain = new(_model, recipe with { Parameterization = inner }, Channel);
        Picture start = ascent.Pictures()[0], plainStart = plain.Pictures()[0];
        for (int i = 0; i < 20; i++) ascent.Advance();
        Picture end = ascent.Pictures()[0];
        int changed = 0;
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
                for (int c = 0; c < 3; c++)
                {
                    int at = (y * Width + x) * 3 + c;
                    Assert.Equal(IsFree(y, x) ? plainStart.Bytes[at] : Kept().Bytes[at], start.Bytes[at]);
                    if (!IsFree(y, x)) Assert.Equal(Kept().Bytes[at], end.Bytes[at]);
                    else if (end.Bytes[at] != start.Bytes[at]) changed++;
                }
        Assert.True(changed > 100);
        Assert.True(ascent.CleanValues()[0] > plain.CleanValues()[0]);
    }

    [Fact]
    public void A_grey_mask_is_between_the_two()
    {
        var half = new Picture(Height, Width, 1, [.. Enumerable.Repeat((byte)51, Height * Width)]);
        Recipe recipe = new() { Height = Height, Width = Width, Parameterization = new Pixels(), Seed = 4 };
        using Ascent masked = new(_model, recipe with { Parameterization = new Masked(recipe.Parameterization, half, Kept()) }, Channel), plain = new(_model, recipe, Channel);
        (byte[] one, byte[] other, byte[] kept) = (masked.Pictures()[0].Bytes.ToArray(), plain.Pictures()[0].Bytes.ToArray(), Kept().Bytes.ToArray());
        for (int i = 0; i < one.Length; i++) Assert.InRange(one[i], 0.2 * other[i] + 0.8 * kept[i] - 1.2, 0.2 * other[i] + 0.8 * kept[i] + 1.2);
    }

    [Fact]
    public void An_ascent_goes_on_under_a_mask_from_its_picture_and_without_it_again()
    {
        Recipe recipe = new() { Height = Height, Width = Width, Steps = 40, Transforms = Pipeline.Of(new Jitter(2)), ImageOperators = OperatorPipeline.Parse("blur(0.5)") };
        using var ascent = new Ascent(_model, recipe, Channel);
        for (int i = 0; i < 10; i++) ascent.Advance();
        Picture before = ascent.Pictures()[0];
        ascent.GoOn(recipe with { Parameterization = new Masked(recipe.Parameterization, Mask(), before) }, Channel);
        Assert.All(before.Bytes.ToArray().Zip(ascent.Pictures()[0].Bytes.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        for (int i = 0; i < 10; i++) ascent.Advance();
        Picture under = ascent.Pictures()[0];
        for (int i = 0; i < before.Bytes.Length; i++)
            if (!IsFree(i / 3 / Width, i / 3 % Width)) Assert.Equal(before.Bytes[i], under.Bytes[i]);
        ascent.GoOn(recipe, Channel);
        Assert.All(under.Bytes.ToArray().Zip(ascent.Pictures()[0].Bytes.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.False(ascent.IsReplayable);
    }

    [Fact]
    public void The_mask_and_the_kept_picture_are_brought_to_the_size_of_the_image()
    {
        Recipe recipe = new() { Height = 2 * Height, Width = 2 * Width, Parameterization = new Masked(new Fourier(), Mask(), Kept()) };
        using var ascent = new Ascent(_model, recipe, Channel);
        Picture first = ascent.Pictures()[0];
        ascent.Advance();
        Picture second = ascent.Pictures()[0];
        // Far from the edge of the mask nothing changes on one side.
        for (int y = 0; y < 2 * Height; y++) Assert.Equal(first.Row(y)[..(3 * 14)].ToArray(), second.Row(y)[..(3 * 14)].ToArray());
        Assert.NotEqual(first.Bytes.ToArray(), second.Bytes.ToArray());
    }
}
