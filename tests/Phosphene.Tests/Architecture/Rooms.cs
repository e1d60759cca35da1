namespace Phosphene.Tests.Architecture;

/// <summary>
/// The folders of src from the bottom up. What is in a folder may use what is in the folders before it, and nothing of those after it. Folders on one line
/// are one room, whose parts know each other; the comment says why they do.
/// </summary>
internal static class Rooms
{
    public static readonly string[][] FromTheBottom =
    [
        ["Phosphene.Runtime/Files"],
        ["Phosphene.Runtime/Graphs", "Phosphene.Runtime/Graphs/Operators"],              // a tensor's methods make operators, and operators are made into tensors
        ["Phosphene.Runtime/Numerics"],
        ["Phosphene.Runtime/Execution", "Phosphene.Runtime/Execution/Lanes", "Phosphene.Runtime/Execution/Kernels"],      // a plan runs kernels, and a kernel reads values
        ["Phosphene.Runtime/Compilation", "Phosphene.Runtime/Compilation/Passes"],       // folding constants compiles them
        ["Phosphene.Runtime/Onnx", "Phosphene.Runtime/Onnx/Reading"],                    // OnnxModel.Open reads what a model is made of
        ["Phosphene.Runtime/Onnx/Importing", "Phosphene.Runtime/Onnx/Importing/Operators"],                               // the table of operators and what is in it
        ["Phosphene.Runtime/Onnx/Writing"],
        ["Phosphene.Runtime/Training"],

        ["Phosphene/Syntax"],
        ["Phosphene/Images"],
        ["Phosphene/Models"],
        ["Phosphene/Transforms"],
        ["Phosphene/Parameterizations"],
        ["Phosphene/Operators"],
        ["Phosphene/Objectives"],
        ["Phosphene/Optimizers"],
        ["Phosphene/Recipes"],
        ["Phosphene/Visualization"],
        ["Phosphene"],                                                                   // what a first program needs, made of all the others

        ["Phosphene.Evidence/Datasets"],
        ["Phosphene.Evidence/Inputs"],
        ["Phosphene.Evidence/Examples"],
        ["Phosphene.Evidence/Ablations"],
        ["Phosphene.Evidence/Directions"],
        ["Phosphene.Evidence/Priors"],
        ["Phosphene.Evidence/Responses"],
        ["Phosphene.Evidence/Sensitivity"],
        ["Phosphene.Evidence/Statistics"],
        ["Phosphene.Evidence/Quality"],
        ["Phosphene.Evidence/Paths"],
        ["Phosphene.Evidence/Stability"],
        ["Phosphene.Evidence/Weights"],
        ["Phosphene.Evidence/Diagnoses"],
        ["Phosphene.Evidence/Panels"],

        ["Phosphene.Pages"],
        ["Phosphene.Pages/Galleries"],
        ["Phosphene.Atlas/Units"],
        ["Phosphene.Atlas/Sheets"],
        ["Phosphene.Atlas/Comparisons"],
        ["Phosphene.Atlas/Transfers"],
        ["Phosphene.Atlas/Paths"],
        ["Phosphene.Atlas/Recurrences"],
        ["Phosphene.Atlas/Diagnoses"],
        ["Phosphene.Atlas/Panels"],
        ["Phosphene.Atlas/Networks"],
        ["Phosphene.Atlas/Sweeps"],
        ["Phosphene.Atlas/Slurm"],
        ["Phosphene.Atlas/Galleries"],

        ["Phosphene.Shapes/Datasets"],
        ["Phosphene.Shapes/Latents"],
        ["Phosphene.Shapes/Training"],
        ["Phosphene.Shapes/Demo"],

        ["Phosphene.Studio/Scheduling"],
        ["Phosphene.Studio/Streams"],
        ["Phosphene.Studio/Storage"],
        ["Phosphene.Studio/Networks"],
        ["Phosphene.Studio/Security"],
        ["Phosphene.Studio/Pictures"],
        ["Phosphene.Studio/Live"],
        ["Phosphene.Studio/Photos"],
        ["Phosphene.Studio/Endpoints"],
        ["Phosphene.Studio"],

        ["Phosphene.Cli", "Phosphene.Cli/Commands"],                                     // the grammar names the commands, which share options and output
    ];
}
