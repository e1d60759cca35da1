using Phosphene.Syntax;

namespace Phosphene.Studio.Live;

/// <summary>A text of a request that cannot be read.</summary>
/// <param name="field">Which one.</param>
/// <param name="error">What is wrong with it.</param>
internal sealed class FieldException(string field, TextFormatException error) : Exception(error.Message, error)
{
    public string Field { get; } = field;

    public int Position { get; } = error.Position;
}
