namespace Phosphene.Fuzz;

/// <summary>A sound model to start from.</summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="Bytes">Its file.</param>
/// <param name="Weight">How often it is drawn, among the others.</param>
internal sealed record Seed(string Name, byte[] Bytes, double Weight)
{
    private const string Debian = "/usr/share/libonnx-testdata/data";
    private const int LargestCase = 256 << 10;

    /// <summary>
    /// The models of this project, those of the folder "onnx-light" beside the repository and the cases of Debian's libonnx-testdata, as far as they
    /// are there.
    /// </summary>
    public static IReadOnlyList<Seed> All()
    {
        List<Seed> seeds = Group(OwnModels.All(), 0.4);
        if (Light() is { } light) seeds.AddRange(Group(Files(light, "*.onnx").Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))), 0.1));
        if (Directory.Exists(Debian))
            seeds.AddRange(Group(Files(Debian, "model.onnx").Where(file => new FileInfo(file).Length <= LargestCase)
                .Select(file => (Path.GetFileName(Path.GetDirectoryName(file)!), File.ReadAllBytes(file))), 0.5));
        return seeds;
    }

    /// <summary>One of them.</summary>
    public static Seed Draw(IReadOnlyList<Seed> seeds, Random random)
    {
        double at = random.NextDouble() * seeds.Sum(seed => seed.Weight);
        foreach (Seed seed in seeds)
            if ((at -= seed.Weight) < 0) return seed;
        return seeds[^1];
    }

    private static List<Seed> Group(IEnumerable<(string Name, byte[] Bytes)> models, double weight)
    {
        (string Name, byte[] Bytes)[] all = [.. models];
        return [.. all.Select(model => new Seed(model.Name, model.Bytes, weight / all.Length))];
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string? Light()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Phosphene.slnx")))
                return Path.Combine(folder.Parent?.FullName ?? "", "shared", "onnx-light") is var light && Directory.Exists(light) ? light : null;
        return null;
    }
}
