using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Studio.Live;

/// <summary>How much one step may be, checked before anything is compiled: many people may ask for one at once, and each waits for the others.</summary>
internal static class AscentLimits
{
    /// <summary>The most terms of an objective and its penalties together, and the most transforms.</summary>
    public const int MostTerms = 64, MostTransforms = 32;

    /// <summary>The longest side of what transforms make of the image, in pixels.</summary>
    public const int MostTransformedSide = 2048;

    /// <summary>Makes sure that a step is not too much.</summary>
    /// <exception cref="FieldException">It is; the message says by what.</exception>
    public static void Require(Model model, string text, Objective objective, Recipe recipe)
    {
        int terms = ObjectiveTerms.Summands(objective).Count, penalties = recipe.Penalty is null ? 0 : ObjectiveTerms.Summands(recipe.Penalty).Count;
        if (terms + penalties > MostTerms)
            throw terms >= penalties ? Refused("objective", text, TermsRefused(terms + penalties)) : Refused("penalty", $"{recipe.Penalty}", TermsRefused(terms + penalties));
        RequireSides(recipe.Transforms, new Shape(1, model.Input.Channels, recipe.Height!.Value, recipe.Width!.Value));
    }

    private static string TermsRefused(int terms) => $"The objective and its penalties have {terms} terms; at most {MostTerms} are computed here.";

    private static void RequireSides(Pipeline transforms, Shape image)
    {
        const string field = "transforms";
        string text = transforms.ToString();
        if (transforms.Transforms.Length > MostTransforms) throw Refused(field, text, $"There are {transforms.Transforms.Length} transforms; at most {MostTransforms} are applied here.");
        var given = new Tensor(new Input(image, "image"));
        for (int count = 1; count <= transforms.Transforms.Length; count++)
        {
            Shape shape = ShapeAfter(new Pipeline(transforms.Transforms[..count]), given, text);
            if (shape.Height > MostTransformedSide || shape.Width > MostTransformedSide)
                throw Refused(field, text, $"The transforms make an image of {shape.Height} x {shape.Width} pixels (height x width); at most {MostTransformedSide} on a side are computed here.");
        }

        static Shape ShapeAfter(Pipeline transforms, Tensor image, string text)
        {
            try
            {
                return transforms.Apply(image, new RandomVariables()).Shape;
            }
            catch (Exception error) when (error is ArgumentException or OverflowException or InsufficientMemoryException)
            {
                throw Refused(field, text, error.Message);
            }
        }
    }

    private static FieldException Refused(string field, string text, string message) => new(field, new TextFormatException(message, text, 0));
}
