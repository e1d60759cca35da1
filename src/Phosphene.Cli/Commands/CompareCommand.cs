using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene compare MODEL OBJECTIVE... -o FILE.html</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> objectives = new("OBJECTIVE") { Arity = ArgumentArity.OneOrMore, Description = "What the pictures maximize, as in render; several are a respect in which pictures differ, too." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page to write; MODEL-compare.html by default. It is there after the first row and grows; FILE.json beside it has all numbers." };
        Option<string?> sheet = new("--sheet") { HelpName = "FILE.png", Description = "Also write one picture of all, small: a row for each combination, with the values of the last respect side by side." };
        (string Name, Option<string[]> Option)[] varied =
        [
            Varied("--preset", "NAME", "The recipes to start from; lucid by default."),
            Varied("--parameterization", "TEXT", "What the optimizer changes, as in fourier() 'fourier(decorrelate: false)' pixels()."),
            Varied("--transforms", "PIPELINE", "The random changes of the image in each step, as in none 'pad(16)|jitter(16)|crop'."),
            Varied("--image-operators", "PIPELINE", "What is done to the image after each step, as in none blur(1)."),
            Varied("--gradient-operators", "PIPELINE", "What is done to the gradient in the image, as in none laplacian(4)."),
            Varied("--optimizer", "TEXT", "How the gradient changes the parameters, as in adam(0.05) 'momentum(0.1)'."),
            Varied("--lr", "X", "The learning rates of the optimizer."),
            Varied("--penalty", "OBJECTIVE", "What is subtracted from the objective, as in none '0.001*tv()'."),
            Varied("--size", "H|HxW", "The height and width of the pictures in pixels; by default the size that the model was made for, or 224."),
            Varied("--seed", "N", "The numbers that all randomness comes from; 0 by default."),
        ];
        Option<string[]> vary = new("--vary") { HelpName = "NAME=VALUE,...", Description = "Values that take the place of {NAME} in any text here, a respect of its own: --penalty \"{l1}*l1() + {tv}*tv()\" --vary l1=0,0.05 --vary tv=0,0.25,3." };
        Option<string[]> steps = Varied("--steps", "N", "After how many steps each picture is taken; by default after those of the first recipe.").Option;
        Option<string[]> seconds = Varied("--seconds", "X", "After how many seconds each picture is taken, in place of steps: equal in time.").Option;
        Option<string?> judge = new("--judge", "-j") { HelpName = "MODEL", Description = "A second network, which tells the place of the class in pictures of classes; both need labels." };
        Option<string?> judgeLabels = new("--judge-labels") { HelpName = "FILE", Description = "The names of the second network's classes, if it comes without." };
        Option<string?> statistics = new("--statistics") { HelpName = "FILE", Description = "The photos that pictures are held against, as 'phosphene statistics' measured them; those of ImageNet by default." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("compare", "Hold recipes against each other: every combination of what the options give, with equal work, on one page with numbers.") { model, objectives, output, sheet };
        foreach ((_, Option<string[]> option) in varied) command.Add(option);
        foreach (Option option in new Option[] { vary, steps, seconds, judge, judgeLabels, statistics, preprocess, labels, threads, json, quiet }) command.Add(option);
        command.SetAction(parsed => new CompareJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Objectives = parsed.GetRequiredValue(objectives),
            Output = parsed.GetValue(output) ?? PageOptions.DefaultPage(parsed.GetRequiredValue(model), "compare"),
            Sheet = parsed.GetValue(sheet),
            Varied = [.. varied.Select(entry => (entry.Name, (IReadOnlyList<string>)(parsed.GetValue(entry.Option) ?? []))).Where(entry => entry.Item2.Count > 0)],
            Placeholders = parsed.GetValue(vary) ?? [],
            Steps = parsed.GetValue(steps) ?? [],
            Seconds = parsed.GetValue(seconds) ?? [],
            Judge = parsed.GetValue(judge),
            JudgeLabels = parsed.GetValue(judgeLabels),
            Statistics = parsed.GetValue(statistics),
            Preprocess = parsed.GetValue(preprocess),
            Labels = parsed.GetValue(labels),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }

    // An option of render that takes several values here: --lr 0.01 0.05, or --lr 0.01 --lr 0.05.
    private static (string Name, Option<string[]> Option) Varied(string name, string helpName, string description) =>
        (name[2..], new Option<string[]>(name) { HelpName = helpName, Description = $"{description} Several values are compared.", AllowMultipleArgumentsPerToken = true });
}
