namespace Phosphene.Fuzz;

/// <summary>What is broken and tried, and what one trial may take.</summary>
/// <param name="File">The name of a mutant's file.</param>
/// <param name="Try">Tries a file, and says in a word or two how it ended; every exception is a find.</param>
/// <param name="MostSeconds">Processor seconds.</param>
/// <param name="MostBytes">Memory of the process, beside <paramref name="BytesPerByte"/>.</param>
/// <param name="BytesPerByte">Memory for each byte of the file.</param>
internal sealed record FuzzSubject(string File, Func<string, string> Try, double MostSeconds, long MostBytes, long BytesPerByte)
{
    public static FuzzSubject Models { get; } = new("mutant.onnx", Trial.Run, 5, 200_000_000, 4);

    public static FuzzSubject Images { get; } = new("mutant.image", ImageTrial.Run, 1, 300_000_000, 0);

    /// <summary>"models" or "images".</summary>
    public static FuzzSubject Named(string name) => name == "images" ? Images : Models;
}
