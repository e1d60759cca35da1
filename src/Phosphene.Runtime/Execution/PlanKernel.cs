namespace Phosphene.Runtime.Execution;

/// <summary>What a plan says of one of its kernels, for profiles.</summary>
/// <param name="Name">What the kernel computes, and how.</param>
/// <param name="Operations">The floating-point operations of the convolutions or matrix products that it does, as the graph states them; 0 if it does none.</param>
/// <param name="Bytes">The bytes that it reads and writes, each of its values once.</param>
/// <param name="Choice">Why the compiler chose this kernel, in words; null if there was nothing to choose.</param>
public sealed record PlanKernel(string Name, double Operations, double Bytes, string? Choice);
