using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Phosphene.Cli;

/// <summary>The usual help text, 100 columns wide wherever it goes, and then examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["phosphene"] = """
            phosphene demo
            phosphene layers googlenet.onnx
            phosphene render googlenet.onnx inception_4c/output:300 -o dogs.png
            phosphene classify googlenet.onnx dogs.png
            phosphene replay dogs.png
            """,
        ["render"] = """
            phosphene render googlenet.onnx inception_4c/output:300 -o channel.png
            phosphene render googlenet.onnx inception_4c/output:300@centre -o neuron.png --preset distill --size 160x224
            phosphene render googlenet.onnx "logit('golden retriever') - 0.001*tv()" -o dog.png --labels imagenet.txt
            phosphene render googlenet.onnx "deepdream(inception_4c/output)" -o dream.png --snapshots 1,16,128 --steps 512
            phosphene render googlenet.onnx inception_4c/output:3 -o w.png --recipe x.png --seed 7
            phosphene render googlenet.onnx inception_4c/output:3 -o y.png --parameterization "fourier(decay: 1.5)" --optimizer "adam(0.02)" --penalty "0.001*tv()"
            phosphene render googlenet.onnx "varied(inception_4a/output:97, inception_4a/output)" -o facets.png --batch 4 --layout strip
            phosphene render googlenet.onnx inception_4c/output:3 -o growth.gif --snapshots 1,4,16,64,256
            phosphene render googlenet.onnx inception_4c/output:3 -o x.png --transforms "pad(16)|jitter(16)|scale(0.95..1.05)|rotate(-5..5)|crop"
            """,
        ["sheet"] = """
            phosphene sheet googlenet.onnx inception_3b/output inception_4c/output
            phosphene sheet googlenet.onnx inception_4c/output --channels 0..63 -o 4c.html
            phosphene sheet googlenet.onnx conv2/relu_3x3 loss3/classifier --random 8 --seed 3 --labels imagenet.txt
            """,
        ["sweep"] = """
            phosphene sweep googlenet.onnx -o channels
            phosphene sweep googlenet.onnx -o channels --layers "inception_4*/output" --make channel,negative --every 8
            phosphene sweep googlenet.onnx -o channels --layers inception_4c/output --examples 4c.sqlite --images photos
            phosphene sweep googlenet.onnx -o channels --shard 2/8 --limit-time 2h
            phosphene sweep googlenet.onnx -o channels --engine slurm --array 64 --sbatch-args "--partition=cpu --cpus-per-task=8"
            """,
        ["gallery"] = """
            phosphene gallery channels
            phosphene gallery channels -o public --title "What GoogLeNet sees"
            """,
        ["studio"] = """
            phosphene studio googlenet.onnx --labels imagenet.txt
            phosphene studio --models models --listen 0.0.0.0 --no-browser
            """,
        ["status"] = """
            phosphene status channels --verify
            """,
        ["compare"] = """
            phosphene compare googlenet.onnx inception_4c/output:300 --preset lucid captum xplique --seconds 5 20 -o presets.html
            phosphene compare googlenet.onnx inception_4b/output:465 --parameterization "pixels()" "fourier()" --lr 0.01 0.05 0.25 --steps 32 256 --size 96
            phosphene compare googlenet.onnx inception_4c/output:300 --preset naive --penalty "{l1}*l1() + {tv}*tv()" --vary l1=0,0.05,0.5 --vary tv=0,0.25,3 --size 64
            phosphene compare googlenet.onnx "logit('golden retriever')" --penalty none "0.001*tv()" --seed 0 1 2 --judge squeezenet.onnx --labels imagenet.txt --judge-labels imagenet.txt
            """,
        ["interpolate"] = """
            phosphene interpolate googlenet.onnx inception_4c/output:460 inception_4c/output:476 -o between.png
            phosphene interpolate googlenet.onnx inception_4c/output:460 inception_4c/output:476 --frames 9 --align inception_3b/output -o between.gif
            phosphene interpolate googlenet.onnx inception_4c/output:1 inception_4c/output:2 inception_4c/output:3 inception_4c/output:4 --frames 5 --size 128 -o square.png
            """,
        ["pairs"] = """
            phosphene pairs googlenet.onnx "inception_4a/output:97; inception_4a/output:143" "inception_4a/output:240; logit(goldfish)" -o pairs.png --labels imagenet.txt
            phosphene pairs googlenet.onnx "inception_4c/output:1; inception_4c/output:2" "0.5*inception_4c/output:3; -0.5*inception_4c/output:3" -o with-and-against.png
            """,
        ["layers"] = """
            phosphene layers googlenet.onnx
            phosphene layers vit.onnx --filter mlp
            phosphene layers googlenet.onnx --all --size 320x240 --json
            """,
        ["inspect"] = """
            phosphene inspect googlenet.onnx
            phosphene inspect own.onnx --size 320x240 --json
            """,
        ["evaluate"] = """
            phosphene evaluate googlenet.onnx --input x.npy --output y.npy
            phosphene evaluate own.onnx --input x.npy --output conv1=c.npy --output fc=f.npy
            phosphene evaluate own.onnx --input x.npy --gradient layer1.1.relu_1:2 dx.npy
            """,
        ["import"] = """
            phosphene import export/model.onnx -o clean.onnx --preprocess imagenet --labels imagenet.txt
            """,
        ["classify"] = """
            phosphene classify googlenet.onnx cat.png dog.png --top 3 --labels imagenet.txt
            phosphene classify googlenet.onnx photos --top 1 --json --labels imagenet.txt
            """,
        ["facets"] = """
            phosphene facets googlenet.onnx inception_4e/output:55 --images photos -o facets.png --examples photos-of-them.png
            phosphene facets googlenet.onnx inception_4e/output:55 --images photos -o facets.png --facets 3 --from-images
            """,
        ["zoom"] = """
            phosphene zoom googlenet.onnx "deepdream(inception_4c/output)" --start photo.jpg -o zoom.gif
            phosphene zoom googlenet.onnx inception_4c/output:300 --start photo.jpg --frames 100 --by 1.03 --size 240x320 -o fur.gif
            """,
        ["grid"] = """
            phosphene grid googlenet.onnx inception_4c/output dog.png -o grid.png
            phosphene grid googlenet.onnx inception_3b/output dog.png -o fine.png --size 32 --steps 64
            """,
        ["history"] = """
            phosphene history states conv3:5 -o history.png
            phosphene history states "logit('rainbow double circle')" -o history.gif
            """,
        ["attribute"] = """
            phosphene attribute googlenet.onnx dog.png "logit('golden retriever')" -o why.png --labels imagenet.txt
            phosphene attribute googlenet.onnx dog.png logit(207) --layer inception_4d/output --top 20
            phosphene attribute googlenet.onnx dog.png inception_4c/output:300 -o where.png
            """,
        ["transfer"] = """
            phosphene transfer googlenet.onnx squeezenet.onnx --preset swift --labels imagenet.txt --other-labels imagenet.txt
            phosphene transfer own.onnx mine.onnx --classes tabby 3 --labels labels.txt -o two.html
            """,
        ["stability"] = """
            phosphene stability googlenet.onnx inception_4c/output:300 --preset swift
            phosphene stability googlenet.onnx inception_4a/output:97,143,240 "logit('golden retriever')" --labels imagenet.txt --size 128 --preset swift
            phosphene stability embedded:shapes conv4/relu:0..7 --seeds 6 -o shapes.html
            """,
        ["diagnose"] = """
            phosphene diagnose embedded:shapes -o shapes.html
            phosphene diagnose googlenet.onnx --images photos --no-pictures
            phosphene diagnose googlenet.onnx conv1/relu_7x7 --images photos -o conv1.html --size 32
            """,
        ["paths"] = """
            phosphene paths googlenet.onnx "logit('golden retriever')" --images photos --preset swift --labels imagenet.txt
            phosphene paths googlenet.onnx "logit(207)" --images photos --pictures dog.png --natural dogs -o dog.html
            phosphene paths googlenet.onnx inception_4c/output:300..302 --images photos --layers inception_3b/output inception_4c/output
            """,
        ["quality"] = """
            phosphene quality googlenet.onnx fur.png dogs.png --images photos -o quality.html
            phosphene quality googlenet.onnx photo.png --objective "logit(207)" --judge squeezenet.onnx --labels imagenet.txt --judge-labels imagenet.txt
            """,
        ["ablate"] = """
            phosphene ablate googlenet.onnx inception_5b/output:0..15 --images dogs --class "golden retriever" --labels imagenet.txt
            phosphene ablate googlenet.onnx inception_4c/output:300 --images photos --json
            """,
        ["gradients"] = """
            phosphene gradients googlenet.onnx cat.jpg "logit(tabby)" --labels imagenet.txt
            phosphene gradients googlenet.onnx cat.jpg "logit(281)" -o steepest.png --maps maps.png
            """,
        ["replay"] = """
            phosphene replay dogs.png
            phosphene replay dogs.png -o again.png --model models/googlenet.onnx
            """,
        ["directions"] = """
            phosphene directions googlenet.onnx inception_4c/output --images photos -o mean.npy
            phosphene directions googlenet.onnx inception_4c/output --images dogs --minus photos -o dogs.npy
            phosphene directions googlenet.onnx inception_4c/output --images photos --method nmf --count 12 -o parts.npy
            phosphene directions googlenet.onnx inception_5b/output --images dogs --method facets --count 4 -o kinds.npy
            phosphene directions googlenet.onnx inception_4c/output --images photos --method whiten -o whiten.npy
            phosphene render googlenet.onnx "direction(inception_4c/output, 'parts.npy', row: 3, power: 1)" -o part.png
            """,
        ["examples"] = """
            phosphene examples googlenet.onnx inception_4c/output --images photos -o 4c.sqlite
            phosphene examples googlenet.onnx inception_4c/output:9,300..303 --images photos -o 4c.sqlite --page units.html
            phosphene examples googlenet.onnx "pre(inception_4a/output):11" "feature(inception_4c/output, 'parts.npy')" --images list.txt -o more.sqlite
            phosphene examples googlenet.onnx inception_3b/output:100..119 --images photos -o 3b.sqlite --sheet units.png
            """,
        ["statistics"] = """
            phosphene statistics --images photos -o photos.safetensors
            phosphene statistics --images photos --size 256 -o photos.safetensors --json
            phosphene render googlenet.onnx inception_4c/output:300 -o channel.png --parameterization "fourier(statistics: 'photos.safetensors')"
            """,
        ["patches"] = """
            phosphene patches --images photos -o patches.safetensors
            phosphene render googlenet.onnx inception_4c/output:300 -o channel.png --penalty "3*patches('patches.safetensors')"
            """,
        ["prototypes"] = """
            phosphene prototypes googlenet.onnx --images photos --unit "logit('golden retriever')" -o dog.safetensors --labels imagenet.txt
            phosphene prototypes googlenet.onnx --images photos --unit inception_4c/output:300 --relevant -o unit.safetensors
            phosphene prototypes googlenet.onnx inception_3b/output inception_4e/output --images dogs -o dogs.safetensors
            """,
        ["denoiser"] = """
            phosphene denoiser --images photos -o denoiser.onnx
            phosphene denoiser --images photos -o strong.onnx --noise 0.2 --steps 10000 --metrics strong.jsonl
            phosphene render googlenet.onnx inception_4c/output:300 -o channel.png --penalty "0.03*denoiser('denoiser.onnx')"
            """,
        ["bench"] = """
            phosphene bench googlenet.onnx
            phosphene bench googlenet.onnx --layer inception_4c/output --batch 8 --profile
            """,
        ["shapes"] = """
            phosphene shapes -o shapes
            phosphene shapes -o small --count 6000 --size 28 --grey --seed 1
            phosphene shapes --sheet classes.png
            """,
        ["train"] = """
            phosphene train shapes-classifier
            phosphene train shapes-classifier -o states/classifier.onnx --steps 4000 --keep-every 500
            phosphene train shapes-vae -o vae.onnx --seed 1 --metrics vae.jsonl
            phosphene train shapes-vae -o vae.onnx --seed 1 --metrics vae.jsonl --resume
            """,
        ["demo"] = """
            phosphene demo
            phosphene demo -o somewhere --json
            """,
    };

    private const string ExitCodes = """
        0 done, 1 the work failed, 2 wrong usage, 3 the model cannot be read or used, 4 another input file is bad,
          5 some of many pictures failed, 75 a time limit left work, 130 stopped by Ctrl-C, 143 stopped by SIGTERM
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        new HelpAction { MaxWidth = 100 }.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        Write(output, "Examples", Examples[command is RootCommand ? "phosphene" : command.Name]);
        Write(output, "Exit codes", ExitCodes);
        return ExitCode.Success;
    }

    private static void Write(TextWriter output, string title, string lines)
    {
        output.WriteLine($"{title}:");
        foreach (string line in lines.Split('\n')) output.WriteLine($"  {line.TrimEnd()}");
        output.WriteLine();
    }
}
