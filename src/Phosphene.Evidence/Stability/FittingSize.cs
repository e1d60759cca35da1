using Phosphene.Models;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Evidence.Stability;

/// <summary>At which size a model looks at pictures.</summary>
internal static class FittingSize
{
    /// <summary>Builds a graph at the size of the pictures or, where a layer takes only images of one size, at that of the model, as in an ascent.</summary>
    /// <param name="model">The model.</param>
    /// <param name="height">The height of the pictures.</param>
    /// <param name="width">Their width.</param>
    /// <param name="graph">Builds it for a height and a width.</param>
    public static T Build<T>(Model model, int height, int width, Func<int, int, T> graph)
    {
        try
        {
            return graph(height, width);
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch)
        {
            return graph(model.UsualSize.Height, model.UsualSize.Width);
        }
    }
}
