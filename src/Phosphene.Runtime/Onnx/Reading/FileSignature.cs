namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>What a file that is not ONNX seems to be, for the error message.</summary>
internal static class FileSignature
{
    private const int TextProbe = 64;

    /// <summary>A phrase such as "a PNG image", or null if nothing is recognized.</summary>
    public static string? Recognize(MappedFile file)
    {
        ReadOnlySpan<byte> start = file.Span(0, (int)Math.Min(file.Length, TextProbe));
        return
            start.StartsWith("version https://git-lfs"u8) ? "a Git LFS pointer, not the model itself (run 'git lfs pull')" :
            start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "a PNG image" :
            start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "a JPEG image" :
            start.StartsWith("PK\u0003\u0004"u8) ? "a ZIP archive (a PyTorch or Keras file perhaps; export it to ONNX first)" :
            start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']) ? "an HDF5 file (a Keras model perhaps; convert it to ONNX first)" :
            start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "a gzip archive (unpack it first)" :
            start.Length >= 8 && start[4..8].SequenceEqual("TFL3"u8) ? "a TensorFlow Lite model (convert it to ONNX first)" :
            IsText(start) ? "a text file" : null;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            if (b is not ((>= 0x20 and < 0x7F) or (byte)'\t' or (byte)'\n' or (byte)'\r')) return false;
        return true;
    }
}
