using Phosphene.Images;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Tests.Images;

/// <summary>Photos of all kinds, from a folder that may stand beside the repository.</summary>
public sealed class PhotoTests
{
    [PhotosFact]
    public void A_thousand_photos_are_all_read()
    {
        string[] files = Directory.GetFiles(SharedData.Path("images/imagenet-sample"), "*.jpg");
        Assert.InRange(files.Length, 1000, 1000);
        Picture[] pictures = [.. files.Select(Picture.Load)];
        Assert.All(pictures, picture => Assert.True(picture is { Height: >= 50, Width: >= 50, Channels: 3 }, $"{picture}"));
    }
}

/// <summary>A test that needs the photos, and says that it was skipped where there are none.</summary>
internal sealed class PhotosFactAttribute : FactAttribute
{
    public PhotosFactAttribute() =>
        Skip = SharedData.IsPresent && Directory.Exists(SharedData.Path("images/imagenet-sample")) ? null : "There are no photos in a folder 'shared/images/imagenet-sample' beside the repository.";
}
