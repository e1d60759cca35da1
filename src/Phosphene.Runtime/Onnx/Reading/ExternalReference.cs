using System.Globalization;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>Where the payload of a tensor lies, if not in the model: a file under the model's folder, and its bytes from an offset on.</summary>
internal sealed record ExternalReference(string Location, long Offset, long? Length)
{
    public static ExternalReference Nowhere { get; } = new("", 0, null);

    /// <summary>The reference with one more entry of TensorProto.external_data, a StringStringEntryProto.</summary>
    public ExternalReference With(WireReader reader)
    {
        string key = "", value = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Name(); break;
                case 2: value = reader.Name(); break;
                default: reader.Skip(); break;
            }
        }
        return key switch
        {
            "location" => this with { Location = value },
            "offset" => this with { Offset = Number(ref reader, key, value) },
            "length" => this with { Length = Number(ref reader, key, value) },
            "checksum" or "basepath" => this,   // a hash that nobody checks, and a folder that ONNX's own loader ignores too
            _ => throw reader.Damaged($"has the entry {Printable.Quote(key)}, where location, offset, length and checksum are known"),
        };
    }

    private static long Number(ref WireReader reader, string key, string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw reader.Damaged($"has {key} {Printable.Quote(value)}, where a number is expected");
}
