namespace Phosphene.Runtime.Execution;

/// <summary>Memory of which the system has the content elsewhere, in a file: pages that are let go of are read again where someone looks at them.</summary>
internal interface IRereadable
{
    /// <summary>Lets go of the pages. Only a hint: they may stay.</summary>
    void LetGo();
}
