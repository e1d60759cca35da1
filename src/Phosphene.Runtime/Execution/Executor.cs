namespace Phosphene.Runtime.Execution;

/// <summary>Runs kernels, stage after stage, on a team of threads with the vectors of an instruction set.</summary>
internal sealed class Executor(ThreadTeam team, InstructionSet instructionSet)
{
    private static long s_tickets;

    private readonly Action<Kernel, int, int> _runItem = instructionSet switch
    {
        InstructionSet.Vector512 => static (kernel, stage, item) => kernel.Run<Lane512>(stage, item),
        InstructionSet.Vector256 => static (kernel, stage, item) => kernel.Run<Lane256>(stage, item),
        InstructionSet.Vector128 => static (kernel, stage, item) => kernel.Run<Lane128>(stage, item),
        _ => static (kernel, stage, item) => kernel.Run<Lane1>(stage, item),
    };

    private readonly Lock _turn = new();                             // the team runs one loop at a time

    /// <summary>Runs a kernel; what other threads run waits for its turn.</summary>
    public void Run(Kernel kernel)
    {
        lock (_turn)
        {
            kernel.Ticket = Interlocked.Increment(ref s_tickets);
            for (int stage = 0; stage < kernel.Stages; stage++) team.Run(kernel, stage, _runItem);
        }
    }
}
