namespace Phosphene.Runtime.Execution.Kernels;

internal static unsafe partial class Tile
{
    /// <summary>How many rows a tile has, known when it is compiled.</summary>
    public interface IRows
    {
        /// <summary>6, 7 or 8.</summary>
        static abstract int Count { get; }

        /// <summary>Whether they are pixels that follow each other in their block: one address is enough for all of them.</summary>
        static virtual bool InBlock => false;
    }

    /// <summary>As many rows as AVX2 has registers for.</summary>
    public readonly struct Six : IRows
    {
        public static int Count => Rows;
    }

    /// <summary>One row more, for vectors of 512 bits.</summary>
    public readonly struct Seven : IRows
    {
        public static int Count => Rows + 1;
    }

    /// <summary>Six pixels that follow each other in their block.</summary>
    private readonly struct SixInBlock : IRows
    {
        public static int Count => Rows;
        public static bool InBlock => true;
    }

    /// <summary>Seven of them.</summary>
    private readonly struct SevenInBlock : IRows
    {
        public static int Count => Rows + 1;
        public static bool InBlock => true;
    }

    /// <summary>Two rows more, for <see cref="Sums"/> alone: of an epilogue it has only what adds.</summary>
    private readonly struct Eight : IRows
    {
        public static int Count => Rows + 2;
    }
}
