#!/usr/bin/env bash
# Makes the sheet of docs/prototypes.md: docs/gallery/prototypes.sh GOOGLENET.onnx PHOTOS [FOLDER]
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo, PHOTOS a folder of photos, here one of each of ImageNet's classes. FOLDER keeps what was measured and the pictures; what is there is not made again. Takes some minutes
# on two cores.
set -euo pipefail
model=$(realpath "$1")
photos=$(realpath "$2")
folder=${3:-$(mktemp -d)}
mkdir -p "$folder"
folder=$(realpath "$folder")
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet
command=$(realpath "$command")
sheet=$PWD
cd "$folder"
names=()
# What the unit asks for, and what photos of it have; of an inner unit only the channels that speak for it.
unit() {
    local name=$1 objective=$2
    shift 2
    [ -e "$name-alone.png" ] || dotnet "$command" render "$model" "$objective" -o "$name-alone.png" --preset swift --preprocess caffe --quiet
    [ -e "$name.safetensors" ] || dotnet "$command" prototypes "$model" --images "$photos" --unit "$objective" "$@" -o "$name.safetensors" --preprocess caffe --quiet
    [ -e "$name.png" ] || dotnet "$command" render "$model" "prototypes('$name.safetensors')" -o "$name.png" --preset swift --steps 192 --transforms "resizedCrop(0.25..1, size: 224x224)|flip" --preprocess caffe --quiet
    names+=("$name")
}
unit dog "logit(207)"
unit alp "logit(970)" --count 8
unit car "logit(817)" --count 8
unit heads inception_4c/output:300 --relevant
dotnet run -c Release "$sheet/sheet.cs" -- "$sheet/prototypes.png" 176 "${#names[@]}" "${names[@]/%/-alone.png}" "${names[@]/%/.png}"
