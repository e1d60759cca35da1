#!/usr/bin/env bash
# Makes the pictures of docs/objectives.md: docs/gallery/objectives.sh GOOGLENET.onnx
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo. Pictures that are there already are left; delete those that are to be made anew. All of them take about ten minutes.
set -euo pipefail
model=$(realpath "$1")
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
phosphene() { dotnet "$command" "$@"; }
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet

# NAME OBJECTIVE [OPTIONS]: a picture of 128 x 128 pixels.
make() {
    local name=$1 objective=$2
    shift 2
    [ -e "$name.png" ] || phosphene render "$model" "$objective" -o "$name.png" --size 128 --quiet "$@"
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
photo() { dotnet run -c Release landscape.cs -- "$@"; }
photo "$work/day.png"
photo "$work/evening.png" --evening
[ -e landscape.png ] || cp "$work/day.png" landscape.png

# Targets.
make neuron "inception_4c/output:300@centre"
make channel "inception_4c/output:300"
make layer "deepdream(inception_4a/output)"
make branch "branch(inception_4c/output, 1):30"
make logit "logit(88)"
make probability "probability(88)"
make logprob "logprob(88)"
make mask "mask(inception_4a/output:97, 0..1, 0..0.5) + mask(inception_4a/output:143, 0..1, 0.5..1)"
make several "0.5*logit(88) + 0.5*logit(973)"
make negative "-pre(inception_4c/output):200"

# Directions.
make direction "direction(inception_4c/output, {97: 1, 143: -1})"
make direction-power "direction(inception_4c/output, image('landscape.png'), power: 2)"
make random "direction(inception_4c/output, random(5))"
make arithmetic-a "inception_4b/output:300"
make arithmetic-b "inception_4b/output:143"
make arithmetic "inception_4b/output:300 + inception_4b/output:143"

# From a photo.
make invert "invert(inception_3b/output, 'landscape.png')" --transforms none --size 160x240
make caricature "caricature(inception_4b/output, 'landscape.png', power: 1)" --start landscape.png --size 160x240 --steps 256
make accentuate "inception_4c/output:300 + 40*invert(inception_3b/output, 'landscape.png')" --start landscape.png --size 160x240 --steps 256
make style "0.1*invert(inception_3b/output, 'landscape.png') + style(conv1/relu_7x7, '$work/evening.png') + style(conv2/relu_3x3, '$work/evening.png') + style(inception_3a/output, '$work/evening.png')" \
    --start landscape.png --size 160x240 --transforms "jitter(4)" --steps 256
make start "inception_4a/output:240" --start landscape.png --size 160x240 --transforms none --preset naive --steps 64
[ -e dream.png ] || phosphene render "$model" "deepdream(inception_4c/output)" --preset deepdream --start landscape.png -o dream.png --quiet
[ -e guide.png ] || phosphene render "$model" "guide(inception_4c/output, 'channel.png')" --preset deepdream --start landscape.png -o guide.png --quiet
[ -e grid.png ] || phosphene grid "$model" inception_4d/output landscape.png -o grid.png --size 24 --steps 64 --quiet
if [ ! -e history.png ]; then
    phosphene train shapes-classifier -o "$work/classifier.onnx" --steps 2000 --keep-every 250 --quiet
    rm "$work/classifier.step-02000.onnx"
    phosphene history "$work" "logit('rainbow double line')" -o history.png --steps 256 --quiet
fi
[ -e attribution.png ] || phosphene attribute "$model" dream.png "deepdream(inception_4c/output)" --layer inception_4a/output -o attribution.png > /dev/null
