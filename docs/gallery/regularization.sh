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
