using System.Text;

namespace Phosphene.Fuzz;

/// <summary>Edits that know only bytes: cuts, deletions, noise, repetitions, pieces of other seeds, flipped bits.</summary>
/// <param name="random">Where chance comes from.</param>
/// <param name="seeds">What pieces are taken from.</param>
/// <param name="ownKinds">How many kinds of edits the caller adds; all kinds are equally likely.</param>
/// <param name="own">Makes one of those, at a place; it tells the story itself.</param>
internal sealed class Damage(Random random, IReadOnlyList<Seed> seeds, int ownKinds, Func<byte[], int, StringBuilder, byte[]> own)
{
    private const int Before = 4, After = 2;                         // the kinds below that come before and after the caller's

    public byte[] Of(byte[] bytes, StringBuilder story)
    {
        if (bytes.Length < 2) return [1, 2, 3];
        int at = random.Next(bytes.Length), length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(2) == 0 ? 8 : bytes.Length));
        int kind = random.Next(Before + ownKinds + After);
        switch (kind)
        {
            case 0:
                story.Append(", cut at ").Append(at);
                return bytes[..at];
            case 1:
                story.Append(", delete at ").Append(at);
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                story.Append(", insert at ").Append(at);
                byte[] noise = new byte[Math.Min(length, 64)];
                random.NextBytes(noise);
                return [.. bytes[..at], .. noise, .. bytes[at..]];
            case 3:
                story.Append(", repeat at ").Append(at);
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case var _ when kind < Before + ownKinds:
                return own(bytes, at, story);
            case var _ when kind == Before + ownKinds:
                byte[] donor = Seed.Draw(seeds, random).Bytes;
                int from = random.Next(donor.Length), count = Math.Min(donor.Length - from, length);
                story.Append(", splice at ").Append(at);
                return [.. bytes[..at], .. donor[from..(from + count)], .. bytes[Math.Min(bytes.Length, at + count)..]];
            default:
                byte[] flipped = [.. bytes];
                for (int flips = 1 + random.Next(8); flips > 0; flips--) flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                story.Append(", flips");
                return flipped;
        }
    }
}
