using Phosphene.Atlas.Units;

namespace Phosphene.Atlas.Transfers;

/// <summary>A picture of a class and what another network sees in it.</summary>
/// <param name="Class">The number of the class in the network that the picture was made for.</param>
/// <param name="Label">Its label there.</param>
/// <param name="Unit">The picture.</param>
/// <param name="Rank">The place of the class in it under the other network; 1 is the first.</param>
/// <param name="First">The label of the class that the other network sees first.</param>
public sealed record TransferredClass(int Class, string Label, UnitPicture Unit, int Rank, string First);
