using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene import MODEL -o FILE.onnx</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model();
        Option<string> file = new("--output", "-o") { HelpName = "FILE.onnx", Required = true, Description = "The file to write." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("import", "Write a model as one clean file: weights of other files inside, functions inlined, with preprocessing, labels and aliases.")
        {
            path, file, preprocess, labels, json,
        };
        command.SetAction(parsed =>
        {
            string output = parsed.GetRequiredValue(file);
            OutputFile.Require(output, ".onnx", "models are written as ONNX");
            using Model model = Model.LoadAny(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), threads: 1));
            ModelImport written = ModelImport.Write(model, output);
            if (written.Bytes > int.MaxValue) terminal.Warn($"'{output}' has more than 2 GB, which tools that read ONNX by protobuf's own library cannot read; Phosphene can.");
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(terminal.Output, new JsonObject
                {
                    ["file"] = output,
                    ["bytes"] = written.Bytes,
                    ["preprocessing"] = written.Preprocessing?.ToString(),
                    ["labels"] = written.Labels,
                    ["aliases"] = written.Aliases,
                });
            }
            else
            {
                string preprocessing = written.Preprocessing is { } known ? $"preprocessing {known}" : "no preprocessing (the model states none; give it with --preprocess)";
                terminal.Output.WriteLine(SafeText.Of(string.Create(CultureInfo.InvariantCulture, $"{output}: {written.Bytes} bytes, {preprocessing}, {written.Labels} labels, {written.Aliases} aliases")));
            }
            return ExitCode.Success;
        });
        return command;
    }
}
