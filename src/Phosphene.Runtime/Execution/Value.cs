using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution;

/// <summary>How the elements of a value lie in memory.</summary>
internal enum Layout
{
    /// <summary>Row-major in the order of the shape.</summary>
    Plain,

    /// <summary>
    /// [N, C, H, W] as [N, ⌈C / 16⌉, H, W, 16]: sixteen channels of a pixel side by side. Lanes past the last channel are zero, always.
    /// </summary>
    Blocked,
}

/// <summary>A piece of memory of a plan. Pieces whose uses do not overlap in time share addresses.</summary>
internal sealed unsafe class Storage(long floats)
{
    /// <summary>The size in floats.</summary>
    public long Floats { get; } = floats;

    /// <summary>
    /// The floats after which rows of the image come again, for one image in channel blocks; 0 for all else. Storages with the same period share
    /// addresses so that a line of memory is always part of the same row, and so of the same thread.
    /// </summary>
    public long Period { get; init; }

    /// <summary>The address, once memory is laid out.</summary>
    public float* Address { get; set; }

    /// <summary>The first kernel that uses it, by index.</summary>
    public int First { get; set; } = int.MaxValue;

    /// <summary>The last kernel that uses it, by index, or, once memory is laid out, a result that took its memory.</summary>
    public int Last { get; set; } = -1;

    /// <summary>Whether the address was given from outside: a weight, not part of the plan's own memory.</summary>
    public bool External { get; init; }

    /// <summary>The constant that it holds, as it is or repacked; null for all else.</summary>
    public PackedConstant? Constant { get; init; }
}

/// <summary>A tensor's place in memory: a storage, or a part of one.</summary>
internal sealed unsafe class Value
{
    /// <summary>The number of channels in a block.</summary>
    public const int Block = 16;

    /// <summary>A value that fills a storage of its own.</summary>
    public Value(Shape shape, Layout layout)
        : this(shape, layout, new Storage(Size(shape, layout)) { Period = PeriodOf(shape, layout) }, 0, Size(shape, layout) / Math.Max(1, shape.Rank == 0 ? 1 : shape[0]))
    {
    }

    /// <summary>A value inside an existing storage.</summary>
    public Value(Shape shape, Layout layout, Storage storage, long offset, long imageStride)
    {
        Shape = shape;
        Layout = layout;
        Storage = storage;
        Offset = offset;
        ImageStride = imageStride;
        if (shape.Rank != 4) return;
        Blocks = BlocksOf(shape.Channels);
        BlockStride = (long)shape.Height * shape.Width * Block;
    }

    private static long PeriodOf(Shape shape, Layout layout) =>
        layout == Layout.Blocked && shape.Rank == 4 && shape.Batch == 1 ? (long)shape.Height * shape.Width * Block : 0;

    /// <summary>The logical extents.</summary>
    public Shape Shape { get; }

    /// <summary>The order of the elements.</summary>
    public Layout Layout { get; }

    /// <summary>The memory.</summary>
    public Storage Storage { get; }

    /// <summary>The first element's place in the storage, in floats.</summary>
    public long Offset { get; }

    /// <summary>Floats from one image of the batch to the next.</summary>
    public long ImageStride { get; }

    /// <summary>The first element.</summary>
    public float* Data => Storage.Address + Offset;

    /// <summary>Whether the elements are one unbroken run.</summary>
    public bool Contiguous => Shape.Rank == 0 || Shape[0] <= 1 || ImageStride * Shape[0] == Size(Shape, Layout);

    /// <summary>The number of channel blocks of a blocked value.</summary>
    public int Blocks { get; }

    /// <summary>Floats from one channel block to the next.</summary>
    public long BlockStride { get; }

    /// <summary>⌈channels / 16⌉.</summary>
    public static int BlocksOf(int channels) => (channels + Block - 1) / Block;

    /// <summary>The floats that a shape takes in a layout.</summary>
    public static long Size(Shape shape, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return layout == Layout.Plain ? shape.Count : (long)shape.Batch * BlocksOf(shape.Channels) * Block * shape.Height * shape.Width;
    }

    /// <summary>The extents as they lie in memory: [N, C, H, W] or [N, C / 16, H, W, 16].</summary>
    public int[] PhysicalExtents() =>
        Layout == Layout.Plain ? [.. Shape] : [Shape.Batch, Blocks, Shape.Height, Shape.Width, Block];

    /// <summary>The strides, in floats, of <see cref="PhysicalExtents"/>; 0 for extents of 1, which broadcast.</summary>
    public long[] PhysicalStrides()
    {
        int[] extents = PhysicalExtents();
        var strides = new long[extents.Length];
        long stride = 1;
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = extents[axis] == 1 ? 0 : axis == 0 ? ImageStride : stride;
            stride *= extents[axis];
        }
        return strides;
    }

    /// <summary>The same memory as channels [start, start + length) of this blocked value; start is a multiple of 16.</summary>
    public Value ChannelView(int start, int length) =>
        new(Shape.With(1, length), Layout.Blocked, Storage, Offset + start / Block * BlockStride, ImageStride);
}
