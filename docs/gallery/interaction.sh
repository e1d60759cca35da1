#!/usr/bin/env bash
# Makes the pictures of docs/interaction.md: docs/gallery/interaction.sh GOOGLENET.onnx
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo. Pictures that are there already are left; delete those that are to be made anew. All of them take about ten minutes.
set -euo pipefail
model=$(realpath "$1")
cd "$(dirname "$0")"
phosphene() { dotnet ../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll "$@"; }
dotnet build -c Release ../../src/Phosphene.Cli -v quiet

# NAME COMMAND...: a picture that the command makes.
make() {
    local name=$1 command=$2
    shift 2
    [ -e "interaction-$name.png" ] || phosphene "$command" "$model" "$@" -o "interaction-$name.png" --preprocess caffe --quiet
}

# Diversity: four images of a unit, each from its own start, without and with.
for unit in 4c:300 5a:9; do
    layer=inception_${unit%:*}/output channel=${unit#*:}
    make "$channel-alike" render "$layer:$channel" --batch 4 --layout strip --size 104
    make "$channel-varied" render "varied($layer:$channel, $layer)" --batch 4 --layout strip --size 104
done

for by in cosine style; do make "9-$by" render "varied(inception_5a/output:9, inception_5a/output, by: $by)" --batch 4 --layout strip --size 104; done

# Pairs.
make pairs pairs "inception_4a/output:97; inception_4a/output:143" "inception_4a/output:240; inception_4c/output:300; 2*inception_5a/output:9" --size 88

# Interpolation: alone, and aligned.
make alone interpolate inception_4c/output:460 inception_4c/output:476 --align none --parameterization "fourier(contrast: 1.75)" --size 80
make aligned interpolate inception_4c/output:460 inception_4c/output:476 --size 80
