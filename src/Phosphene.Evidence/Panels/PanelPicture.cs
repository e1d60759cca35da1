using Phosphene.Images;
using Phosphene.Objectives;

namespace Phosphene.Evidence.Panels;

/// <summary>A picture that was made for an objective.</summary>
/// <param name="File">Its file.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Objective">What it was made for.</param>
public sealed record PanelPicture(string File, Picture Picture, Objective Objective);
