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
