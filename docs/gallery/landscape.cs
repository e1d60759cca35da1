#!/usr/bin/env dotnet
#:project ../../src/Phosphene/Phosphene.csproj

// A picture of mountains, drawn from noise: what the pictures of docs/objectives.md that need a photo start from, so that anyone can make them again.
//
//     dotnet run -c Release docs/gallery/landscape.cs -- landscape.png [--evening]

using Phosphene.Images;
using Phosphene.Runtime.Numerics;

const int Height = 256, Width = 384;
bool evening = args.Contains("--evening");
(float R, float G, float B) zenith = evening ? (0.16f, 0.14f, 0.36f) : (0.22f, 0.42f, 0.72f), horizon = evening ? (0.95f, 0.55f, 0.30f) : (0.80f, 0.86f, 0.92f);
var noise = new RandomStream(evening ? 5u : 2u, 0, "landscape");
var pixels = new float[3 * Height * Width];

for (int y = 0; y < Height; y++)
    for (int x = 0; x < Width; x++)
    {
        float v = y / (float)Height, u = x / (float)Height;
        (float, float, float) colour = Mix(zenith, horizon, MathF.Pow(Math.Min(1, v / 0.6f), 1.4f));
        // Clouds are long and lie near the horizon.
        float cloud = Math.Clamp((Fractal(u * 2.2f, v * 6, 10) - 0.48f) * 3.2f, 0, 1);
        colour = Mix(colour, evening ? (0.98f, 0.72f, 0.55f) : (1, 1, 1), 0.85f * cloud);
        // Four ridges, the far ones pale.
        for (int ridge = 0; ridge < 4; ridge++)
        {
            float near = ridge / 3f, top = 0.40f + 0.13f * ridge - 0.30f * (1 - 0.55f * near) * (Fractal(u * (1.4f + ridge), ridge * 7.3f, 20 + ridge) - 0.35f);
            if (v < top) continue;
            float rock = Fractal(u * 14, v * 16 + ridge, 30 + ridge), depth = Math.Min(1, (v - top) * 5);
            (float, float, float) ground = Mix((0.24f, 0.27f, 0.30f), Mix((0.16f, 0.30f, 0.12f), (0.42f, 0.46f, 0.18f), rock), near);
            if (ridge < 2 && v - top < 0.06f * rock + 0.015f) ground = (0.93f, 0.95f, 0.98f);
            ground = Mix(ground, (0, 0, 0), 0.45f * rock * (0.4f + 0.6f * depth));
            colour = Mix(ground, horizon, 0.62f * (1 - near));
        }
        (pixels[y * Width + x], pixels[(Height + y) * Width + x], pixels[(2 * Height + y) * Width + x]) = colour;
    }
Picture.FromPlanar(pixels, 3, Height, Width).Save(args.First(arg => !arg.StartsWith('-')));

static (float R, float G, float B) Mix((float R, float G, float B) a, (float R, float G, float B) b, float t) => (a.R + t * (b.R - a.R), a.G + t * (b.G - a.G), a.B + t * (b.B - a.B));

// Six octaves of noise, each twice as fine and half as strong: about 0.5 on average.
float Fractal(float x, float y, int layer)
{
    float sum = 0, weight = 0;
    for (int octave = 0; octave < 6; octave++)
    {
        float strength = MathF.Pow(0.5f, octave), scale = MathF.Pow(2, octave);
        sum += strength * Smooth(x * scale + 31, y * scale + 17, layer * 8 + octave);
        weight += strength;
    }
    return sum / weight;
}

// Random numbers on a grid, and a smooth way between them.
float Smooth(float x, float y, int layer)
{
    (int column, int row) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
    float tx = Ease(x - column), ty = Ease(y - row);
    float upper = At(row, column) + tx * (At(row, column + 1) - At(row, column)), lower = At(row + 1, column) + tx * (At(row + 1, column + 1) - At(row + 1, column));
    return upper + ty * (lower - upper);

    float At(int r, int c) => noise.Uniform(((long)layer * 4096 + r) * 4096 + c);
    static float Ease(float t) => t * t * (3 - 2 * t);
}
