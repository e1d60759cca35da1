namespace Phosphene.Runtime.Onnx;

/// <summary>Why a model cannot be used.</summary>
public enum ModelFault
{
    /// <summary>The file cannot be opened, is not ONNX, is damaged or breaks ONNX's rules.</summary>
    Malformed,

    /// <summary>The file is sound, but uses something that this runtime does not have.</summary>
    Unsupported,

    /// <summary>A layer does not fit the shape that reaches it; another image size or an earlier layer may work.</summary>
    ShapeMismatch,
}

/// <summary>A model that cannot be used. The message is one sentence: the file, the thing, what it is, what was expected and what to do.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>A malformed model.</summary>
    public ModelFormatException(string message) : this(message, ModelFault.Malformed)
    {
    }

    /// <summary>A model that cannot be used, and why.</summary>
    public ModelFormatException(string message, ModelFault fault, Exception? innerException = null) : base(message, innerException) => Fault = fault;

    /// <summary>Whether the file is wrong, not supported, or does not fit the image.</summary>
    public ModelFault Fault { get; }
}
