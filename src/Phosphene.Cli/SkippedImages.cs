using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;

namespace Phosphene.Cli;

/// <summary>What commands tell of images that could not be read.</summary>
internal static class SkippedImages
{
    public static void Warn(Terminal terminal, IEnumerable<SkippedImage> skipped)
    {
        foreach (SkippedImage image in skipped) terminal.Warn($"'{image.File}' was skipped: {image.Reason}");
    }

    public static JsonArray Json(IEnumerable<SkippedImage> skipped) => JsonOutput.List(skipped, image => new JsonObject { ["file"] = image.File, ["reason"] = image.Reason });
}
