#!/usr/bin/env bash
# Makes the pictures of docs/parameterizations.md: docs/gallery/parameterizations.sh GOOGLENET.onnx PHOTOS
#
# GOOGLENET.onnx is BVLC GoogLeNet of the ONNX model zoo, PHOTOS a folder with photos, some hundreds or more. Pictures that are there already are left; delete those that are to be made anew. All of them
# take about five minutes.
set -euo pipefail
model=$(realpath "$1") photos=$(realpath "$2")
gallery=$(realpath "$(dirname "$0")")
command=${PHOSPHENE:-$gallery/../../src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}
phosphene() { dotnet "$command" "$@"; }
[ -e "$command" ] || dotnet build -c Release "$gallery/../../src/Phosphene.Cli" -v quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"                                                            # so that recipes name the statistics without a folder
phosphene statistics --images "$photos" --quiet -o photos.safetensors

# NAME OBJECTIVE PARAMETERIZATION [OPTIONS]: a picture of 128 x 128 pixels, or of $size.
make() {
    local file=$gallery/parameterization-$1.png objective=$2 parameterization=$3
    shift 3
    [ -e "$file" ] || phosphene render "$model" "$objective" -o "$file" --size "${size:-128}" --parameterization "$parameterization" --steps "${steps:-256}" --quiet "$@"
}
unit=inception_4c/output:300 class="logit(207)"

make fourier "$unit" "fourier()"
make decay "$unit" "fourier(decay: 1.5)"
make statistics "$unit" "fourier(statistics: 'photos.safetensors')"
make pixels "$unit" "pixels(decorrelate: true)"
make pyramid "$unit" "pyramid()"
steps=512
make cppn "$unit" "cppn()" --optimizer "adam(0.004)" --transforms none
make cppn-periodic "$unit" "cppn(periodic: true)" --optimizer "adam(0.001)" --transforms none
steps=256
make alpha "$class" "alpha(fourier(contrast: 1.75), 40)"
size=224
windows="resizedCrop(0.3..0.6, last: 0.2..0.4, size: 224x224)|noise(0.08)"
make maco "$class" "maco('photos.safetensors')" --optimizer "adam(0.1)" --transforms "$windows"
make maco-unit "$unit" "maco('photos.safetensors')" --optimizer "adam(0.1)" --transforms "$windows"
if [ ! -e "$gallery/parameterization-decoder.png" ]; then
    phosphene render embedded:shapes "logprob('rainbow double square')" -o "$gallery/parameterization-decoder.png" --size 96 --transforms none --steps 384 --seed 3 --quiet \
        --parameterization "decoder('embedded:shapes-decoder', noise: 1, clip: 1.5)"
fi
