#!/usr/bin/env bash
# Times the step to one logit of torchvision's networks in turn: the article's whole step in Phosphene and in PyTorch 1.13, as Debian 12 has it, and the
# step of the network alone in libtorch 2.10 (TorchSharp), on the exported file, with channels first and last. Prints the medians and their ratios.
#
#   benchmarks/zoo.sh                    ROUNDS, THREADS, NETWORKS and SCRATCH (for the exported models) are read from the environment
#
# Needs the .NET SDK, and /usr/bin/python3 with torchvision:
#   apt-get install --no-install-recommends python3-torchvision python3-onnx libopenblas0-pthread
# The last because PyTorch as Debian builds it multiplies matrices with whatever BLAS is there, and the one that comes with it is ten times slower.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/benchmarks/medians.sh"
rounds=${ROUNDS:-5}
threads=${THREADS:-$(nproc)}
networks=${NETWORKS:-resnet18 mobilenet_v2 vit_b_16}
scratch=${SCRATCH:-${TMPDIR:-/tmp}/phosphene-peers}/zoo
torch=("/usr/bin/python3" "$root/benchmarks/zoo/torch_zoo.py")

/usr/bin/python3 -c 'import torchvision, onnx' 2> /dev/null || { echo "torchvision is missing: apt-get install --no-install-recommends python3-torchvision python3-onnx" >&2; exit 1; }
build_peers
mkdir -p "$scratch"
for network in $networks; do
    [ -f "$scratch/$network.onnx" ] || "${torch[@]}" export "$network" "$scratch/$network.onnx" > "$scratch/export.log" 2>&1 || { cat "$scratch/export.log" >&2; exit 1; }
    "${peers[@]}" check "$scratch/$network.onnx" logits 224 1 "$threads"
done

results=$(mktemp)
trap 'rm -f "$results"' EXIT
for round in $(seq "$rounds"); do
    for network in $networks; do
        "${phosphene[@]}" bench "$scratch/$network.onnx" --layer logits --threads "$threads" --json | sed -n "s/.*\"stepMs\": \([0-9.]*\).*/phosphene $network median \1 ms/p"
        "${peers[@]}" libtorch "$scratch/$network.onnx" logits 224 1 "$threads" | sed -n "s/^step \([0-9.]*\) .*/libtorch $network median \1 ms/p"
        "${peers[@]}" libtorch-last "$scratch/$network.onnx" logits 224 1 "$threads" | sed -n "s/^step \([0-9.]*\) .*/channels-last $network median \1 ms/p"
        "${torch[@]}" time "$network" --threads "$threads"
    done
done | tee /dev/stderr > "$results"

for network in $networks; do
    awk -v network="$network" -v ours="$(median "$results" phosphene "$network")" -v bare="$(median "$results" libtorch "$network")" \
        -v last="$(median "$results" channels-last "$network")" -v old="$(median "$results" pytorch "$network")" \
        'BEGIN { printf "%s: Phosphene %.1f ms a step; libtorch 2.10, the network alone, %.1f ms, 1 : %.1f, channels last %.1f ms, 1 : %.1f; PyTorch 1.13 %.1f ms, 1 : %.1f\n",
            network, ours, bare, bare / ours, last, last / ours, old, old / ours }'
done
