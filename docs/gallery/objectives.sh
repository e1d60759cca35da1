#!/usr/bin/env bash
# Makes the pictures of docs/objectives.md and docs/directions.md: docs/gallery/objectives.sh GOOGLENET.onnx [PHOTOS]
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo; PHOTOS is a folder of photos, for the pictures that need some hundreds of them (one of each class of ImageNet were taken). Pictures that are there already are left; delete those that are to be made anew. All of them take about twenty minutes.
set -euo pipefail
model=$(realpath "$1") photos=${2:+$(realpath "$2")}
cd "$(dirname "$0")"
command=${PHOSPHENE:-../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
phosphene() { dotnet "$command" "$@"; }
[ -e "$command" ] || dotnet build -c Release ../../src/Phosphene.Cli -v quiet

# NAME OBJECTIVE [OPTIONS]: a picture of 128 x 128 pixels, or of $size.
make() {
    local name=$1 objective=$2
    shift 2
    [ -e "$name.png" ] || phosphene render "$model" "$objective" -o "$name.png" --size "${size:-128}" --quiet "$@"
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
size=160x240
make invert "invert(inception_3b/output, 'landscape.png')" --transforms none
make caricature "caricature(inception_4b/output, 'landscape.png', power: 1)" --start landscape.png --steps 256
make accentuate "inception_4c/output:300 + 100*invert(inception_3b/output, 'landscape.png')" --start landscape.png --steps 256
make style "0.1*invert(inception_3b/output, 'landscape.png') + style(conv1/relu_7x7, '$work/evening.png') + style(conv2/relu_3x3, '$work/evening.png') + style(inception_3a/output, '$work/evening.png')" \
    --start landscape.png --transforms "jitter(4)" --steps 256
make start "inception_4a/output:240" --start landscape.png --transforms none --preset naive --steps 64
[ -e dream.png ] || phosphene render "$model" "deepdream(inception_4c/output)" --preset deepdream --start landscape.png -o dream.png --quiet
[ -e guide.png ] || phosphene render "$model" "guide(inception_4c/output, 'channel.png')" --preset deepdream --start landscape.png -o guide.png --quiet
[ -e grid.png ] || phosphene grid "$model" inception_5a/output landscape.png -o grid.png --size 48 --quiet
if [ ! -e history.png ]; then
    phosphene train shapes-classifier -o "$work/classifier.onnx" --steps 2000 --keep-every 250 --quiet
    rm "$work/classifier.step-02000.onnx"
    phosphene history "$work" "logit('rainbow double line')" -o history.png --steps 256 --quiet
fi
[ -e attribution.png ] || phosphene attribute "$model" dream.png "deepdream(inception_4c/output)" --layer inception_4a/output -o attribution.png > /dev/null
[ -e zoom.gif ] || phosphene zoom "$model" "deepdream(inception_4c/output)" --start landscape.png --frames 24 --size 96x144 -o zoom.gif --quiet

# Under a prior: in the latents of a decoder.
latents=(--parameterization "decoder(embedded:shapes-decoder, noise: 0.7, prior: 0.5)" --transforms none --optimizer "adam(0.2)" --quiet)
[ -e prior.png ] || phosphene render embedded:shapes "logprob('rainbow double square')" -o prior.png "${latents[@]}"
[ -e latents.png ] || phosphene render embedded:shapes "varied(logprob('red double circle'), conv2/relu)" --batch 6 --layout strip -o latents.png "${latents[@]}"

# An objective of one's own.
[ -e own.png ] || dotnet run -c Release ../../samples/brightest-corner.cs -- "$model" "$PWD/own.png" inception_4a/output 97

# A dictionary: its features above, channels below.
if [ ! -e dictionary.png ]; then
    [ -e dictionary.safetensors ] || dotnet run -c Release ../../samples/dictionary.cs -- "$PWD/dictionary.html" && rm -f dictionary.html
    code="code(conv4/relu, 'dictionary.safetensors')"
    phosphene render embedded:shapes "each($code:9; $code:21; feature(conv4/relu, 'dictionary.safetensors'):33; conv4/relu:9; conv4/relu:17; conv4/relu:25)" --batch 6 --layout strip --steps 256 -o dictionary.png --quiet
fi

size=128
# What photos tell.
if [ -n "$photos" ]; then
    ln -sfn "$photos" photos                                        # pictures carry the paths of photos that they start from
    facets() { phosphene facets "$model" inception_4e/output:55 --images photos --size 128 --quiet "$@"; }
    [ -e facets.png ] || facets -o facets.png
    [ -e facets-from-images.png ] || facets --from-images --steps 128 -o facets-from-images.png
    [ -e parts.npy ] || phosphene directions "$model" inception_4c/output --images photos --method nmf --count 12 -o parts.npy --quiet
    make parts "direction(inception_4c/output, 'parts.npy', row: 3, power: 1)"
    [ -e whitened.png ] || phosphene directions "$model" inception_4c/output --images photos --method whiten -o whiten.npy --quiet
    make whitened "direction(inception_4c/output, image('landscape.png'), whiten: 'whiten.npy')"
    rm -f whiten.npy photos
fi
