using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    /// <summary>
    /// What has to be computed for an assignment. Adam on parameters works where they are; a parameter that becomes another one is only copied.
    /// </summary>
    public static IEnumerable<Tensor> NeededFor(Assignment assignment) => assignment.Value.Operator switch
    {
        AdamStep when IsInPlace(assignment) => assignment.Value.Inputs.Skip(3),
        Parameter => [],
        _ => [assignment.Value],
    };

    /// <summary>The end of the run: the kernel that assigns; null if there is nothing to.</summary>
    public AssignKernel? Assign(IReadOnlyList<Assignment> assignments)
    {
        if (assignments.Count == 0) return null;
        var targets = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (Tensor parameter in assignments.SelectMany(assignment => assignment.Parameters))
            if (!targets.Add((Parameter)parameter.Operator)) throw new ArgumentException($"{parameter} is assigned to twice in one plan.");
        // A copy that another copy reads would be read too late or too early: it goes through memory of the plan.
        HashSet<Parameter> copied = new(assignments.Where(IsCopy).Select(assignment => (Parameter)assignment.Value.Operator), ReferenceEqualityComparer.Instance);
        List<AssignKernel.Move> copies = [], others = [];
        foreach (Assignment assignment in assignments)
        {
            Parameter[] into = [.. assignment.Parameters.Select(parameter => (Parameter)parameter.Operator)];
            if (IsCopy(assignment) && !copied.Contains(into[0])) copies.Add(new AssignKernel.CopyOfParameter(into[0], (Parameter)assignment.Value.Operator));
            else if (assignment.Value.Operator is AdamStep adam && IsInPlace(assignment))
            {
                Value[] read = [.. assignment.Value.Inputs.Skip(3).Select(Output)];
                others.Add(new AssignKernel.Adam(adam, into[0], into[1], into[2], read[0], read[1], read[2]));
            }
            else
            {
                if (IsCopy(assignment)) Lower(assignment.Value);
                Value value = Output(assignment.Value);
                for (int i = 0; i < into.Length; i++) others.Add(new AssignKernel.Copy(into[i], value, i * into[i].Shape.Count));
            }
        }
        return new AssignKernel(copies, others);
    }

    private static bool IsCopy(Assignment assignment) => assignment.Value.Operator is Parameter;

    private static bool IsInPlace(Assignment assignment) => assignment.Parameters.Length == 3
        && assignment.Parameters.Select((parameter, i) => ReferenceEquals(parameter.Operator, assignment.Value.Inputs[i].Operator)).All(same => same);

    private Value Moved(Tensor tensor, AdamStep adam)
    {
        Value[] read = [.. tensor.Inputs.Select(input => Unbroken(Plain(input)))];
        var y = new Value(tensor.Shape, Layout.Plain);
        Emit(new AdamKernel(adam, read[0], read[1], read[2], read[3], read[4], read[5], y), read, [y]);
        return y;
    }
}
