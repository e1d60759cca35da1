using Phosphene.Evidence.Inputs;
using Phosphene.Models;
using Xunit;

namespace Phosphene.Evidence.Tests.Inputs;

public sealed class UsualPreprocessingsTests
{
    [Fact]
    public void Each_range_is_there_with_red_first_and_with_blue_first()
    {
        Assert.Equal(["caffe", "imagenet", "signed", "inception", "unit"], UsualPreprocessings.All.Take(5).Select(usual => usual.ToString()));
        Assert.Equal(10, UsualPreprocessings.All.Length);
        Assert.Equal(5, UsualPreprocessings.All.Count(usual => usual.Bgr));
        Assert.Contains(Preprocessing.Parse("rgb*255"), UsualPreprocessings.All);
        Assert.Contains(Preprocessing.Parse("bgr-(0.406,0.456,0.485)/(0.225,0.224,0.229)"), UsualPreprocessings.All);
    }

    [Theory]
    [InlineData("caffe", "bgr*255-(103.06,115.90,123.15)", true)]
    [InlineData("inception", "rgb*255-(123,117,104)", true)]
    [InlineData("caffe", "inception", false)]                        // blue comes first in one
    [InlineData("caffe", "bgr*255", false)]
    [InlineData("unit", "signed", false)]
    [InlineData("imagenet", "signed", false)]
    [InlineData("unit", "rgb-(0.05,0.05,0.05)", true)]
    public void Means_a_twentieth_of_the_range_apart_are_near(string one, string other, bool near)
    {
        Assert.Equal(near, UsualPreprocessings.Near(Preprocessing.Parse(one), Preprocessing.Parse(other)));
        Assert.Equal(near, UsualPreprocessings.Near(Preprocessing.Parse(other), Preprocessing.Parse(one)));
    }

    [Fact]
    public void Exchanged_means_go_with_their_colours()
    {
        Assert.Equal(Preprocessing.Parse("rgb*255-(123,117,104)"), UsualPreprocessings.Swapped(Preprocessing.Parse("caffe")));
        Assert.Equal(Preprocessing.Parse("caffe"), UsualPreprocessings.Swapped(UsualPreprocessings.Swapped(Preprocessing.Parse("caffe"))));
    }
}
