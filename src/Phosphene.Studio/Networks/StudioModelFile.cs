using Phosphene.Models;

namespace Phosphene.Studio.Networks;

/// <summary>A model that a studio opens with.</summary>
/// <param name="Path">The ONNX file, or a name such as "embedded:shapes".</param>
/// <param name="Options">Its preprocessing and labels.</param>
public sealed record StudioModelFile(string Path, ModelOptions? Options = null);
