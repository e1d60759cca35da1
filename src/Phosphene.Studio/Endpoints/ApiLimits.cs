namespace Phosphene.Studio.Endpoints;

/// <summary>How much a request may bring.</summary>
internal static class ApiLimits
{
    /// <summary>The most bytes of a request that brings text; those that bring an image or a model say so themselves.</summary>
    public const long MostBodyBytes = 1L << 20;

    /// <summary>The most characters of an objective or of a part of a recipe.</summary>
    public const int MostTextLength = 4_000;
}
