#!/usr/bin/env bash
# Makes the pictures of docs/regularization.md: docs/gallery/regularization.sh GOOGLENET.onnx
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo. They start from landscape.png, which objectives.sh makes.
set -euo pipefail
model=$(realpath "$1")
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet
dotnet "$command" gradients "$model" landscape.png "logit(970)" -o steepest.png --maps gradient-maps.png

# One unit under one thing after the other. Lucid's weights, for 64 pixels.
make() {
    local name=$1
    shift
    [ -e "regularization-$name.png" ] || dotnet "$command" render "$model" inception_4c/output:300 -o "regularization-$name.png" --size 64 --steps 512 --quiet "$@"
}
make none --preset naive
make l1 --preset naive --penalty "0.05*l1()"
make tv --preset naive --penalty "0.25*tv()"
make blur --preset naive --penalty "residual(soften)"
make three --preset naive --penalty "0.05*l1() + 0.25*tv() + residual(soften)"
make bilateral --preset naive --image-operators "every(4, bilateral(1, 0.1))"
make gradient-blur --preset naive --gradient-operators "blur(1)"
make laplacian --preset naive --gradient-operators "laplacian(4)"
make transforms --parameterization "pixels()"
make fourier --transforms none
make lucid
