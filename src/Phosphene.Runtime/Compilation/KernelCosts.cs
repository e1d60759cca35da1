using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Which kernel does the operations of which tensor.</summary>
internal static class KernelCosts
{
    /// <summary>
    /// The operations of each kernel, see <see cref="Cost"/>; 0 for those that multiply nothing. Kernels carry the name of the tensor that they
    /// were lowered for and stand in the order of the tensors, so of those that share a name the first belongs to the first tensor.
    /// </summary>
    public static double[] Of(IReadOnlyList<Kernel> kernels, IEnumerable<Tensor> tensors)
    {
        Dictionary<string, double[]> costs = tensors.Select(tensor => (Key: $"{tensor.Name ?? tensor.Operator.Kind} {tensor.Shape}", Cost: Cost.Of(tensor)))
            .Where(entry => entry.Cost > 0)
            .GroupBy(entry => entry.Key, entry => entry.Cost)
            .ToDictionary(group => group.Key, group => group.ToArray());
        var result = new double[kernels.Count];
        IEnumerable<IGrouping<string, int>> groups = Enumerable.Range(0, kernels.Count)
            .Where(index => Multiplies(kernels[index]))
            .GroupBy(index => kernels[index].Name[(kernels[index].GetType().Name.Length + 1)..]);
        foreach (IGrouping<string, int> group in groups)
        {
            if (!costs.TryGetValue(group.Key, out double[]? known) || known.Length != group.Count()) continue;
            foreach ((int kernel, double cost) in group.Zip(known)) result[kernel] = cost;
        }
        return result;
    }

    private static bool Multiplies(Kernel kernel) => kernel is ConvolutionKernel or WinogradKernel or ImageGradient or ConvolutionWeightGradient or MatrixProduct;
}
