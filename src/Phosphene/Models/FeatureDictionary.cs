using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// A dictionary on the C channels of a layer: K directions, and how much of each is in an activation. A .npy file has the directions as rows, [K, C]. A
/// .safetensors file has them as the decoder, beside an encoder and biases, under the names of the usual libraries.
/// </summary>
internal sealed class FeatureDictionary
{
    // Names, or what they end in. Sources: SAELens and ViT-Prisma (W_enc, b_enc), PyTorch's Linear (encoder.weight), OpenAI's sparse_autoencoder (latent_bias, pre_bias).
    private static readonly string[]
        s_encoders = ["W_enc", "encoder.weight", "enc.weight", "encoder"], s_decoders = ["W_dec", "decoder.weight", "dec.weight", "decoder"],
        s_encoderBiases = ["b_enc", "encoder.bias", "enc.bias", "encoder_bias", "latent_bias"], s_decoderBiases = ["b_dec", "decoder.bias", "dec.bias", "decoder_bias", "pre_bias", "bias"];

    // With one of these a code is something else than ReLU(W_enc·(x - b_dec) + b_enc).
    private static readonly string[] s_others = ["threshold", "log_threshold", "W_gate", "b_gate", "r_mag", "b_mag", "gate_bias", "mag_bias"];

    private readonly UnitMatrix? _features, _codes;
    private readonly string _path, _noFeatures, _noCodes;

    private FeatureDictionary(string path, UnitMatrix? features, UnitMatrix? codes, string noFeatures = "", string noCodes = "") =>
        (_path, _features, _codes, _noFeatures, _noCodes) = (path, features, codes, noFeatures, noCodes);

    /// <summary>The decoder: the product with each direction.</summary>
    /// <exception cref="InputFileException">The file has no decoder.</exception>
    public UnitMatrix Features => _features ?? throw new InputFileException($"Dictionary '{_path}' {_noFeatures}");

    /// <summary>The encoder with its biases, before the ReLU; without an encoder the decoder.</summary>
    /// <exception cref="InputFileException">The codes of the file are something else.</exception>
    public UnitMatrix Codes => _codes ?? throw new InputFileException($"Dictionary '{_path}' {_noCodes}");

    /// <summary>Reads a dictionary for so many channels.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="InputFileException">It has no dictionary of that shape; the message says what it has.</exception>
    public static FeatureDictionary Read(string path, int channels) =>
        Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) ? OfSafetensors(path, channels) : OfNpy(path, channels);

    private static FeatureDictionary OfNpy(string path, int channels)
    {
        (Shape shape, float[] values) = NpyFile.Read(path);
        if (shape.Rank != 2 || shape[1] != channels || shape[0] < 1)
            throw new InputFileException($"Dictionary '{path}' is {shape}, where [features, {channels}] is expected, one row for each feature and a number for each of the {channels} channels of the layer{(shape.Rank == 2 && shape[0] == channels ? "; save its transpose" : "")}.");
        RequireFinite(path, null, values);
        var decoder = new UnitMatrix(shape[0], channels, values, null);
        return new FeatureDictionary(path, decoder, decoder);
    }

    private static FeatureDictionary OfSafetensors(string path, int channels)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        string? encoderName = Find(file, s_encoders), decoderName = Find(file, s_decoders);
        if ((encoderName ?? decoderName) is null)
            throw new InputFileException($"Dictionary '{path}' has no encoder ({string.Join(", ", s_encoders)}) and no decoder ({string.Join(", ", s_decoders)}); it has {Found(file)}.");
        // In a square matrix the name tells: PyTorch's weight is [outputs, inputs], SAELens's the other way round.
        (int units, float[] rows)? encoder = Rows(file, encoderName, channels, squareIsTransposed: encoderName?.EndsWith("W_enc", StringComparison.OrdinalIgnoreCase) == true);
        (int units, float[] rows)? decoder = Rows(file, decoderName, channels, squareIsTransposed: decoderName?.EndsWith("weight", StringComparison.OrdinalIgnoreCase) == true);
        (int units, float[] weights) = encoder ?? decoder!.Value;
        if (decoder is { } other && other.units != units)
            throw new InputFileException($"Dictionary '{path}' has {units} units in '{encoderName}' and {other.units} in '{decoderName}', where as many are expected; it has {Found(file)}.");
        UnitMatrix? features = decoder is var (count, directions) ? new UnitMatrix(count, channels, directions, null) : null;
        string noFeatures = $"has no decoder ({string.Join(", ", s_decoders)}), of which features are the rows; it has {Found(file)}. Its codes are code('{path}').";
        if (Find(file, s_others) is { } unusual)
            return new FeatureDictionary(path, features, null, noFeatures, $"has '{unusual}', so its codes are not ReLU(W_enc·(x - b_dec) + b_enc), which are the ones that are known; use its features, feature(...), instead.");
        return new FeatureDictionary(path, features, new UnitMatrix(units, channels, weights, Bias(file, units, channels, weights)), noFeatures);
    }

    // b_enc - W_enc·b_dec, so that a code is one product; null if there is neither.
    private static float[]? Bias(SafetensorsFile file, int units, int channels, float[] weights)
    {
        float[]? ofEncoder = Vector(file, Find(file, s_encoderBiases), units), ofDecoder = Vector(file, Find(file, s_decoderBiases), channels);
        if (ofDecoder is null) return ofEncoder;
        var bias = new float[units];
        for (int k = 0; k < units; k++)
        {
            double product = 0;
            for (int c = 0; c < channels; c++) product += (double)weights[k * channels + c] * ofDecoder[c];
            bias[k] = (float)((ofEncoder?[k] ?? 0) - product);
        }
        return bias;
    }

    // A matrix as [K, C], row-major.
    private static (int Units, float[] Rows)? Rows(SafetensorsFile file, string? name, int channels, bool squareIsTransposed)
    {
        if (name is null) return null;
        Shape shape = file.Shapes[name];
        if (shape.Rank != 2 || (shape[0] != channels && shape[1] != channels) || shape.Count == 0)
            throw new InputFileException($"Dictionary '{file.Path}': '{name}' is {shape}, where [features, {channels}] or [{channels}, features] is expected for the {channels} channels of the layer; it has {Found(file)}.");
        float[] values = file.Read(name);
        RequireFinite(file.Path, name, values);
        bool transposed = shape[1] != channels || (shape[0] == channels && squareIsTransposed);
        if (!transposed) return (shape[0], values);
        int units = shape[1];
        var rows = new float[values.Length];
        for (int k = 0; k < units; k++)
            for (int c = 0; c < channels; c++) rows[k * channels + c] = values[c * units + k];
        return (units, rows);
    }

    private static float[]? Vector(SafetensorsFile file, string? name, int length)
    {
        if (name is null) return null;
        if (file.Shapes[name].Count != length) throw new InputFileException($"Dictionary '{file.Path}': '{name}' is {file.Shapes[name]}, where {length} numbers are expected; it has {Found(file)}.");
        float[] values = file.Read(name);
        RequireFinite(file.Path, name, values);
        return values;
    }

    private static string? Find(SafetensorsFile file, string[] names) => names.Select(name => file.Shapes.Keys.FirstOrDefault(key => Is(key, name))).FirstOrDefault(key => key is not null);

    // "sae.W_enc" is a W_enc; "encoder.bias" is no plain bias.
    private static bool Is(string key, string name) =>
        key.Equals(name, StringComparison.OrdinalIgnoreCase) || (name.AsSpan().ContainsAny('_', '.') && key.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));

    private static string Found(SafetensorsFile file)
    {
        const int Most = 8;
        string some = string.Join(", ", file.Shapes.Take(Most).Select(entry => $"'{entry.Key}' {entry.Value}"));
        return file.Shapes.Count == 0 ? "nothing" : file.Shapes.Count <= Most ? some : $"{some} and {file.Shapes.Count - Most} more";
    }

    private static void RequireFinite(string path, string? name, float[] values)
    {
        int first = Array.FindIndex(values, value => !float.IsFinite(value));
        if (first >= 0) throw new InputFileException($"Dictionary '{path}'{(name is null ? "" : $": '{name}'")} has {values[first]} as its number {first}, where finite ones are expected.");
    }
}
