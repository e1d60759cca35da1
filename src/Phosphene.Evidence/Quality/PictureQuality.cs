namespace Phosphene.Evidence.Quality;

/// <summary>What can be said of a picture in numbers.</summary>
/// <param name="Value">The objective of the picture as it is.</param>
/// <param name="HeldOut">The objective averaged over <see cref="QualityMeter.HeldOut"/>, transforms that no recipe draws: what is left of it when the picture is moved, turned, slanted, zoomed and recoloured.</param>
/// <param name="HighFrequencies">The share of the spectrum's power above a quarter cycle per pixel: <see cref="PictureSpectrum.HighFrequencies"/>. Photos of 224 pixels have 0.02 in the median.</param>
/// <param name="Checkerboard">What repeats every two or four pixels, 1 being nothing: <see cref="PictureSpectrum.Checkerboard"/>.</param>
/// <param name="ColourDistance">How far its colours are from those of photos: <see cref="NaturalImages.ColourDistance"/>.</param>
/// <param name="MagnitudeDistance">How far its spectrum is from that of photos: <see cref="NaturalImages.MagnitudeDistance(Images.Picture)"/>.</param>
/// <param name="Rank">The place of the class in it under a second network; null without one, or for an objective of no class.</param>
public sealed record PictureQuality(double Value, double HeldOut, double HighFrequencies, double Checkerboard, double ColourDistance, double MagnitudeDistance, int? Rank);
