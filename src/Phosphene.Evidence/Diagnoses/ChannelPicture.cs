using Phosphene.Images;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>A picture that was made for a channel, and what it tells.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Maximum">The largest activation of the channel over the positions of the picture; NaN if the ascent gave no number.</param>
/// <param name="Fine">The share of its spectrum's power above a quarter cycle per pixel, from 0 to 1.</param>
public sealed record ChannelPicture(Picture Picture, double Maximum, double Fine);
