using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>
/// The segments of a JPEG up to its end. ImageSharp 2.1 reads a file that was cut short as far as it goes, without a word; takes time for as many scans as there
/// are; decodes some rare kinds to a wrong picture; and counts restart intervals on from scan to scan, so that each scan here gets its interval anew.
/// </summary>
internal sealed class JpegContainer
{
    private const int MaximumScans = 32;          // libjpeg's progressive JPEGs have 10; each costs a walk over all blocks
    private const int MaximumTables = 1024;       // of Huffman codes: four for each scan are 256
    private const int MostPixelsPerByte = 512;    // 64 pixels are a block, and a block is at least a bit

    private readonly byte[] _file;
    private readonly Refusal _refusal;
    private readonly List<(int At, int Interval)> _scans = [];      // where their segments begin, and the restart interval in force
    private readonly HashSet<int> _codes = [];    // the Huffman tables there are, as the file counts them
    private readonly HashSet<int> _scanned = [];
    private (int Id, int H, int V)[] _components = [];
    private bool _progressive, _adobe;
    private int _interval, _tables;
    private int _orientation = 1;

    private JpegContainer(byte[] file, Refusal refusal) => (_file, _refusal) = (file, refusal);

    /// <summary>Checks a file that begins with the signature of JPEG.</summary>
    /// <exception cref="ImageFormatException">It is damaged, or of a kind that is not read.</exception>
    public static Container Open(byte[] file, Refusal refusal) => new JpegContainer(file, refusal).Read();

    private Container Read()
    {
        int at = 2;
        for (int marker; (marker = Marker(ref at)) != 0xD9;)
        {
            int length = at + 2 <= _file.Length ? BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(at)) : 0;
            if (length < 2 || length > _file.Length - at) throw _refusal.Damaged("it is cut short, or a segment of it has a wrong length");
            ReadSegment(marker, at - 2, _file.AsSpan(at + 2, length - 2));
            at += length;
            if (marker == 0xDA) at = EndOfScan(at);
        }
        if (_scans.Count == 0) throw _refusal.Damaged("it has no pixels");
        if (_components.Length == 4 && !_adobe) throw _refusal.OtherKind("it is a CMYK JPEG without Adobe's marker, so it is not known whether 0 or 255 is no ink");
        int most = _components.Max(component => component.H) * _components.Max(component => component.V);
        return new Container(_scans.Count > 1 && _scans.Any(scan => scan.Interval > 0) ? WithIntervals(at) : new ArraySegment<byte>(_file, 0, at), _components.Length == 1 ? 1 : 3)
        {
            Orientation = _orientation,
            MostPixels = (long)MostPixelsPerByte * _file.Length * most / _components.Max(component => component.H * component.V),
        };
    }

    private int Marker(ref int at)
    {
        if (at >= _file.Length) throw _refusal.Damaged("its end is missing");
        if (_file[at] != 0xFF) throw _refusal.Damaged("between its segments stands something else");
        while (at < _file.Length && _file[at] == 0xFF) at++;
        return at < _file.Length ? _file[at++] : throw _refusal.Damaged("its end is missing");
    }

    // In the data of a scan, FF stands before 0 or the number of a restart interval.
    private int EndOfScan(int at)
    {
        while (true)
        {
            int next = _file.AsSpan(at).IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= _file.Length) throw _refusal.Damaged("it is cut short in its pixel data");
            at += next;
            if (_file[at + 1] is not (0 or (>= 0xD0 and <= 0xD7) or 0xFF)) return at;
            at += _file[at + 1] == 0xFF ? 1 : 2;
        }
    }

    private void ReadSegment(int marker, int start, ReadOnlySpan<byte> data)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1 or 0xC2: ReadFrame(marker, data); break;
            case 0xC4: ReadCodes(data); break;
            case 0xDA: ReadScan(start, data); break;
            case 0xDB or 0xFE or (>= 0xE0 and <= 0xEF):
                _adobe |= marker == 0xEE && data.StartsWith("Adobe"u8);
                if (marker == 0xE1 && data.StartsWith("Exif\0\0"u8) && _orientation == 1) _orientation = TiffDirectory.OrientationIn(data[6..]);
                break;
            case 0xDD:
                if (data.Length != 2) throw _refusal.Damaged("its restart interval is broken");
                _interval = BinaryPrimitives.ReadUInt16BigEndian(data);
                break;
            case 0xC3 or 0xC7: throw _refusal.OtherKind("it is a lossless JPEG, which is not read");
            case 0xC5 or 0xC6 or 0xDE or 0xDF: throw _refusal.OtherKind("it is a hierarchical JPEG, which is not read");
            case (>= 0xC8 and <= 0xCF): throw _refusal.OtherKind("it is a JPEG with arithmetic coding, which is not read");
            default: throw _refusal.Damaged($"it has a segment FF{marker:X2}, which is not expected there");
        }
    }

    private void ReadFrame(int marker, ReadOnlySpan<byte> data)
    {
        if (_components.Length > 0) throw _refusal.Damaged("it has two headers");
        if (data.Length < 6 || data.Length != 6 + 3 * data[5]) throw _refusal.Damaged("its header is broken");
        ImageLimits.Check(BinaryPrimitives.ReadUInt16BigEndian(data[1..]), BinaryPrimitives.ReadUInt16BigEndian(data[3..]), long.MaxValue, _file.Length, _refusal);
        if (data[0] is not (8 or 12)) throw _refusal.OtherKind($"it has {data[0]} bits a sample, and 8 or 12 are read");
        if (data[5] is not (1 or 3 or 4)) throw _refusal.OtherKind($"it has {data[5]} colour channels, and 1, 3 or 4 are read");
        _progressive = marker == 0xC2;
        _components = new (int, int, int)[data[5]];
        for (int i = 0; i < _components.Length; i++) _components[i] = (data[6 + 3 * i], data[7 + 3 * i] >> 4, data[7 + 3 * i] & 15);
        int h = _components.Max(component => component.H), v = _components.Max(component => component.V);
        if (_components.Any(component => component.H is < 1 or > 4 || component.V is < 1 or > 4) || _components.DistinctBy(component => component.Id).Count() < data[5])
            throw _refusal.Damaged("its header is broken");
        if (_components.Any(component => h % component.H != 0 || v % component.V != 0))
            throw _refusal.OtherKind("its colour channels are sampled in a fractional ratio, which is not read");
    }

    private void ReadCodes(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int length = 17;
            for (int i = 1; i < 17 && i < data.Length; i++) length += data[i];
            if (length > data.Length || length > 17 + 256 || (data[0] & 0xEC) != 0 || ++_tables > MaximumTables) throw _refusal.Damaged("its Huffman tables are broken");
            _codes.Add(data[0]);
            data = data[length..];
        }
    }

    private void ReadScan(int start, ReadOnlySpan<byte> data)
    {
        if (_components.Length == 0) throw _refusal.Damaged("its pixels come before its header");
        if (data.IsEmpty || data.Length != 4 + 2 * data[0] || data[0] is < 1 or > 4) throw _refusal.Damaged("the header of a scan is broken");
        if (_scans.Count == MaximumScans) throw _refusal.Because($"it has more than {MaximumScans} scans, the most that are read", "save it again");
        int first = data[^3];
        var ids = new HashSet<int>();
        for (int i = 0; i < data[0]; i++)
        {
            int id = data[1 + 2 * i], codes = data[2 + 2 * i];
            if (!ids.Add(id) || !_components.Any(component => component.Id == id)) throw _refusal.Damaged("a scan is of a colour channel that is not there");
            bool refinement = _progressive && first == 0 && data[^1] >> 4 > 0;
            if (!refinement && (!_progressive || first == 0) && !_codes.Contains(codes >> 4) || (!_progressive || first > 0) && !_codes.Contains(0x10 | codes & 15))
                throw _refusal.Damaged("a scan needs a Huffman table that is not there");
            if (!_progressive && !_scanned.Add(id)) throw _refusal.Damaged("it has two scans of one colour channel");
        }
        if (!_progressive && data[0] > 1 && data[0] < _components.Length) throw _refusal.OtherKind("it is a sequential JPEG with some colour channels in a scan of their own, which is not read");
        _scans.Add((start, _interval));
    }

    private ArraySegment<byte> WithIntervals(int end)
    {
        using MemoryStream file = new(end + 6 * _scans.Count);
        int from = 0;
        foreach ((int at, int interval) in _scans)
        {
            file.Write(_file.AsSpan(from, at - from));
            file.Write([0xFF, 0xDD, 0, 4, (byte)(interval >> 8), (byte)interval]);
            from = at;
        }
        file.Write(_file.AsSpan(from, end - from));
        return file.GetBuffer();
    }
}
