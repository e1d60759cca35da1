using Phosphene.Models;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Sweeps;

/// <summary>What the plan in the folder of a sweep tells.</summary>
/// <param name="File">The name of the model's file.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="Preprocessing">How the model's images are prepared.</param>
/// <param name="Recipe">The recipe of the pictures, with a size.</param>
/// <param name="Units">How many units there are.</param>
internal sealed record SweepTold(string File, string Sha256, Preprocessing Preprocessing, Recipe Recipe, int Units);
