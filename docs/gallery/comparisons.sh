#!/usr/bin/env bash
# Makes the comparisons of docs/comparisons.md: docs/gallery/comparisons.sh GOOGLENET.onnx SQUEEZENET.onnx LABELS.txt FOLDER [NAME...]
#
# GOOGLENET.onnx and SQUEEZENET.onnx are BVLC GoogLeNet and SqueezeNet 1.1 of the ONNX model zoo, LABELS.txt the names of ImageNet's classes. Each comparison is one command and one page, FOLDER/NAME.html with FOLDER/NAME.json beside it, and comparison-NAME.png here of those that docs/comparisons.md shows; all of
# them, or those that are named, take about an hour on two cores.
set -euo pipefail
model=$(realpath "$1")
judge=$(realpath "$2")
labels=$(realpath "$3")
mkdir -p "$4"
folder=$(realpath "$4")
wanted=" ${*:5} "
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet
compare() {
    local name=$1
    shift
    [[ "$wanted" =~ ^\ *$ || "$wanted" == *" $name "* ]] || return 0
    [ ! -e "$folder/$name.json" ] || return 0
    dotnet "$command" compare "$@" -o "$folder/$name.html" --sheet "$folder/$name.png"
    case $name in preconditioning | variation | norm) cp "$folder/$name.png" "comparison-$name.png" ;; esac
}

# The article's grids: its figures of preconditioning, of penalties on frequencies and of transforms.
compare preconditioning "$model" inception_4b/output:465 --parameterization "pixels()" "fourier()" \
    --transforms none "pad(16)|jitter(16)|scale(1, 0.975, 1.025, 0.95, 1.05)|rotate(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)|jitter(8)|crop" --lr 0.01 0.025 0.05 0.1 0.25 --steps 1 32 128 256 2048 --size 64
compare frequencies "$model" inception_4b/output:465 --preset naive --penalty "{l1}*l1() + {tv}*tv() + {blur}*residual(soften)" --vary l1=0,0.05,0.5,2.5 --vary tv=0,0.05,0.25,1.5,3 --vary blur=0,0.1,1,5,10 --steps 512 --size 64
compare transforms "$model" inception_4b/output:465 --preset naive --transforms "pad(16)|jitter({jitter})|scale(1, {scale})|rotate(-{turn}..{turn})|crop" --vary jitter=0,1,2,8 --vary turn=0,5,15,45,180 --vary scale=1,1.1,1.2 --steps 512 --size 64

# Whether preconditioning is faster or finds something else: nothing else regularizes, and steps grow by factors of four.
compare faster "$model" inception_4a/output:97 inception_4c/output:300 inception_4e/output:55 --parameterization "pixels()" "fourier()" --transforms none --steps 32 128 512 2048 8192 --size 64

# The recipes of the programs, equal in time, with a second network to judge.
compare programs "$model" "logit(207)" "logit(779)" "logit(94)" inception_4c/output:300 inception_5a/output:9 --preset naive keras-vis lucent captum lucid swift --seconds 4 16 --judge "$judge" --labels "$labels" --judge-labels "$labels"

# The sweeps of the weights of total variation and of the norm over units of a small network, several runs each, as in Gravity Jack's experiments with keras-vis. Weights are keras-vis's, for images of 0 to 255.
units=(conv2/relu:5 conv3/relu:5 dense1:7 "logit(39)")
compare variation embedded:shapes "${units[@]}" --preset keras-vis --penalty "2550*pervalue(pnorm(6)) + {tv}*65025*pervalue(variation(2))" --vary tv=1e-5,1e-4,1e-3,1e-2,1e-1,1,10,100,1000 --seed 0 1 2
compare norm embedded:shapes "${units[@]}" --preset keras-vis --penalty "{norm}*255*pervalue(pnorm(6)) + 65*pervalue(variation(2))" --vary norm=1e-5,1e-3,1e-1,10,1000 --seed 0 1 2
