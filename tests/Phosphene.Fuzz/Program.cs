using System.Globalization;
using Phosphene.Fuzz;

// Phosphene.Fuzz FIRST COUNT FOLDER   tries the mutants FIRST to FIRST + COUNT - 1 (truncations of small models: FIRST "cuts")
// Phosphene.Fuzz file PATH            tries one file
// Each mutant has a line when it begins and one when it is done; what is found is kept in FOLDER.
if (args is ["file", var path])
{
    Console.WriteLine(Trial.Run(path));
    return 0;
}
string folder = args[2];
int first = int.Parse(args[0], CultureInfo.InvariantCulture);
File.WriteAllBytes(Path.Combine(folder, OwnModels.WeightsFile), OwnModels.Weights());
IReadOnlyList<Seed> seeds = Seed.All();
var run = new FuzzRun(folder);
if (args[1] == "cuts")
{
    Seed[] small = [.. seeds.Where(seed => seed.Bytes.Length <= 4096).OrderByDescending(seed => seed.Bytes.Length).DistinctBy(seed => seed.Bytes.Length / 1400)];
    int number = 0;
    foreach (Seed seed in small)
        for (int length = 0; length < seed.Bytes.Length; length++, number++)
            if (number >= first) run.Try(number, seed.Bytes[..length], $"{seed.Name} cut at {length}");
}
else
{
    for (int number = first; number < first + int.Parse(args[1], CultureInfo.InvariantCulture); number++)
    {
        (byte[] bytes, string story) = new Mutator(seeds, number).Make();
        run.Try(number, bytes, story);
    }
}
return 0;
