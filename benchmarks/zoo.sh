#!/usr/bin/env bash
# Times nine networks in turn: the article's whole step in Phosphene against the step of the network alone in libtorch 2.10 (TorchSharp), and the forward pass
# against that of ONNX Runtime 1.31. Prints a table of medians, their ratios, the share of the multiply-adds' peak and the memory of a step.
#
#   benchmarks/zoo.sh            ROUNDS, THREADS, BATCH, NETWORKS, MODELS (the folder with bvlc_googlenet.onnx) and SCRATCH (for the exported models) are read from the environment
#
# Needs the .NET SDK, and for all networks but googlenet /usr/bin/python3 with torchvision:
#   apt-get install --no-install-recommends python3-torchvision python3-onnx
# Networks are torchvision's, with random weights. Nothing is measured before all are known to compute the same.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/benchmarks/medians.sh"
rounds=${ROUNDS:-5}
threads=${THREADS:-$(nproc)}
batch=${BATCH:-1}
networks=${NETWORKS:-googlenet vgg16 resnet18 resnet50 vit_b_16 mobilenet_v2 efficientnet_b0 densenet121 convnext_tiny}
models=${MODELS:-$root/../shared/models}
scratch=${SCRATCH:-${TMPDIR:-/tmp}/phosphene-peers}/zoo

# file NETWORK, layer NETWORK: where it is, and the layer before the softmax. An exported file is for one size of batch.
file() { [ "$1" = googlenet ] && echo "$models/bvlc_googlenet.onnx" || echo "$scratch/$1-$batch.onnx"; }
layer() { [ "$1" = googlenet ] && echo loss3/classifier || echo logits; }

build_peers
mkdir -p "$scratch"
for network in $networks; do
    [ -f "$(file "$network")" ] || /usr/bin/python3 "$root/benchmarks/zoo/torch_zoo.py" "$network" "$(file "$network")" "$batch" > "$scratch/export.log" 2>&1 \
        || { cat "$scratch/export.log" >&2; echo "$network could not be exported; torchvision is needed: apt-get install --no-install-recommends python3-torchvision python3-onnx" >&2; exit 1; }
    "${peers[@]}" check "$(file "$network")" "$(layer "$network")" 224 "$batch" "$threads" || echo "$network: see above" >&2
done

results=$(mktemp)
trap 'rm -f "$results"' EXIT

# A number of bench's report.
field() { sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p" <<< "$report"; }

# The median that a peer printed of a step or forward pass.
median_of() { sed -n "s/^$1 \([0-9.]*\) .*/\1/p" <<< "$report"; }

# Lines of: network, our step, libtorch's, our forward pass, ONNX Runtime's, share of the peak, memory in MB.
for round in $(seq "$rounds"); do
    for network in $networks; do
        work=("$(file "$network")" "$(layer "$network")" 224 "$batch" "$threads")
        report=$("${phosphene[@]}" bench "${work[0]}" --layer "${work[1]}" --batch "$batch" --threads "$threads" --json)
        step=$(field stepMs) forward=$(field forwardMs) share=$(field shareOfPeak) memory=$(field peakMemoryMB)
        report=$("${peers[@]}" libtorch "${work[@]}") torch=$(median_of step)
        report=$("${peers[@]}" onnxruntime "${work[@]}") runtime=$(median_of forward)
        printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$network" "$step" "$torch" "$forward" "$runtime" "$share" "$memory"
    done
done | tee /dev/stderr > "$results"

# Of each network the medians over the rounds; a ratio is that of one round.
echo "$rounds rounds, $threads threads, batch $batch, milliseconds"
awk -F '\t' '
    function median(name, column,    i, j, value, values, n) {
        n = 0
        for (i = 1; i <= count[name]; i++) {
            value = column == "torch" ? row[name, i, 2] / row[name, i, 3] : column == "runtime" ? row[name, i, 4] / row[name, i, 5] : row[name, i, column]
            for (j = ++n; j > 1 && values[j - 1] > value; j--) values[j] = values[j - 1]
            values[j] = value
        }
        return (values[int((n + 1) / 2)] + values[int((n + 2) / 2)]) / 2
    }
    {
        if (!count[$1]++) names[++all] = $1
        for (i = 2; i <= 7; i++) row[$1, count[$1], i] = $i
    }
    END {
        print "| network | our step : libtorch | | our forward : ONNX Runtime | | share of peak | memory, MB |\n|---|---|---|---|---|---|---|"
        for (k = 1; k <= all; k++)
            printf "| %s | %.1f : %.1f | %.2f | %.1f : %.1f | %.2f | %.2f | %.0f |\n", names[k], median(names[k], 2), median(names[k], 3), median(names[k], "torch"),
                median(names[k], 4), median(names[k], 5), median(names[k], "runtime"), median(names[k], 6), median(names[k], 7)
    }' "$results"
