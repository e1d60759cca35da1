using System.Globalization;
using Phosphene.Fuzz;

// Phosphene.Fuzz models FIRST COUNT FOLDER   tries the mutants FIRST to FIRST + COUNT - 1 of models (truncations of small models: FIRST "cuts")
// Phosphene.Fuzz images FIRST COUNT FOLDER   the same of images
// Phosphene.Fuzz models|images file PATH     tries one file
// Each mutant has a line when it begins and one when it is done; what is found is kept in FOLDER.
FuzzSubject subject = FuzzSubject.Named(args[0]);
if (args[1] == "file")
{
    Console.WriteLine(subject.Try(args[2]));
    return 0;
}
string folder = args[3];
int first = int.Parse(args[1], CultureInfo.InvariantCulture);
var run = new FuzzRun(folder, subject);
if (subject == FuzzSubject.Images)
{
    IReadOnlyList<Seed> images = ImageSeeds.All();
    foreach (Seed seed in images) run.WarmUp(seed.Bytes);
    for (int number = first; number < first + int.Parse(args[2], CultureInfo.InvariantCulture); number++)
    {
        (byte[] bytes, string story) = new ImageMutator(images, number).Make();
        run.Try(number, bytes, story);
    }
    return 0;
}
File.WriteAllBytes(Path.Combine(folder, OwnModels.WeightsFile), OwnModels.Weights());
IReadOnlyList<Seed> seeds = Seed.All();
if (args[2] == "cuts")
{
    Seed[] small = [.. seeds.Where(seed => seed.Bytes.Length <= 4096).OrderByDescending(seed => seed.Bytes.Length).DistinctBy(seed => seed.Bytes.Length / 1400)];
    int number = 0;
    foreach (Seed seed in small)
        for (int length = 0; length < seed.Bytes.Length; length++, number++)
            if (number >= first) run.Try(number, seed.Bytes[..length], $"{seed.Name} cut at {length}");
}
else
{
    for (int number = first; number < first + int.Parse(args[2], CultureInfo.InvariantCulture); number++)
    {
        (byte[] bytes, string story) = new Mutator(seeds, number).Make();
        run.Try(number, bytes, story);
    }
}
return 0;
