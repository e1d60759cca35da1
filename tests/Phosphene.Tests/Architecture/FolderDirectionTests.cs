using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Tests.Architecture;

public sealed class FolderDirectionTests : IDisposable
{
    private readonly string _planted = Directory.CreateTempSubdirectory("phosphene-rooms-").FullName;

    public void Dispose() => Directory.Delete(_planted, recursive: true);

    [Fact]
    public void Folders_and_projects_point_one_way()
    {
        string[] faults = [.. new FolderDirection(Rooms.FromTheBottom).Faults(Source)];
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Every_folder_in_the_order_has_code()
    {
        foreach (string folder in Rooms.FromTheBottom.SelectMany(room => room))
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(Source, folder), "*.cs"));
    }

    // What stands there today, with one line more.
    [Theory]
    [InlineData("Phosphene/Models/Labels.cs", "using Phosphene.Objectives;", "Phosphene.Objectives is in Phosphene/Objectives, which stands above Phosphene/Models.")]
    [InlineData("Phosphene/Objectives/Algebra.cs", "using static Phosphene.Recipes.Recipe;", "Phosphene.Recipes.Recipe is in Phosphene/Recipes, which stands above Phosphene/Objectives.")]
    [InlineData("Phosphene/Syntax/Scanner.cs", "using Words = Phosphene.Models.Labels;", "Phosphene.Models.Labels is in Phosphene/Models, which stands above Phosphene/Syntax.")]
    [InlineData("Phosphene/Images/Picture.cs", "// a comment, then\nglobal using global::Phosphene.Pages;", "Phosphene.Pages is in Phosphene.Pages, which stands above Phosphene/Images.")]
    [InlineData("Phosphene.Runtime/Onnx/Reading/WireReader.cs", "using Phosphene.Runtime.Onnx.Importing;", "Phosphene.Runtime.Onnx.Importing is in Phosphene.Runtime/Onnx/Importing, which stands above Phosphene.Runtime/Onnx/Reading.")]
    [InlineData("Phosphene.Runtime/Execution/Plan.cs", "using Phosphene.Runtime.Compilation;", "Phosphene.Runtime.Compilation is in Phosphene.Runtime/Compilation, which stands above Phosphene.Runtime/Execution.")]
    public void A_wrong_using_is_found(string file, string line, string fault)
    {
        Plant(file, text => $"{line}\n{text}");
        Assert.Equal($"{file}({line.Split('\n').Length}): {fault}", Assert.Single(new FolderDirection(Rooms.FromTheBottom).Faults(_planted)));
    }

    [Theory]
    [InlineData("Visualization.Visualizer")]
    [InlineData("Phosphene.Visualization.Visualizer")]
    [InlineData("global::Phosphene.Visualization.Visualizer")]
    public void A_wrong_qualified_name_is_found_with_its_line(string name)
    {
        Write("Phosphene/Models/Planted.cs", $$"""
            namespace Phosphene.Models;

            /// <summary>"Of no use."</summary>
            internal sealed class Planted
            {
                private readonly {{name}}? _up;
            }
            """);
        string fault = Assert.Single(new FolderDirection(Rooms.FromTheBottom).Faults(_planted));
        Assert.Equal($"Phosphene/Models/Planted.cs(6): {name.Replace("global::", "", StringComparison.Ordinal)} is in Phosphene/Visualization, which stands above Phosphene/Models.", fault);
    }

    [Fact]
    public void Texts_comments_and_what_points_down_are_no_fault()
    {
        Write("Phosphene/Models/Planted.cs", """
            using Phosphene.Images;
            using Phosphene.Runtime.Training;

            namespace Phosphene.Models;

            // Phosphene.Visualization.Visualizer is not used here.
            internal sealed class Planted
            {
                private const char Quote = '"';
                private const string Text = "Phosphene.Objectives.Objective \" Phosphene.Recipes.Recipe", More = "Recipes.Recipe";   /* Phosphene.Cli.Words */
                private readonly Images.Picture? _down;
            }
            """);
        Assert.Empty(new FolderDirection(Rooms.FromTheBottom).Faults(_planted));
    }

    [Fact]
    public void A_reference_in_the_documentation_counts()
    {
        Write("Phosphene/Models/Planted.cs", """
            namespace Phosphene.Models;

            /// <summary>As <see cref="Objectives.Objective"/> has it.</summary>
            internal sealed class Planted;
            """);
        Assert.StartsWith("Phosphene/Models/Planted.cs(3): Objectives.Objective is in", Assert.Single(new FolderDirection(Rooms.FromTheBottom).Faults(_planted)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_namespace_of_another_folder_is_found()
    {
        Write("Phosphene/Models/Planted.cs", "namespace Phosphene.Objectives;\n\ninternal sealed class Planted;\n");
        Assert.Contains("Phosphene/Models/Planted.cs: the namespace is Phosphene.Objectives, where that of the folder, Phosphene.Models, is expected.", new FolderDirection(Rooms.FromTheBottom).Faults(_planted));
    }

    [Fact]
    public void A_folder_without_a_place_is_found()
    {
        Write("Phosphene/Helpers/Planted.cs", "namespace Phosphene.Helpers;\n");
        Assert.Equal("Phosphene/Helpers/Planted.cs: the folder has no place in the order; give it one in Rooms.cs.", Assert.Single(new FolderDirection(Rooms.FromTheBottom).Faults(_planted)));
    }

    [Theory]
    [InlineData("Phosphene.Pages", "Phosphene.Shapes", "stands above Phosphene.Pages")]
    [InlineData("Phosphene.Runtime", "Phosphene", "stands above Phosphene.Runtime")]
    [InlineData("Phosphene", "Phosphene.Utils", "has no place in the order")]
    public void A_wrong_reference_between_projects_is_found(string project, string used, string why)
    {
        Write($"{project}/{project}.csproj", $"""<Project><ItemGroup><ProjectReference Include="../{used}/{used}.csproj" /></ItemGroup></Project>""");
        Assert.Equal($"{project}/{project}.csproj: the project refers to {used}, which {why}.", Assert.Single(new FolderDirection(Rooms.FromTheBottom).Faults(_planted)));
    }

    private static string Source => Repository.Path("src");

    private void Plant(string file, Func<string, string> change) => Write(file, change(File.ReadAllText(Path.Combine(Source, file))));

    private void Write(string file, string text)
    {
        string path = Path.Combine(_planted, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
