using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Runtime.Tests.Numerics;

public sealed class NpyFileTests
{
    private const string Sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    [Fact]
    public void A_long_array_survives_writing_and_reading() => Survives(new Shape(5, 4001), [.. Enumerable.Range(0, 5 * 4001).Select(i => i * 0.3f - 1)]);

    // Any bits, also those of NaN.
    [Property]
    public Property Any_array_survives_writing_and_reading() => Prop.ForAll(Arb.Array(Ranges.Of((0, 6))), ArbMap.Default.ArbFor<int>(), (extents, seed) =>
    {
        var shape = new Shape([.. extents.Take(4).Select(extent => extent[0])]);
        Survives(shape, [.. Enumerable.Range(0, shape.Count).Select(i => BitConverter.UInt32BitsToSingle(Philox.Block(((uint)i, 0, 0, 0), ((uint)seed, 0)).X0))]);
    });

    private static void Survives(Shape shape, float[] values)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, shape, values);
        stream.Position = 0;
        (Shape readShape, float[] read) = NpyFile.Read(stream, "a.npy");
        Assert.Equal(shape, readShape);
        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), read.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void The_bytes_are_those_of_numpy()
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, new Shape(3), [1f, -2f, 0.5f]);
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".PadRight(117) + "\n";
        Assert.Equal([0x93, .. "NUMPY\u0001\0v\0"u8, .. Encoding.ASCII.GetBytes(header), 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F], stream.ToArray());
    }

    [Theory]
    [InlineData("<f4", "0000C03F000020C0")]
    [InlineData("<f8", "000000000000F83F00000000000004C0")]
    public void Floating_point_types_are_read(string type, string data)
    {
        Assert.Equal([1.5f, -2.5f], Read(File1(1, $"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", data)).Values);
        Assert.Equal([1.5, -2.5], NpyFile.ReadDouble(new MemoryStream(File1(1, $"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", data)), "a.npy").Values);
    }

    [Theory]
    [InlineData("<i4", "FEFFFFFF03000000", -2f)]
    [InlineData("<i8", "FEFFFFFFFFFFFFFF0300000000000000", -2f)]
    [InlineData("|u1", "FE03", 254f)]
    public void Whole_number_types_are_read(string type, string data, float first) =>
        Assert.Equal([first, 3f], Read(File1(1, $"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", data)).Values);

    [Fact]
    public void Doubles_keep_what_floats_round()
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, 1.0 / 3);
        byte[] file = File1(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", Convert.ToHexString(bytes));
        Assert.Equal(1.0 / 3, NpyFile.ReadDouble(new MemoryStream(file), "a.npy").Values.Single());
        Assert.Equal(1f / 3, Read(file).Values.Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_header_versions_are_read(byte version) => Assert.Equal(new Shape(2, 3), Read(File1(version, Sound, new string('0', 48))).Shape);

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", "its elements are '>f4'")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }", "its elements are '<c8'")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", "several fields")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", "Fortran order")]
    [InlineData("{'descr': '<f4', 'shape': (2, 3), }", "does not give")]
    [InlineData("nonsense", "does not give")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), }", "shape (2, -3) is damaged")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), }", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 65536, 65536), }", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", "has 32 bytes, but 24 follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", "has 16 bytes, but 24 follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,), }", "has 8000000000 bytes, but 24 follow")]
    public void What_cannot_be_read_is_said(string header, string sentence)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read(File1(1, header, new string('0', 48))));
        Assert.StartsWith("Cannot read 'a.npy': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        byte[] sound = File1(2, Sound, new string('0', 48));
        for (int length = 0; length < sound.Length; length++) Assert.Throws<InvalidDataException>(() => Read(sound[..length]));
    }

    [Fact]
    public void Any_changed_byte_gives_an_array_or_a_sentence()
    {
        byte[] sound = File1(1, Sound, new string('0', 48));
        for (int i = 0; i < sound.Length; i++)
            foreach (byte change in new byte[] { 1, 2, 4, 8, 16, 32, 64, 128, 255 })
            {
                byte[] broken = [.. sound];
                broken[i] ^= change;
                Exception? error = Record.Exception(() => Read(broken));
                Assert.True(error is null or InvalidDataException, $"byte {i}: {error}");
            }
    }

    [Fact]
    public void A_wrong_number_of_values_is_refused() =>
        Assert.Contains("[2, 3] has 6 values; got 5", Assert.Throws<ArgumentException>(() => NpyFile.Write(Stream.Null, new Shape(2, 3), new float[5])).Message, StringComparison.Ordinal);

    [Fact]
    public void An_array_survives_the_disk()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("phosphene").FullName, "a.npy");
        NpyFile.Write(path, new Shape(1, 2), new float[] { 4, 5 });
        (Shape shape, float[] values) = NpyFile.Read(path);
        Assert.Equal(new Shape(1, 2), shape);
        Assert.Equal([4, 5], values);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static (Shape Shape, float[] Values) Read(byte[] file) => NpyFile.Read(new MemoryStream(file), "a.npy");

    private static byte[] File1(byte version, string header, string hexData)
    {
        byte[] text = Encoding.Latin1.GetBytes(header + "\n"), length = new byte[version == 1 ? 2 : 4];
        length[0] = (byte)text.Length;
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. Convert.FromHexString(hexData)];
    }
}
