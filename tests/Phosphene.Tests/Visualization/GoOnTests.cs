using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>Ascents that are steered under way.</summary>
public sealed class GoOnTests : IDisposable
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private static readonly Recipe Small = new() { Height = 14, Width = 21, Steps = 24, Seed = 7, RedirectSteps = 3, Transforms = Pipeline.Of(new Jitter(2)) };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public GoOnTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    private static byte[] Bytes(Ascent ascent) => ascent.Pictures()[0].Bytes.ToArray();

    private static void Advance(Ascent ascent, int steps)
    {
        for (int i = 0; i < steps; i++) ascent.Advance();
    }

    private static readonly Dictionary<string, Func<Recipe, Recipe>> Changes = new()
    {
        ["transforms"] = recipe => recipe with { Transforms = Pipeline.Parse("pad(2)|jitter(3)|rotate(-5..5)") },
        ["imageOperators"] = recipe => recipe with { ImageOperators = OperatorPipeline.Parse("every(2, blur(0.5))") },
        ["gradientOperators"] = recipe => recipe with { GradientOperators = OperatorPipeline.Parse("normalize(l2)") },
        ["rate"] = recipe => recipe with { Optimizer = new Adam(0.01f) },
        ["optimizer"] = recipe => recipe with { Optimizer = new Momentum(0.5f) },
        ["penalty"] = recipe => recipe with { Penalty = 0.01f * Objective.TotalVariation() },
        ["size"] = recipe => recipe with { Height = 18, Width = 25 },
        ["steps"] = recipe => recipe.WithSteps(30),
    };

    public static TheoryData<string> ChangeNames => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(ChangeNames))]
    public void What_was_steered_in_what_stages_can_tell_is_made_again_by_its_recipe(string what)
    {
        using var steered = new Ascent(_model, Small, Channel);
        Advance(steered, 5);
        Recipe changed = Changes[what](Small);
        steered.GoOn(changed, Channel);
        byte[] between = Bytes(steered);
        Advance(steered, 6);
        steered.GoOn(Small, Channel);                                // and back: a penalty, for example, is no longer there
        Advance(steered, 7);
        Assert.True(steered.IsReplayable);
        Assert.Equal(18, steered.StepsDone);

        var told = Recipe.FromJson(steered.Recipe.ToJson());
        Assert.Equal(told, steered.Recipe);
        using var again = new Ascent(_model, told, Channel);
        Advance(again, 5);
        Assert.Equal(Bytes(again), between);
        Advance(again, 13);
        Assert.Equal(Bytes(again), Bytes(steered));
        Assert.Equal(again.Value, steered.Value);
        if (what == "steps") return;

        using var unsteered = new Ascent(_model, Small, Channel);
        Advance(unsteered, 18);
        Assert.NotEqual(Bytes(unsteered), Bytes(steered));
    }

    [Fact]
    public void A_recipe_with_stages_that_is_steered_keeps_those_to_come()
    {
        Recipe octaves = Small with { Stages = [new Stage(6) { Height = 8, Width = 12 }, new Stage(6) { Height = 11, Width = 16 }] };
        using var steered = new Ascent(_model, octaves, Channel);
        Advance(steered, 8);
        steered.GoOn(octaves with { Optimizer = new Adam(0.01f) }, Channel);
        Assert.Equal([(6, 8), (2, 11), (4, 11)], steered.Recipe.Stages.Select(stage => (stage.Steps, stage.Height!.Value)));
        Advance(steered, 8);
        using var again = new Ascent(_model, Recipe.FromJson(steered.Recipe.ToJson()), Channel);
        Advance(again, 16);
        Assert.Equal((14, 21), (steered.Pictures()[0].Height, steered.Pictures()[0].Width));
        Assert.Equal(Bytes(again), Bytes(steered));
    }

    [Fact]
    public void Where_stages_would_say_the_same_as_the_recipe_there_are_none()
    {
        using var ascent = new Ascent(_model, Small, Channel);
        Advance(ascent, 5);
        ascent.GoOn(Small with { Optimizer = new Adam(0.01f) }, Channel);
        ascent.GoOn(Small, Channel);                                 // before a step was done so
        Assert.Equal(ascent.Recipe, Small.For(_model));
        Advance(ascent, 3);
        using var unsteered = new Ascent(_model, Small, Channel);
        Advance(unsteered, 8);
        Assert.Equal(Bytes(unsteered), Bytes(ascent));
    }

    [Fact]
    public void Fewer_steps_than_were_done_are_as_many()
    {
        using var ascent = new Ascent(_model, Small, Channel);
        Advance(ascent, 9);
        ascent.GoOn(Small.WithSteps(4), Channel);
        Assert.True(ascent.IsDone);
        Assert.Equal(9, ascent.Recipe.Steps);
        ascent.Recipe.Check();
    }

    [Fact]
    public void Steps_and_seed_compile_nothing_nor_does_another_channel()
    {
        using var ascent = new Ascent(_model, Small with { RedirectSteps = 0 }, Channel);
        Advance(ascent, 5);
        Runtime.Execution.Plan plan = ascent.Plan;
        ascent.GoOn(Small.WithSteps(50) with { RedirectSteps = 0 }, Channel);
        Advance(ascent, 1);
        Assert.Same(plan, ascent.Plan);
        Assert.True(ascent.IsReplayable);
        Assert.Equal(50, ascent.Recipe.Steps);

        ascent.GoOn(ascent.Recipe with { Seed = 8 }, Channel);
        Advance(ascent, 1);
        Assert.Same(plan, ascent.Plan);
        Assert.False(ascent.IsReplayable);

        Objective other = Objective.Channel("relu2", 1);
        ascent.GoOn(ascent.Recipe, other);
        Advance(ascent, 1);
        Assert.Same(plan, ascent.Plan);
        Assert.Equal(other, ascent.Objective);
        using var anew = new Ascent(_model, Small with { Start = null }, other);
        anew.Restore(ascent.Snapshot());
        Assert.Equal(anew.CleanValues()[0], ascent.CleanValues()[0]);
    }

    [Fact]
    public void The_draws_after_another_seed_are_its_own()
    {
        using Ascent same = new(_model, Small, Channel), other = new(_model, Small, Channel);
        foreach (Ascent ascent in new[] { same, other }) Advance(ascent, 5);
        other.GoOn(Small with { Seed = 8 }, Channel);
        Assert.Equal(Bytes(same), Bytes(other));
        foreach (Ascent ascent in new[] { same, other }) Advance(ascent, 8);
        Assert.NotEqual(Bytes(same), Bytes(other));
    }

    [Fact]
    public void Another_objective_goes_on_from_the_same_parameters()
    {
        Objective logit = Objective.Parse("logit(2)");
        using var ascent = new Ascent(_model, Small, Channel);
        Advance(ascent, 6);
        byte[] before = Bytes(ascent);
        ascent.GoOn(Small, logit, Channel);
        Assert.Equal(before, Bytes(ascent));
        Advance(ascent, 10);
        Assert.False(ascent.IsReplayable);
        Assert.True(ascent.ProvenanceOf(0, [0]).IsSteered);
        Assert.True(Provenance.FromJson(ascent.ProvenanceOf(0, [0]).ToJson()).IsSteered);
        Assert.Equal(1, ascent.WatchedValues(0).Length);

        // It rises in what it now looks for, as an ascent that had never looked for anything else would.
        using var unchanged = new Ascent(_model, Small, Channel, logit);
        Advance(unchanged, 16);
        Assert.True(ascent.CleanValues()[0] > unchanged.CleanWatchedValues(0)[0]);
    }

    [Fact]
    public void Another_parameterization_goes_on_from_the_picture()
    {
        using var ascent = new Ascent(_model, Small, Channel);
        Advance(ascent, 12);
        float[] before = ascent.Pictures()[0].ToPlanar();
        ascent.GoOn(Small with { Parameterization = new Pixels() }, Channel);
        Assert.False(ascent.IsReplayable);
        Assert.Equal(12, ascent.StepsDone);
        Assert.All(before.Zip(ascent.Pictures()[0].ToPlanar()), pair => Assert.Equal(pair.First, pair.Second, 1.1f / 255));
        Advance(ascent, 1);
        Assert.NotEqual(before, ascent.Pictures()[0].ToPlanar());
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("parameterization")]
    [InlineData("transforms")]
    [InlineData("batch")]
    public void An_ascent_that_cannot_go_on_so_goes_on_as_before(string what)
    {
        (Recipe recipe, Objective objective) = what switch
        {
            "layer" => (Small, Objective.Channel("relu9", 3)),
            "parameterization" => (Small with { Parameterization = new Cppn() }, Channel),
            "transforms" => (Small with { Transforms = Pipeline.Of(new Jitter(100)) }, Channel),
            _ => (Small with { Batch = 2 }, Channel),
        };
        using Ascent ascent = new(_model, Small, Channel), unharmed = new(_model, Small, Channel);
        Advance(ascent, 5);
        Assert.ThrowsAny<UsageException>(() => ascent.GoOn(recipe, objective));
        Advance(ascent, 5);
        Advance(unharmed, 10);
        Assert.True(ascent.IsReplayable);
        Assert.Equal(unharmed.Recipe, ascent.Recipe);
        Assert.Equal(Bytes(unharmed), Bytes(ascent));
    }

    [Fact]
    public void Before_the_first_step_it_is_another_ascent()
    {
        Recipe other = Small with { Seed = 3, Parameterization = new Pixels(), Height = 11 };
        using Ascent ascent = new(_model, Small, Channel), fresh = new(_model, other, Objective.Parse("logit(1)"));
        ascent.GoOn(other, Objective.Parse("logit(1)"));
        Assert.True(ascent.IsReplayable);
        Assert.Equal(Bytes(fresh), Bytes(ascent));
        foreach (Ascent one in new[] { ascent, fresh }) Advance(one, 4);
        Assert.Equal(Bytes(fresh), Bytes(ascent));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_checkpoint_of_a_steered_ascent_is_gone_on_with_to_the_same_bytes(bool objective)
    {
        string path = Path.Combine(Path.GetTempPath(), $"phosphene-{Guid.NewGuid():N}.zip");
        try
        {
            Recipe changed = Small with { Optimizer = new Momentum(0.5f), Penalty = 0.01f * Objective.TotalVariation() };
            Objective next = objective ? Objective.Parse("logit(2)") : Channel;
            using var steered = new Ascent(_model, Small, Channel);
            Advance(steered, 6);
            steered.GoOn(changed, next);
            AscentCheckpoint.Write(path, steered);                   // between the change and the step that follows
            using var resumed = new Ascent(_model, Recipe.FromJson(steered.Recipe.ToJson()), next);
            AscentCheckpoint.Read(path, resumed);
            Assert.Equal((6, !objective), (resumed.StepsDone, resumed.IsReplayable));
            Assert.Equal(Bytes(steered), Bytes(resumed));
            foreach (Ascent one in new[] { steered, resumed }) Advance(one, 5);
            Assert.Equal(Bytes(steered), Bytes(resumed));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Restarted_it_is_an_ascent_of_its_recipe_from_the_beginning()
    {
        using var ascent = new Ascent(_model, Small, Channel);
        Advance(ascent, 5);
        ascent.GoOn(Small with { Optimizer = new Adam(0.01f) }, Channel);
        ascent.Restart(Channel);
        Advance(ascent, 9);
        using var again = new Ascent(_model, ascent.Recipe, Channel);
        Advance(again, 9);
        Assert.Single(ascent.Recipe.Stages);
        Assert.Equal(Bytes(again), Bytes(ascent));
    }
}
