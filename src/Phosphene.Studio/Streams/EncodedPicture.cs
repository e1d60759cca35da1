using Phosphene.Images;

namespace Phosphene.Studio.Streams;

/// <summary>A picture as pages get it.</summary>
/// <param name="Bytes">The bytes of an image file.</param>
/// <param name="Type">Its media type.</param>
internal sealed record EncodedPicture(byte[] Bytes, string Type)
{
    /// <summary>A picture as PNG, with the texts that it carries.</summary>
    public static EncodedPicture Png(Picture picture) => Of("image/png", stream => PngWriter.Write(stream, picture, picture.Texts));

    /// <summary>A picture as JPEG.</summary>
    public static EncodedPicture Jpeg(Picture picture, int quality) => Of("image/jpeg", stream => JpegWriter.Write(stream, picture, quality));

    /// <summary>The picture as a data URL.</summary>
    public string Url => $"data:{Type};base64,{Convert.ToBase64String(Bytes)}";

    private static EncodedPicture Of(string type, Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        return new EncodedPicture(bytes.ToArray(), type);
    }
}
