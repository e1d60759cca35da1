#!/usr/bin/env bash
# Makes the sheet of docs/parameterizations.md, MaCo on three networks: docs/gallery/maco.sh GOOGLENET.onnx SQUEEZENET.onnx RESNET18.onnx PICTURES
#
# GOOGLENET.onnx and SQUEEZENET.onnx are BVLC GoogLeNet and SqueezeNet 1.1 of the ONNX model zoo, RESNET18.onnx is what samples/imagenet.cs writes beside its page. PICTURES is a folder for the twelve pictures of
# 512 x 512 pixels; those that are there already are left. All of them take about ten minutes.
set -euo pipefail
googlenet=$(realpath "$1") squeezenet=$(realpath "$2") resnet=$(realpath "$3")
mkdir -p "$4"
pictures=$(realpath "$4")
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet

# NAME MODEL OBJECTIVE: a picture by the preset, which needs no file.
sheet=()
make() {
    sheet+=("$pictures/$1.png")
    [ -e "$pictures/$1.png" ] || dotnet "$command" render "$2" "$3" -o "$pictures/$1.png" --preset maco --quiet ${THREADS:+--threads "$THREADS"}
}
# Six classes: golden retriever, flamingo, tiger; macaw, monarch, alp.
make retriever "$googlenet" "logit(207)"
make flamingo "$googlenet" "logit(130)"
make tiger "$googlenet" "logit(292)"
make macaw "$squeezenet" "logit(88)"
make monarch "$squeezenet" "logit(323)"
make alp "$squeezenet" "logit(970)"
# Six inner units; this ResNet-18 has no classes.
make googlenet-4a "$googlenet" "inception_4a/output:97"
make googlenet-4c "$googlenet" "inception_4c/output:300"
make squeezenet-5 "$squeezenet" "fire5/concat:97"
make squeezenet-8 "$squeezenet" "fire8/concat:143"
make resnet-4 "$resnet" "ReLU333_Output_0:97"
make resnet-5 "$resnet" "ReLU365_Output_0:143"
dotnet run -c Release sheet.cs -- maco.png 150 6 "${sheet[@]}"
