#!/usr/bin/env bash
# Makes the pictures of classes that docs/comparisons.md shows a second network: docs/gallery/transfer.sh GOOGLENET.onnx SQUEEZENET.onnx LABELS.txt FOLDER
#
# Twenty classes drawn by seed 0, with transfer.json here; FOLDER/transfer.html is the page. Five minutes on two cores. The pictures are in the page, each with its recipe; sheet.cs lays them on transfer.png.
set -euo pipefail
model=$(realpath "$1")
judge=$(realpath "$2")
labels=$(realpath "$3")
mkdir -p "$4"
folder=$(realpath "$4")
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet
dotnet "$command" transfer "$model" "$judge" --random 20 --seed 0 --recipe transfer.json --labels "$labels" --other-labels "$labels" -o "$folder/transfer.html"
