using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Pages;
using Phosphene.Runtime.Graphs;
using Phosphene.Shapes.Datasets;
using Phosphene.Shapes.Demo;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Shapes.Tests.Demo;

/// <summary>Every experiment of the demo, with less work than the tool gives it: what it says is what its pictures show.</summary>
public sealed class ShapesDemoTests : IDisposable
{
    private static readonly ShapesDemoSizes Small = new()
    {
        Steps = 60,
        ArticleSteps = 61,
        TestImages = 300,
        TrainingImages = 600,
        Starts = 6,
        StartsOfOthers = 2,
        LatentSteps = 62,
        CornerStarts = 8,
        Stops = 3,
        Samples = 3000,
    };

    // The classes of the demo, in its order.
    private static readonly int[] Classes = [9, 24, 39, 54];

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-demo-").FullName;
    private readonly Model _classifier = Model.Load(EmbeddedModels.Shapes, new ModelOptions { Threads = 1 });

    public void Dispose()
    {
        _classifier.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_first_picture_is_large_and_excites_its_class_by_a_figure_on_black()
    {
        using var demo = new ShapesDemo(threads: 2);
        Picture first = demo.First();
        Assert.Equal((544, 544), (first.Height, first.Width));
        Assert.Equal("rainbow double circle", ShapesDemo.FirstClass);
        float[] logits = Logits(first.Resize(68, 68).CenterCrop(48, 48));
        Assert.EndsWith("double circle", ShapesDataset.ClassNames[Array.IndexOf(logits, logits.Max())], StringComparison.Ordinal);
        Assert.InRange(logits[39], Logits(Noise(48, 48))[39] + 5, 1000);
        // Most of it is black, and what is not is bright and coloured.
        byte[] bytes = first.Bytes.ToArray();
        Assert.InRange(bytes.Count(value => value < 40) / (double)bytes.Length, 0.6, 0.97);
        Assert.InRange(bytes.Count(value => value > 200), bytes.Length / 100, bytes.Length);
    }

    [Fact]
    public void The_data_are_shown_with_how_many_test_images_the_classifier_tells_right()
    {
        XElement section = Section("the data");
        Match told = Regex.Match(section.Value, @"Of 300 images that it has not been trained on, the model tells (\d+) right\.");
        Assert.InRange(Whole(told.Groups[1].Value), 297, 300);
        (string, Picture Picture)[] examples = [.. Captions(section).Zip(Pictures(section))];
        Assert.Equal(12, examples.Length);
        Assert.All(examples, example => Assert.Equal(example.Item1, _classifier.Classify(example.Picture, 1)[0].Label));
    }

    [Fact]
    public void A_picture_of_a_channel_excites_it_more_than_the_pictures_of_others_do()
    {
        XElement section = Section("channels");
        Assert.Contains("60 steps, for the article's recipe 61.", section.Value, StringComparison.Ordinal);
        // For each row, picture and channel.
        float[][][] rows = [.. Pictures(section).Select(Channels).Chunk(8)];
        Assert.Equal(3, rows.Length);
        Assert.All(Enumerable.Range(0, 8), channel => Assert.Equal(channel, Enumerable.Range(0, 8).MaxBy(n => rows[0][n][channel])));
        // After so few steps a robust picture need not be ahead of every other, but it is on the whole.
        Assert.All(rows, row => Assert.InRange(Enumerable.Range(0, 8).Average(n => row[n][n] - row.Average(picture => picture[n])), 0.1, 100));
    }

    [Fact]
    public void Below_the_picture_of_a_class_stands_the_probability_that_the_classifier_gives_it()
    {
        XElement section = Section("classes");
        string[] told = Notes(section), expected = [.. Pictures(section).Select((picture, i) => Percent(Probability(picture, Classes[i % 4])))];
        Assert.Equal(28, told.Length);
        Assert.Equal(expected, told);
        Assert.Equal(["100.0 %", "100.0 %", "100.0 %", "100.0 %"], told[..4]);       // images of the data
        Assert.True(told.Distinct().Count() > 5, string.Join(' ', told));
    }

    [Fact]
    public void The_annealed_ascent_arrives_from_every_start_and_the_reports_from_none()
    {
        XElement section = Section("ascent in latents");
        string[][] table = Table(section, "starts that end above 0.9");
        Assert.Equal(["plain decoder, steps of 100 (the report)", "plain decoder, steps of 1", "plain decoder, Adam", "residual decoder, Adam", "residual decoder, annealed"], table.Select(row => row[0]));
        Assert.Equal(("0", "6"), (table[0][1], table[4][1]));
        Assert.Equal("63", table[0][3]);                                             // 62 steps and a last look
        Assert.Contains($"too, {6 - Whole(table[3][1])} of 6 ascents end on a hill", section.Value, StringComparison.Ordinal);

        // Four settings with a picture for each of six starts, then three classes with two starts each.
        string[] notes = Notes(section);
        Picture[] pictures = Pictures(section);
        Assert.Equal(4 * 6 + 3 * 2, pictures.Length);
        for (int i = 18; i < pictures.Length; i++)
        {
            int index = i < 24 ? 24 : Classes.Where(index => index != 24).ElementAt((i - 24) / 2);
            // The ascent looks at the image before it is rounded to 256 levels.
            Assert.Equal(Share(notes[i]), Probability(pictures[i], index), 0.05);
        }
    }

    [Fact]
    public void The_gradient_in_the_latents_is_as_much_larger_than_in_the_image_as_the_page_says()
    {
        XElement section = Section("ascent in latents");
        Match told = Regex.Match(section.Value, "In the latents it is ([0-9.]+) times what it is in the image for the plain decoder, ([0-9.]+) times for the residual one");
        // "plain decoder: 18 values from 152.9 to 17.8, ..." is what the chart says of its two curves.
        foreach ((string decoder, int group) in new[] { ("plain", 1), ("residual", 2) })
        {
            Match curve = Regex.Match(section.Descendants("desc").First().Value, $"{decoder} decoder: \\d+ values from ([0-9.]+) to ([0-9.]+)");
            Assert.Equal(1, Real(told.Groups[group].Value) / (Real(curve.Groups[1].Value) / Real(curve.Groups[2].Value)), 0.01);
        }
    }

    [Fact]
    public void The_corners_of_the_walk_are_nearest_to_the_images_that_they_were_made_for()
    {
        Picture[] walk = Pictures(Section("a walk through latents", Small with { LatentSteps = 150, CornerStarts = 16 }));
        Assert.Equal(4 * 3, walk.Length);
        var dataset = new ShapesDataset();
        foreach (int corner in Enumerable.Range(0, 4))
            Assert.Equal(Classes[corner], Classes.MinBy(index => Distance(walk[3 * corner], dataset.PictureOf(index))));
        // What lies between is neither end.
        Assert.All(Enumerable.Range(0, 12).Where(i => i % 3 != 0), i => Assert.True(Distance(walk[i], walk[i - i % 3]) > 0.01));
    }

    [Fact]
    public void The_random_search_shows_the_best_first_with_their_logits()
    {
        XElement section = Section("random search");
        Picture[] pictures = Pictures(section);
        double[] told = [.. Notes(section).Select(note => Real(note.Replace("logit ", "", StringComparison.Ordinal)))];
        Assert.Equal((8 + 8 * 4, 8 + 8 * 4), (pictures.Length, told.Length));
        Assert.Equal(told[..8].OrderDescending(), told[..8]);
        Assert.All(told[8..].Chunk(4), four => Assert.Equal(four.OrderDescending(), four));
        // Three digits of what was computed before the image was rounded to 256 levels.
        for (int i = 0; i < 8; i++) Assert.Equal(told[i], Logits(pictures[i])[24], 0.05 * Math.Abs(told[i]));
        for (int i = 8; i < told.Length; i++) Assert.Equal(told[i], Channels(pictures[i])[(i - 8) / 4], 0.05);
        Assert.Contains("draw 3,000 latents at random", section.Value, StringComparison.Ordinal);
        Assert.Contains($"is\n{Short(told[0])}, where an image of the data has {Short(Logits(new ShapesDataset().PictureOf(24))[24])},", section.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_regularizers_the_learned_prior_stays_nearest_to_the_data_and_the_page_names_the_extremes()
    {
        XElement section = Section("regularizers compared");
        string[][] table = Table(section, "regularizer");
        Assert.Equal(["none", "frequencies penalized", "Fourier space", "robustness", "learned prior"], table.Select(row => row[0]));
        Assert.Equal("learned prior", table.MinBy(row => Real(row[3]))![0]);
        Assert.Equal("learned prior", table.MaxBy(row => Share(row[2]))![0]);
        Assert.Contains($"The highest logits are reached with {table.MaxBy(row => Real(row[1]))![0]},", section.Value, StringComparison.Ordinal);
        Assert.Contains($"farthest from all data are the images of {table.MaxBy(row => Real(row[3]))![0]}:", section.Value, StringComparison.Ordinal);
        Assert.Contains("the nearest of 600 training images", section.Value, StringComparison.Ordinal);

        // "logit · probability · distance" of the first picture of all, counted anew.
        string[] first = Notes(section)[0].Split(" · ");
        Picture picture = Pictures(section)[0];
        var dataset = new ShapesDataset();
        float[] pixels = picture.ToPlanar(), other = new float[dataset.ImageLength];
        double nearest = Enumerable.Range(0, 600).Min(index =>
        {
            dataset.Draw(index, other);
            return Math.Sqrt(pixels.Zip(other, (a, b) => (double)(a - b) * (a - b)).Average());
        });
        Assert.Equal([Short(Logits(picture)[9]), Percent(Probability(picture, 9)), Short(nearest)], first);
    }

    [Fact]
    public void The_last_section_has_commands_to_go_on_with()
    {
        XElement section = Section("what next");
        Assert.Equal(["layers", "render", "render", "train"], section.Descendants("pre").Select(command => Regex.Match(command.Value, "^phosphene (\\w+) ").Groups[1].Value));
    }

    [Fact]
    public void A_cancelled_demo_does_not_go_on_searching()
    {
        using var end = new CancellationTokenSource();
        end.Cancel();
        using var demo = new ShapesDemo(threads: 2, cancellation: end.Token);
        int searched = 0;
        demo.Searching += (done, _) => searched = done;
        HtmlPage page = demo.NewPage();
        Assert.Throws<OperationCanceledException>(() => demo.Experiments.Single(experiment => experiment.Name == "random search").Add(page));
        Assert.Equal(0, searched);
        Assert.Equal(demo.NewPage().ToHtml(), page.ToHtml());
    }

    // The one section that an experiment adds; the same experiment gives the same section.
    private static XElement Section(string name, ShapesDemoSizes? sizes = null) => new(Known.GetOrAdd((name, sizes ?? Small), key => new Lazy<XElement>(() => Run(key.Name, key.Sizes))).Value);

    private static readonly ConcurrentDictionary<(string Name, ShapesDemoSizes Sizes), Lazy<XElement>> Known = [];

    private static XElement Run(string name, ShapesDemoSizes sizes)
    {
        using var demo = new ShapesDemo(threads: 2, sizes);
        HtmlPage page = demo.NewPage();
        demo.Experiments.Single(experiment => experiment.Name == name).Add(page);
        return Assert.Single(XDocument.Parse(page.ToHtml()).Descendants("section"));
    }

    private Picture[] Pictures(XElement section) => [.. section.Descendants("img").Select((image, i) =>
    {
        string file = Path.Combine(_folder, $"{i}.png");
        File.WriteAllBytes(file, Convert.FromBase64String(image.Attribute("src")!.Value.Split(',')[1]));
        return Picture.Load(file);
    })];

    // What stands below the pictures.
    private static string[] Notes(XElement section) => [.. section.Descendants("small").Select(note => note.Value)];

    // The rows of the table of numbers that has a column.
    private static string[][] Table(XElement section, string column) =>
        [.. section.Descendants("table").Single(table => !table.Descendants("img").Any() && table.Element("thead")!.Value.Contains(column, StringComparison.Ordinal))
            .Element("tbody")!.Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];

    private static string[] Captions(XElement section) => [.. section.Descendants("img").Select(image => image.Attribute("alt")!.Value)];

    // The means of the channels of conv3 for a picture of 48 x 48 pixels.
    private float[] Channels(Picture picture)
    {
        Picture seen = picture.Height > 48 ? picture.CenterCrop(48, 48) : picture;
        Tensor image = Evaluate.Input(1, 3, 48, 48);
        return Evaluate.Of(_classifier.Activate(image)["conv3"].MeanOver(2, 3), (image, seen.ToPlanar()));
    }

    private float[] Logits(Picture picture)
    {
        Tensor image = Evaluate.Input(1, 3, 48, 48);
        return Evaluate.Of(_classifier.Activate(image)[_classifier.LogitsLayer], (image, (picture.Height > 48 ? picture.CenterCrop(48, 48) : picture).ToPlanar()));
    }

    private double Probability(Picture picture, int index)
    {
        float[] logits = Logits(picture);
        return 1 / logits.Sum(logit => Math.Exp(logit - (double)logits[index]));
    }

    private static double Distance(Picture a, Picture b) => Math.Sqrt(a.ToPlanar().Zip(b.ToPlanar(), (x, y) => Math.Pow(x - y, 2)).Average());

    // The mean squared difference of pixels beside each other, as a share of that of any two pixels.
    private static double Roughness(Picture picture)
    {
        float[] pixels = picture.ToPlanar();
        double mean = pixels.Average(), variance = pixels.Average(pixel => (pixel - mean) * (pixel - mean));
        double beside = Enumerable.Range(0, pixels.Length).Where(i => i % picture.Width != 0).Average(i => Math.Pow(pixels[i] - pixels[i - 1], 2));
        double below = Enumerable.Range(0, pixels.Length).Where(i => i / picture.Width % picture.Height != 0).Average(i => Math.Pow(pixels[i] - pixels[i - picture.Width], 2));
        return (beside + below) / (4 * variance);
    }

    private static Picture Noise(int height, int width)
    {
        byte[] bytes = new byte[3 * height * width];
        new Random(1).NextBytes(bytes);
        return new Picture(height, width, 3, bytes);
    }

    private static string Short(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static double Share(string percent) => Real(percent.TrimEnd(' ', '%')) / 100;

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
