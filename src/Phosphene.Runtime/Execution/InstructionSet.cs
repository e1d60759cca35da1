using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Phosphene.Runtime.Execution;

/// <summary>The vector width that kernels run with. The same recipe gives the same bytes on the same instruction set.</summary>
public enum InstructionSet
{
    /// <summary>One float at a time.</summary>
    Scalar,

    /// <summary>Four floats: SSE or Arm AdvSimd.</summary>
    Vector128,

    /// <summary>Eight floats: AVX2 with FMA.</summary>
    Vector256,

    /// <summary>Sixteen floats: AVX-512.</summary>
    Vector512,
}

/// <summary>What this processor offers.</summary>
public static unsafe class Processor
{
    /// <summary>Whether a·b + c is computed with one rounding, as on every x86 processor with AVX2 and every 64-bit Arm.</summary>
    public static bool FusesMultiplyAdd { get; } = Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>The widest instruction set that is fast here.</summary>
    public static InstructionSet Best { get; } =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? InstructionSet.Vector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? InstructionSet.Vector256
        : Vector128.IsHardwareAccelerated ? InstructionSet.Vector128
        : InstructionSet.Scalar;

    /// <summary>Asks for the line of an address to be brought into the second-level cache; nothing where one cannot ask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }
}
