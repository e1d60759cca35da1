namespace Phosphene.Evidence.Panels;

/// <summary>A column of a <see cref="QualityPanel"/>: one measure of pictures.</summary>
public interface IPanelColumn
{
    /// <summary>Its heading, and its name in JSON.</summary>
    string Name { get; }

    /// <summary>What the number says and what is natural, in one or two sentences.</summary>
    string Meaning { get; }

    /// <summary>The number of a picture; null where there is none, as for a class in a picture of no class.</summary>
    double? Of(PanelPicture picture);

    /// <summary>The number as it is read.</summary>
    string Text(double value);
}
