#!/usr/bin/env bash
# Makes the picture of docs/examples.md: docs/gallery/examples.sh GOOGLENET.onnx PHOTOS
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo; PHOTOS is a folder of some hundreds of photos (one of each class of ImageNet were taken). It takes less than a minute.
set -euo pipefail
model=$(realpath "$1") photos=$(realpath "$2")
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet "$command" examples "$model" \
    conv2/3x3:5 inception_3a/output:60,100,180,196,240 inception_3b/output:60,140,160,220,379 inception_4a/output:40,60,180,240 inception_4c/output:100,240,300,447 inception_4d/output:504 \
    --images "$photos" -o "$work/examples.sqlite" --sheet examples.png
