namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>What the reader accepts, checked before anything is allocated, so that a hostile file cannot exhaust memory.</summary>
internal static class Limits
{
    public const long FileBytes = 4L << 30;
    public const int Nodes = 200_000;           // of the graph and all functions in the file; and again once the functions are inlined
    public const int Functions = 10_000;
    public const int Nesting = 32;              // sub-graphs in sub-graphs, functions in functions
    public const int InlinedCharacters = 32 << 20;   // of all names that inlining makes
    public const int Initializers = 200_000;
    public const int Values = 200_000;          // graph inputs, and outputs
    public const int NamesPerNode = 65_536;
    public const int NamesPerGraph = 4_000_000;
    public const int AttributesPerNode = 1_000;
    public const int AttributeElements = 1 << 20;
    public const int AttributesPerGraph = 4_000_000;
    public const int Opsets = 1_000;
    public const int MetadataEntries = 10_000;
    public const int Rank = 8;
    public const long Elements = int.MaxValue;  // of one tensor, and of all tensors in the file together
    public const int ExternalFiles = 10_000;
    public const int NameBytes = 4 << 10;
    public const int TextBytes = 1 << 20;
}
