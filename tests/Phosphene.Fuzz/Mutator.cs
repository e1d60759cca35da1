using System.Text;

namespace Phosphene.Fuzz;

/// <summary>Makes broken models of sound ones: some edits that know the structure of a model, and some that know only bytes.</summary>
internal sealed class Mutator(IReadOnlyList<Seed> seeds, int number)
{
    private static readonly long[] HostileNumbers =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, 127, 128, 255, 256, 1000, 4096, 65535, 65536, 1 << 20, (1 << 20) + 1, 1 << 24, 1 << 28, int.MaxValue, 1L << 31, 1L << 32,
        1L << 40, 1L << 53, 1L << 62, long.MaxValue, long.MinValue, -1, -2, -3, -4, -128, -1024, int.MinValue,
    ];

    private static readonly string[] HostileNames =
    [
        "", "x", "y", "\0", "\u001b[2J", "a\nb", "../weights.bin", "/etc/passwd", "weights.bin", "pads", "kernel_shape", "axes", "axis", "value", "If", "Loop", "Conv", "Reshape", "Concat",
        "MatMul", "Expand", "Tile", "Pad", "Slice", "Gather", "Split", "ConstantOfShape", "Resize", "Einsum", "Range", "SAME_UPPER", "ai.onnx.ml", "-1", "9223372036854775807", new('n', 5000),
    ];

    private readonly Random _random = new(number);

    /// <summary>The bytes of the mutant, and what was done.</summary>
    public (byte[] Bytes, string Story) Make()
    {
        Seed seed = Seed.Draw(seeds, _random);
        var story = new StringBuilder(seed.Name);
        byte[] bytes = seed.Bytes;
        if (_random.Next(8) != 0 && Field.ParseModel(bytes) is { } model)
        {
            for (int edits = 1 + (_random.Next(3) == 0 ? _random.Next(4) : 0); edits > 0; edits--) story.Append(", ").Append(Edit(model));
            bytes = model.Content();
        }
        if (ReferenceEquals(bytes, seed.Bytes) || _random.Next(12) == 0)
        {
            var damage = new Damage(_random, seeds, ownKinds: 1, WithVarint);
            for (int edits = 1 + _random.Next(4); edits > 0; edits--) bytes = damage.Of(bytes, story);
        }
        return (bytes, story.ToString());
    }

    private string Edit(Field model)
    {
        Field[] all = [.. model.All()];
        Field parent = Pick([.. all.Where(field => field.Fields is { Count: > 0 })]);
        List<Field> fields = parent.Fields!;
        int at = _random.Next(fields.Count);
        Field field = fields[at];
        string place = $"{parent.Message}.{field.Number}";
        switch (_random.Next(12))
        {
            case 0: fields.RemoveAt(at); return $"drop {place}";
            case 1: fields.Insert(_random.Next(fields.Count + 1), field.Copy()); return $"double {place}";
            case 2:
                int other = _random.Next(fields.Count);
                (fields[at], fields[other]) = (fields[other], fields[at]);
                return $"swap {place}";
            case 3: return Renumber(all);
            case 4 or 5: return Rename(all);
            case 6: return Rewire(all);
            case 7: return Resize(all);
            case 8: return Graft(all);
            case 9:
                int times = Pick([3, 40, 700]);
                if (field.Content().Length * times > 1 << 20) times = 3;
                fields.InsertRange(at, Enumerable.Range(0, times).Select(_ => field.Copy()));
                return $"repeat {place} {times} times";
            case 10: field.Number = Pick([1, 2, 3, 5, 7, 9, 13, 14, 20, 25, 1000, 536_870_911]); return $"renumber {place} as {field.Number}";
            default: return Renumber(all);
        }
    }

    // A varint: an extent, an axis, a type, a version.
    private string Renumber(Field[] all)
    {
        Field[] numbers = [.. all.Where(field => field.Type == Google.Protobuf.WireFormat.WireType.Varint)];
        if (numbers.Length == 0) return "nothing";
        Field field = Pick(numbers);
        long value = _random.Next(3) == 0 ? (long)field.Value + _random.Next(-2, 3) : Pick(HostileNumbers);
        field.Value = (ulong)value;
        return $"number {field.Number} := {value}";
    }

    private string Rename(Field[] all)
    {
        Field[] texts = Texts(all);
        if (texts.Length == 0) return "nothing";
        Field field = Pick(texts);
        string name = Pick(HostileNames);
        field.Bytes = Encoding.UTF8.GetBytes(name);
        return $"text {field.Number} := '{(name.Length > 40 ? "nnn..." : name)}'";
    }

    // One name becomes another that the file has: cycles, doubles, other operands.
    private string Rewire(Field[] all)
    {
        Field[] texts = Texts(all);
        if (texts.Length == 0) return "nothing";
        Field field = Pick(texts);
        field.Bytes = Pick(texts).Bytes;
        return $"rewire {field.Number} to '{Encoding.UTF8.GetString(field.Bytes)}'";
    }

    // Bytes of numbers: other lengths, other content.
    private string Resize(Field[] all)
    {
        Field[] data = [.. all.Where(field => field is { Fields: null, Type: Google.Protobuf.WireFormat.WireType.LengthDelimited })];
        if (data.Length == 0) return "nothing";
        Field field = Pick(data);
        byte[] bytes = field.Bytes;
        int length = Pick([0, 1, bytes.Length - 1, bytes.Length + 1, bytes.Length * 2, bytes.Length / 2, bytes.Length]);
        field.Bytes = new byte[Math.Max(0, length)];
        bytes.AsSpan(0, Math.Min(bytes.Length, field.Bytes.Length)).CopyTo(field.Bytes);
        if (length >= 8 && _random.Next(2) == 0) BitConverter.TryWriteBytes(field.Bytes.AsSpan(_random.Next(length / 8) * 8), Pick(HostileNumbers));
        else if (length > 0) field.Bytes[_random.Next(field.Bytes.Length)] ^= (byte)_random.Next(256);
        return $"data {field.Number} of {bytes.Length} to {field.Bytes.Length} bytes";
    }

    // A message of another model in place of one of the same kind.
    private string Graft(Field[] all)
    {
        if (Field.ParseModel(Seed.Draw(seeds, _random).Bytes) is not { } donor) return "nothing";
        Field[] targets = [.. all.Where(field => field.Message is Message.Node or Message.Tensor or Message.Attribute or Message.Value or Message.Graph)];
        if (targets.Length == 0) return "nothing";
        Field target = Pick(targets);
        Field[] sources = [.. donor.All().Where(field => field.Message == target.Message)];
        if (sources.Length == 0) return "nothing";
        Field source = Pick(sources);
        target.Fields = source.Copy().Fields;
        return $"graft {target.Message}";
    }

    private byte[] WithVarint(byte[] bytes, int at, StringBuilder story)
    {
        story.Append(", varint at ").Append(at);
        return [.. bytes[..at], .. Runtime.Tests.Onnx.OnnxBytes.Number((ulong)Pick(HostileNumbers)), .. bytes[Math.Min(bytes.Length, at + 1)..]];
    }

    private static Field[] Texts(Field[] all) =>
        [.. all.Where(field => field is { Fields: null, Type: Google.Protobuf.WireFormat.WireType.LengthDelimited, Bytes.Length: > 0 and < 200 } && field.Bytes.All(b => b is >= 0x20 and < 0x7F))];

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
