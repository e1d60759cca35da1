using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The inverse real Fourier transform of planes, or its adjoint. S [2, planes, H, K] with K = W / 2 + 1 is the half spectrum and y [planes, H, W]
/// the image:
/// <code>
/// X[h, k] = Σ_m S[m, k]·e^(+2πi·hm / H)                                                                  vertical
/// y[h, j] = 1 / (H·W)·Re Σ_k v[k]·X[h, k]·e^(+2πi·jk / W),   v = 1 where column k is its own mirror, else 2   horizontal
///
/// D[h, k]  = v[k] / (H·W)·Σ_j dy[h, j]·e^(-2πi·jk / W)                                                   adjoint, horizontal
/// dS[m, k] = Σ_h D[h, k]·e^(-2πi·hm / H)                                                                 adjoint, vertical
/// </code>
/// Column 0, and column W / 2 if W is even, are their own mirrors; there only Re X counts, and D is real.
/// Vertically, lanes are neighbouring columns. Horizontally, they are rows, and two real rows a and b go through one complex transform, of any
/// length, as a + i·b:
/// <code>
/// Z[k] = A[k] + i·B[k],   Z[W - k] = conj(A[k]) + i·conj(B[k])
/// </code>
/// and backward, the parts of A and B from Z by the transpose of that. One stage per direction; an item is a share of the groups of lanes.
/// </summary>
internal sealed unsafe class FourierKernel : Kernel
{
    private readonly Value _spectrum, _image, _middle, _work;
    private readonly FourierTransform _vertical, _horizontal;
    private readonly FourierGeometry _size;
    private readonly bool _adjoint;

    /// <summary>
    /// spectrum: [2, planes, H, K]. image: [planes, H, W]. middle: X or D, [planes, 2, H, pitch]. work: one piece per share.
    /// vertical, horizontal: transforms of length H and W.
    /// </summary>
    public FourierKernel(Value spectrum, Value image, Value middle, Value work, FourierTransform vertical, FourierTransform horizontal,
        FourierGeometry size, bool adjoint)
    {
        (_spectrum, _image, _middle, _work, _size, _adjoint) = (spectrum, image, middle, work, size, adjoint);
        (_vertical, _horizontal) = (vertical, horizontal);
    }

    public override int Stages => 2;

    public override int Items(int stage) => Math.Min(_size.Shares, Groups(stage));

    private int Groups(int stage) => IsVertical(stage) ? _size.Planes * _size.ColumnGroups : _size.Planes * _size.RowGroups;

    private bool IsVertical(int stage) => stage == 0 != _adjoint;

    public override void Run<TLane>(int stage, int item)
    {
        long groups = Groups(stage), items = Items(stage);
        float* work = _work.Data + item * _size.WorkFloats;
        for (int group = (int)(item * groups / items), end = (int)((item + 1) * groups / items); group < end; group++)
            if (IsVertical(stage)) Vertical<TLane>(group, work);
            else if (_adjoint) Analyse<TLane>(group, work);
            else Synthesise<TLane>(group, work);
    }

    // Columns [first, first + Width) of a plane, S to X or D to dS.
    private void Vertical<TLane>(int group, float* work) where TLane : unmanaged, ILane<TLane>
    {
        (int plane, int first) = Math.DivRem(group, _size.ColumnGroups);
        first *= TLane.Width;
        long imaginary = (long)_size.Planes * _size.Height * _size.Half;
        float* s = _spectrum.Data + (long)plane * _size.Height * _size.Half + first, x = Middle(plane, 0) + first;
        ComplexRow spectrum = new(s, s + imaginary, _size.Half), middle = new(x, x + _size.MiddleImaginary, _size.Pitch);

        // The last columns may be fewer than lanes: they pass through a row of working memory, since the spectrum has no room beside them.
        int columns = Math.Min(TLane.Width, _size.Half - first);
        bool aside = columns < TLane.Width;
        float* row = work;
        if (aside) spectrum = new ComplexRow(row, row + TLane.Width, 2 * TLane.Width);
        work += 2 * _size.Height * TLane.Width;
        if (_adjoint)
        {
            _vertical.Run<TLane>(Exchanged(middle), Exchanged(spectrum), work);
            if (aside) CopyColumns(row, 2 * TLane.Width, TLane.Width, s, _size.Half, imaginary, columns);
        }
        else
        {
            if (aside)
            {
                new Span<float>(row, 2 * _size.Height * TLane.Width).Clear();
                CopyColumns(s, _size.Half, imaginary, row, 2 * TLane.Width, TLane.Width, columns);
            }
            _vertical.Run<TLane>(spectrum, middle, work);
        }
    }

    private void CopyColumns(float* from, nint fromStride, long fromImaginary, float* to, nint toStride, long toImaginary, int columns)
    {
        for (int h = 0; h < _size.Height; h++, from += fromStride, to += toStride)
            for (int c = 0; c < columns; c++)
            {
                to[c] = from[c];
                to[c + toImaginary] = from[c + fromImaginary];
            }
    }

    // Rows [first, first + Width) as A and as many more as B, X to y.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Synthesise<TLane>(int group, float* work) where TLane : unmanaged, ILane<TLane>
    {
        Rows<TLane> rows = RowsOf<TLane>(group, work);
        float* x = Middle(rows.Plane, rows.First), b = x + TLane.Width * _size.Pitch;
        LaneTranspose.Gather<TLane>(x, _size.Pitch, rows.CountA, _size.Half, rows.ReA, TLane.Width);
        LaneTranspose.Gather<TLane>(x + _size.MiddleImaginary, _size.Pitch, rows.CountA, _size.Half, rows.ImA, TLane.Width);
        LaneTranspose.Gather<TLane>(b, _size.Pitch, rows.CountB, _size.Half, rows.ReB, TLane.Width);
        LaneTranspose.Gather<TLane>(b + _size.MiddleImaginary, _size.Pitch, rows.CountB, _size.Half, rows.ImB, TLane.Width);

        TLane scale = TLane.Broadcast((float)(1.0 / ((double)_size.Height * _size.Width)));
        for (int k = 0; k < _size.Half; k++)
        {
            int at = k * TLane.Width, mirror = _size.Width - k;
            TLane re = TLane.Load(rows.ReA + at) * scale, im = TLane.Load(rows.ReB + at) * scale;
            if (k == 0 || mirror == k)
            {
                rows.Store(k, re, im);
                continue;
            }
            TLane imA = TLane.Load(rows.ImA + at) * scale, imB = TLane.Load(rows.ImB + at) * scale;
            rows.Store(k, re - imB, im + imA);
            rows.Store(mirror, re + imB, im - imA);
        }
        _horizontal.Run<TLane>(rows.Row, rows.Row, rows.Work);

        float* y = _image.Data + ((long)rows.Plane * _size.Height + rows.First) * _size.Width;
        LaneTranspose.Scatter(rows.Z, 2 * TLane.Width, y, _size.Width, rows.CountA, _size.Width);
        LaneTranspose.Scatter(rows.Z + TLane.Width, 2 * TLane.Width, y + TLane.Width * _size.Width, _size.Width, rows.CountB, _size.Width);
    }

    // The same rows, dy to D.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Analyse<TLane>(int group, float* work) where TLane : unmanaged, ILane<TLane>
    {
        Rows<TLane> rows = RowsOf<TLane>(group, work);
        float* dy = _image.Data + ((long)rows.Plane * _size.Height + rows.First) * _size.Width;
        float* b = dy + TLane.Width * _size.Width;
        LaneTranspose.Gather<TLane>(dy, _size.Width, rows.CountA, _size.Width, rows.Z, 2 * TLane.Width);
        LaneTranspose.Gather<TLane>(b, _size.Width, rows.CountB, _size.Width, rows.Z + TLane.Width, 2 * TLane.Width);
        _horizontal.Run<TLane>(Exchanged(rows.Row), Exchanged(rows.Row), rows.Work);

        TLane scale = TLane.Broadcast((float)(1.0 / ((double)_size.Height * _size.Width)));
        for (int k = 0; k < _size.Half; k++)
        {
            int at = k * TLane.Width, mirror = _size.Width - k;
            (TLane re, TLane im) = rows.Load(k);
            re *= scale;
            im *= scale;
            if (k == 0 || mirror == k)
            {
                TLane.Store(rows.ReA + at, re);
                TLane.Store(rows.ImA + at, default);
                TLane.Store(rows.ReB + at, im);
                TLane.Store(rows.ImB + at, default);
                continue;
            }
            (TLane reMirror, TLane imMirror) = rows.Load(mirror);
            reMirror *= scale;
            imMirror *= scale;
            TLane.Store(rows.ReA + at, re + reMirror);
            TLane.Store(rows.ImA + at, im - imMirror);
            TLane.Store(rows.ReB + at, im + imMirror);
            TLane.Store(rows.ImB + at, reMirror - re);
        }

        float* d = Middle(rows.Plane, rows.First);
        b = d + TLane.Width * _size.Pitch;
        PutHalf(rows.ReA, TLane.Width, d, rows.CountA);
        PutHalf(rows.ImA, TLane.Width, d + _size.MiddleImaginary, rows.CountA);
        PutHalf(rows.ReB, TLane.Width, b, rows.CountB);
        PutHalf(rows.ImB, TLane.Width, b + _size.MiddleImaginary, rows.CountB);
    }

    // Rows of D; the columns that only fill up the last vector become zero.
    private void PutHalf(float* lanes, int width, float* rows, int count)
    {
        LaneTranspose.Scatter(lanes, width, rows, _size.Pitch, count, _size.Half);
        for (int row = 0; row < count; row++) new Span<float>(rows + row * _size.Pitch + _size.Half, _size.Pitch - _size.Half).Clear();
    }

    private float* Middle(int plane, int row) => _middle.Data + ((long)plane * 2 * _size.Height + row) * _size.Pitch;

    // Conjugate and times i, which makes e^+ of a transform e^-.
    private static ComplexRow Exchanged(ComplexRow row) => new(row.Im, row.Re, row.Stride);

    // Where a group's rows lie, and its working memory: Z [W, 2, lanes], then A and B, each [2, K, lanes], where the transform works in its turn.
    private readonly struct Rows<TLane>(int plane, int first, int countA, int countB, float* work, int width, int half)
        where TLane : unmanaged, ILane<TLane>
    {
        public readonly int Plane = plane, First = first, CountA = countA, CountB = countB;
        public readonly float* Z = work, Work = work + 2 * width * TLane.Width;

        public float* ReA => Work;

        public float* ImA => Work + half * TLane.Width;

        public float* ReB => Work + 2 * half * TLane.Width;

        public float* ImB => Work + 3 * half * TLane.Width;

        public ComplexRow Row => new(Z, Z + TLane.Width, 2 * TLane.Width);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TLane Re, TLane Im) Load(int k) => (TLane.Load(Z + 2 * k * TLane.Width), TLane.Load(Z + (2 * k + 1) * TLane.Width));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(int k, TLane re, TLane im)
        {
            TLane.Store(Z + 2 * k * TLane.Width, re);
            TLane.Store(Z + (2 * k + 1) * TLane.Width, im);
        }
    }

    private Rows<TLane> RowsOf<TLane>(int group, float* work) where TLane : unmanaged, ILane<TLane>
    {
        (int plane, int first) = Math.DivRem(group, _size.RowGroups);
        first *= 2 * TLane.Width;
        int left = _size.Height - first, countA = Math.Min(left, TLane.Width), countB = Math.Min(left - countA, TLane.Width);
        return new Rows<TLane>(plane, first, countA, countB, work, _size.Width, _size.Half);
    }
}

/// <summary>The sizes of a Fourier transform of planes H × W on vectors of so many lanes, divided into at most so many shares of work.</summary>
internal readonly record struct FourierGeometry(int Planes, int Height, int Width, int Lanes, int Shares)
{
    /// <summary>The columns of the half spectrum.</summary>
    public int Half => Width / 2 + 1;

    /// <summary>The groups of columns of a plane.</summary>
    public int ColumnGroups => (Half + Lanes - 1) / Lanes;

    /// <summary>The groups of rows of a plane.</summary>
    public int RowGroups => (Height + 2 * Lanes - 1) / (2 * Lanes);

    /// <summary>The floats of a row between the two directions: whole vectors.</summary>
    public int Pitch => ColumnGroups * Lanes;

    /// <summary>Floats from a real part between the two directions to its imaginary part.</summary>
    public nint MiddleImaginary => (nint)Height * Pitch;

    /// <summary>All planes between the two directions, in floats.</summary>
    public long MiddleFloats => 2L * Planes * Height * Pitch;

    /// <summary>The working memory of a share, in floats: one row of complex vectors and that of the transform; whole cache lines.</summary>
    public long WorkFloats => (2L * Longest * Lanes + FourierTransform.WorkFloats(Longest, Lanes) + 15) / 16 * 16;

    private int Longest => Math.Max(Height, Width);
}
