using System.Buffers.Binary;
using System.Text;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Runtime.Tests.Numerics;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string Sound = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b.bias":{"dtype":"F16","shape":[2],"data_offsets":[24,28]}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private SafetensorsFile Open(byte[] bytes)
    {
        File.WriteAllBytes(At("a.safetensors"), bytes);
        return SafetensorsFile.Open(At("a.safetensors"));
    }

    private static byte[] Bytes(string header, params byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private static byte[] SoundBytes() =>
        Bytes(Sound, [.. new float[] { 1, -2, 0.5f, 3, 4, 1e-30f }.SelectMany(BitConverter.GetBytes), .. BitConverter.GetBytes((Half)0.1f), .. BitConverter.GetBytes((Half)(-65504))]);

    [Fact]
    public void Arrays_are_read_by_their_names()
    {
        SafetensorsFile file = Open(SoundBytes());
        Assert.Equal(["a", "b.bias"], file.Shapes.Keys);
        Assert.Equal((new Shape(2, 3), new Shape(2)), (file.Shapes["a"], file.Shapes["b.bias"]));
        Assert.Equal([1, -2, 0.5f, 3, 4, 1e-30f], file.Read("a"));
        Assert.Equal([(float)(Half)0.1f, -65504], file.Read("b.bias"));
        Assert.Throws<KeyNotFoundException>(() => file.Read("c"));
    }

    [Fact]
    public void Bfloat16_is_the_upper_half_of_a_float() =>
        Assert.Equal([1.5f, -3.140625f, float.NegativeInfinity], Open(Bytes("""{"x":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}""", 0xC0, 0x3F, 0x49, 0xC0, 0x80, 0xFF)).Read("x"));

    [Fact]
    public void What_is_written_is_read_again_and_begins_where_the_format_wants_it()
    {
        float[] long1 = [.. Enumerable.Range(0, 5 * 4001).Select(i => i * 0.3f - 1)];
        SafetensorsFile.Write(At("w.safetensors"), ("W_dec", new Shape(5, 4001), long1), ("été \"q\"", new Shape(2), new float[] { 7, 8 }), ("scalar", Shape.Scalar, new float[] { 9 }));
        SafetensorsFile file = SafetensorsFile.Open(At("w.safetensors"));
        Assert.Equal(["W_dec", "été \"q\"", "scalar"], file.Shapes.Keys);
        Assert.Equal(long1, file.Read("W_dec"));
        Assert.Equal([7, 8], file.Read("été \"q\""));
        Assert.Equal([9], file.Read("scalar"));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(At("w.safetensors"))) % 8);
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(At("w2"), ("x", new Shape(2), new float[3])));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(At("w2"), ("x", new Shape(1), new float[1]), ("x", new Shape(1), new float[1])));
    }

    [Theory]
    [InlineData("[1]", "its header is no JSON object")]
    [InlineData("{\"a\":", "its header is no JSON (")]
    [InlineData("{\"a\":[[[[[[[[[[1]]]]]]]]]]}", "its header is no JSON (")]
    [InlineData("{\"a\":3}", "does not give dtype, shape and two data_offsets of 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "does not give dtype, shape and two data_offsets of 'a'")]
    [InlineData("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", "does not give dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "does not give dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "does not give dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "'a' lies at bytes 8 to 0 of the data, which has 28")]
    [InlineData("""{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "'a' lies at bytes 0 to 32 of the data, which has 28")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "'a' [3] of type F32 has 12 bytes, but lies at bytes 0 to 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,65536,65536],"data_offsets":[0,0]}}""", "has the shape [0, 65536, 65536]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""", "elements are read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "'a' and 'b' share bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "has 'a' twice")]
    public void What_cannot_be_read_is_said(string header, string sentence)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Open(Bytes(header, new byte[28])));
        Assert.StartsWith($"Cannot read '{At("a.safetensors")}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_type_is_refused_when_it_is_asked_for()
    {
        SafetensorsFile file = Open(Bytes("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F4","shape":[3],"data_offsets":[8,10]}}""", new byte[10]));
        Assert.Contains("'a' is of type I64, and only F32, F16 and BF16 can be read", Assert.Throws<InvalidDataException>(() => file.Read("a")).Message, StringComparison.Ordinal);
        Assert.Contains("'b' is of type F4", Assert.Throws<InvalidDataException>(() => file.Read("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_claims_too_much_is_not_believed()
    {
        byte[] huge = SoundBytes(), more = SoundBytes();
        BinaryPrimitives.WriteInt64LittleEndian(huge, 100_000_001);
        BinaryPrimitives.WriteInt64LittleEndian(more, 1000);
        Assert.Contains("claims 100000001 bytes, and at most 100000000 are read", Assert.Throws<InvalidDataException>(() => Open(huge)).Message, StringComparison.Ordinal);
        Assert.Contains($"claims 1000 bytes, but {SoundBytes().Length - 8} follow", Assert.Throws<InvalidDataException>(() => Open(more)).Message, StringComparison.Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(huge, -1);
        Assert.Throws<InvalidDataException>(() => Open(huge));
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        byte[] sound = SoundBytes();
        for (int length = 0; length < sound.Length; length++) Assert.Throws<InvalidDataException>(() => Open(sound[..length]));
        SafetensorsFile file = Open(sound);
        File.WriteAllBytes(At("a.safetensors"), sound[..^2]);        // behind the back of who opened it
        Assert.Contains("ends inside 'b.bias'", Assert.Throws<InvalidDataException>(() => file.Read("b.bias")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_gives_arrays_or_a_sentence()
    {
        byte[] sound = SoundBytes();
        for (int i = 0; i < sound.Length; i++)
            foreach (byte change in new byte[] { 1, 2, 4, 8, 16, 32, 64, 128, 255 })
            {
                byte[] broken = [.. sound];
                broken[i] ^= change;
                Exception? error = Record.Exception(() =>
                {
                    SafetensorsFile file = Open(broken);
                    foreach (string name in file.Shapes.Keys) file.Read(name);
                });
                Assert.True(error is null or InvalidDataException, $"byte {i}: {error}");
            }
    }
}
