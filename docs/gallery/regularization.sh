#!/usr/bin/env bash
# Makes the pictures of docs/regularization.md: docs/gallery/regularization.sh GOOGLENET.onnx [PHOTOS]
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo; PHOTOS is a folder of photos, for the learned priors (one of each class of ImageNet were taken), which are trained in some minutes. Those of gradients start
# from landscape.png, which objectives.sh makes. Pictures that are there already are left; delete those that are to be made anew. All of them take about twenty minutes.
set -euo pipefail
model=$(realpath "$1") photos=${2:+$(realpath "$2")}
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet
command=$(realpath "$command")
[ -e steepest.png ] || dotnet "$command" gradients "$model" landscape.png "logit(970)" -o steepest.png --maps gradient-maps.png > /dev/null
gallery=$PWD work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One unit under one thing after the other. Lucid's weights, for 64 pixels.
make() {
    local name=$1
    shift
    [ -e "$gallery/regularization-$name.png" ] || dotnet "$command" render "$model" inception_4c/output:300 -o "$gallery/regularization-$name.png" --size 64 --steps "${steps:-512}" --quiet ${THREADS:+--threads "$THREADS"} "$@"
}
make none --preset naive
make l1 --preset naive --penalty "0.05*l1()"
make tv --preset naive --penalty "0.25*tv()"
make blur --preset naive --penalty "residual(soften)"
make three --preset naive --penalty "0.05*l1() + 0.25*tv() + residual(soften)"
make l2 --preset naive --penalty "4*l2()"
make pnorm --preset naive --penalty "100*pervalue(pnorm(6))"
make bilateral --preset naive --image-operators "every(4, bilateral(1, 0.1))"
make gradient-blur --preset naive --gradient-operators "blur(1)"
make laplacian --preset naive --gradient-operators "laplacian(4)"
make jitter --preset naive --transforms "jitter(8)"
make rotate --preset naive --transforms "rotate(-15..15)"
make scale --preset naive --transforms "scale(0.8..1.2)"
make pad --preset naive --transforms "pad(8)|jitter(16)"
make transforms --parameterization "pixels()"
make fourier --transforms none
make lucid
steps=2560 make distill --preset distill

# Learned priors. Recipes name their files without a folder.
if [ -n "$photos" ] && { [ ! -e regularization-denoiser.png ] || [ ! -e regularization-patches.png ] || [ ! -e regularization-denoiser-lucid.png ]; }; then
    cd "$work"
    dotnet "$command" denoiser --images "$photos" -o denoiser.onnx --quiet
    dotnet "$command" patches --images "$photos" -o patches.safetensors --quiet
    make denoiser --preset naive --penalty "0.03*denoiser('denoiser.onnx')"
    make patches --preset naive --penalty "3*patches('patches.safetensors')"
    make denoiser-lucid --penalty "0.03*denoiser('denoiser.onnx')"
    cd "$gallery"
fi

# The same unit from step to step: SHEET, then a row of options after each --. Rows of pictures after 1, 32, 128, 256 and 1,024 steps.
grow() {
    local sheet=$1 row=0 options=() files=()
    shift 2
    [ -e "$gallery/$sheet.png" ] && return
    for option in "$@" --; do
        if [ "$option" != -- ]; then options+=("$option"); continue; fi
        dotnet "$command" render "$model" inception_4c/output:300 -o "$work/$sheet-$row.png" --size 64 --steps 1024 --transforms none --snapshots 1,32,128,256,1024 --quiet ${THREADS:+--threads "$THREADS"} "${options[@]}"
        files+=("$work/$sheet-$row".step-*.png)
        row=$((row + 1)) options=()
    done
    dotnet run -c Release sheet.cs -- "$sheet.png" 96 5 "${files[@]}"
}
grow noise -- --preset naive --lr 0.01 -- --preset naive --lr 0.05 -- --preset naive --lr 0.25
grow preconditioning -- --preset naive --parameterization "pixels(decorrelate: true)" -- --preset naive --parameterization "fourier(decorrelate: false)" -- --preset naive --parameterization "fourier()"

# A small network: what repeats from seed to seed, in a convolution, a dense layer and a class.
small() {
    local name=$1 objective=$2
    shift 2
    dotnet "$command" render embedded:shapes "$objective" -o "$work/small-$name.png" --batch 6 --layout strip --steps 512 --quiet --transforms "rotate(-180..180)|jitter(8)" --size 56 ${THREADS:+--threads "$THREADS"} "$@"
}
if [ ! -e small-network.png ]; then
    small 0 conv2/relu:5
    small 1 conv3/relu:5
    small 2 dense1/relu:7 --penalty "0.01*l1(0)"
    small 3 "logit('rainbow double circle')" --penalty "0.01*l1(0)"
    dotnet run -c Release sheet.cs -- small-network.png 0 1 "$work"/small-?.png
fi

# Two classes against each other and alone.
[ -e two-classes.png ] || dotnet "$command" render embedded:shapes "each(logit(9) - logit(39); logit(39) - logit(9); logit(9); logit(39))" -o two-classes.png --batch 4 --layout strip --steps 512 --quiet \
    --transforms "rotate(-180..180)|jitter(8)" --size 56 --penalty "0.01*l1(0)" ${THREADS:+--threads "$THREADS"}
