using Phosphene.Pages.Galleries;
using Xunit;

namespace Phosphene.Pages.Tests.Galleries;

public sealed class PlacesTests
{
    [Fact]
    public void A_module_has_the_name_of_its_output_and_its_branches_are_named_after_it() =>
        Assert.Equal(["conv1/7x7_s2", "conv1", "4c/relu_3x3_reduce", "4c", "4d/relu_3x3_reduce", "4d"],
            Places.Short(["conv1/7x7_s2", "conv1/relu", "inception_4c/relu_3x3_reduce", "inception_4c/output", "inception_4d/relu_3x3_reduce", "inception_4d/output"]));

    [Fact]
    public void Names_stay_where_shorter_ones_would_be_alike() =>
        Assert.Equal(["left_4c", "right_4c", "conv"], Places.Short(["left_4c/output", "right_4c/output", "conv/relu"]));

    [Fact]
    public void What_all_names_end_with_is_left_out() =>
        Assert.Equal(["ReLU253", "ReLU261"], Places.Short(["ReLU253_Output_0", "ReLU261_Output_0"]));
}
