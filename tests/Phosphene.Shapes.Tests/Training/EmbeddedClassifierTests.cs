using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Shapes.Tests.Training;

/// <summary>The classifier that comes with Phosphene, on the images that it was not trained on.</summary>
public sealed class EmbeddedClassifierTests
{
    [Fact]
    public void The_classifier_is_right_on_at_least_99_percent_of_the_2400_test_images()
    {
        const int batch = 100;
        using Model model = Model.Load(EmbeddedModels.Shapes);
        ShapesSubset images = new ShapesDataset().Split(ShapesSplit.Test);
        Assert.Equal(2400, images.Count);
        var image = new Tensor(new Input(new Shape(batch, 3, 48, 48), "image"));
        Tensor logits = model.Activate(image)[model.LogitsLayer];
        using Plan plan = model.Backend.Compile(logits);
        int right = 0;
        for (int first = 0; first < images.Count; first += batch)
        {
            for (int n = 0; n < batch; n++) images.Dataset.Draw(images.First + first + n, plan.Input(image).Slice(n * images.Dataset.ImageLength, images.Dataset.ImageLength));
            plan.Run();
            for (int n = 0; n < batch; n++)
            {
                float[] scores = plan.Output(logits).Slice(n * 60, 60).ToArray();
                if (Array.IndexOf(scores, scores.Max()) == images.Dataset.ClassOf(images.First + first + n)) right++;
            }
        }
        Assert.InRange(right, 2376, 2400);
    }

    [Fact]
    public void It_names_its_classes_and_wants_pictures_as_they_are()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        Assert.Equal("embedded:shapes", model.Path);
        Assert.Equal((48, 48), model.InputSize);
        Assert.Equal(Preprocessing.Unit, model.Preprocessing);
        Assert.Equal("logits", model.LogitsLayer);
        int index = 24;
        Assert.Equal("rainbow double square", model.Labels[index]);
        Assert.Equal(index, model.Classify(new ShapesDataset().PictureOf(index))[0].Class);
    }
}
