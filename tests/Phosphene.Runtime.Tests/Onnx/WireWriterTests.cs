using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Google.Protobuf;
using Phosphene.Runtime.Onnx.Writing;
using Xunit;

namespace Phosphene.Runtime.Tests.Onnx;

/// <summary>What the writer writes, read by Google's own reader.</summary>
public sealed class WireWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Integers_are_read_as_they_were_written(long value)
    {
        using var reader = new CodedInputStream(new WireWriter().Varint(20, value).Written.ToArray());
        Assert.Equal(WireFormat.MakeTag(20, WireFormat.WireType.Varint), reader.ReadTag());
        Assert.Equal(value, reader.ReadInt64());
        Assert.True(reader.IsAtEnd);
    }

    [Property]
    public void Any_fields_are_read_as_they_were_written(PositiveInt field, long integer, float number, NonNull<string> text, byte[] bytes)
    {
        int tag = 1 + field.Get % ((1 << 29) - 1);
        using var reader = new CodedInputStream(new WireWriter().Varint(tag, integer).Float(tag, number).Text(tag, text.Get).Bytes(tag, bytes).Written.ToArray());
        Assert.Equal((WireFormat.MakeTag(tag, WireFormat.WireType.Varint), integer), (reader.ReadTag(), reader.ReadInt64()));
        Assert.Equal((WireFormat.MakeTag(tag, WireFormat.WireType.Fixed32), number), (reader.ReadTag(), reader.ReadFloat()));
        // What is no text, half of a surrogate pair, is written as the replacement character.
        Assert.Equal((WireFormat.MakeTag(tag, WireFormat.WireType.LengthDelimited), Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get))), (reader.ReadTag(), reader.ReadString()));
        Assert.Equal(WireFormat.MakeTag(tag, WireFormat.WireType.LengthDelimited), reader.ReadTag());
        Assert.Equal(bytes, reader.ReadBytes().ToByteArray());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Texts_numbers_and_messages_are_read_as_they_were_written()
    {
        WireWriter inner = new WireWriter().Text(1, "größe").Float(2, -1.5f).OptionalText(3, "");
        using var reader = new CodedInputStream(new WireWriter().Message(7, inner).Bytes(16, new byte[300]).Each([1, 2], (to, i) => to.Varint(8, i)).Written.ToArray());
        Assert.Equal(WireFormat.MakeTag(7, WireFormat.WireType.LengthDelimited), reader.ReadTag());
        using (CodedInputStream message = reader.ReadBytes().CreateCodedInput())
        {
            Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), message.ReadTag());
            Assert.Equal("größe", message.ReadString());
            Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.Fixed32), message.ReadTag());
            Assert.Equal(-1.5f, message.ReadFloat());
            Assert.True(message.IsAtEnd);
        }
        Assert.Equal(WireFormat.MakeTag(16, WireFormat.WireType.LengthDelimited), reader.ReadTag());
        Assert.Equal(300, reader.ReadBytes().Length);
        Assert.Equal([WireFormat.MakeTag(8, WireFormat.WireType.Varint), 1, WireFormat.MakeTag(8, WireFormat.WireType.Varint), 2u],
            new[] { reader.ReadTag(), reader.ReadUInt32(), reader.ReadTag(), reader.ReadUInt32() });
    }
}
