#!/usr/bin/env bash
# Runs Phosphene, libtorch 2.10 (TorchSharp) and ONNX Runtime 1.31 in turn, several rounds on the same machine, and prints medians, least and ratios.
#
#   benchmarks/peers.sh          ROUNDS, THREADS and MODELS are read from the environment
#   benchmarks/peers.sh --old    also measures PyTorch 1.13 as Debian 12 has it:
#                                apt-get install --no-install-recommends python3-torch python3-onnx libopenblas0-pthread
#
# MODELS is the folder with bvlc_googlenet.onnx and squeezenet1.1.onnx. Needs the .NET SDK, which gets libtorch and ONNX Runtime from NuGet (2 GB on the disk).
# Nothing is measured before all three are known to compute the same.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/benchmarks/medians.sh"
models=$(realpath "${MODELS:-$root/../shared/models}")
rounds=${ROUNDS:-5}
threads=${THREADS:-$(nproc)}
old=

case "${1:-}" in
    --old)
        /usr/bin/python3 -c 'import torch, onnx' 2> /dev/null || { echo "PyTorch is missing: apt-get install --no-install-recommends python3-torch python3-onnx libopenblas0-pthread" >&2; exit 1; }
        old=yes ;;
    '') ;;
    *)
        sed -n '2,9s/^# \{0,1\}//p' "$0"
        exit 2 ;;
esac

build_peers
results=$(mktemp)
trap 'rm -f "$results"' EXIT

# A line of the results: the work, who did it, the round, the median and the least in milliseconds.
note() { printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$round" "$3" "$4" | tee -a "$results" >&2; }

# A number of bench's report.
field() { sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p" <<< "$report"; }

# compare NAME MODEL LAYER SIZE BATCH [alone]: one round, or the check that comes before the first. ONNX Runtime computes the whole file, so that it has
# nothing to say of a layer in the middle: alone.
compare() {
    local name=$1 model=$models/$2 layer=$3 size=$4 batch=$5 report what median least
    if [ "$round" = 0 ]; then "${peers[@]}" check "$model" "$layer" "$size" "$batch" "$threads"; return; fi
    report=$("${phosphene[@]}" bench "$model" --layer "$layer" --size "$size" --batch "$batch" --threads "$threads" --json)
    note "$name, step" "Phosphene, whole recipe" "$(field stepMs)" "$(field stepLeastMs)"
    note "$name, forward" "Phosphene" "$(field forwardMs)" "$(field forwardLeastMs)"
    while read -r what median least; do
        note "$name, $what" "libtorch 2.10" "$median" "$least"
    done < <("${peers[@]}" libtorch "$model" "$layer" "$size" "$batch" "$threads")
    [ "${6:-}" = alone ] || while read -r what median least; do
        note "$name, forward" "ONNX Runtime 1.31" "$median" "$least"
        note "$name, step" "ONNX Runtime 1.31, forward" "$median" "$least"
    done < <("${peers[@]}" onnxruntime "$model" "$layer" "$size" "$batch" "$threads")
    [ -z "$old" ] || while read -r what median least; do
        note "$name, $what" "PyTorch 1.13 (old)" "$median" "$least"
    done < <(/usr/bin/python3 "$root/benchmarks/peers/torch_old.py" "$model" "$layer" "$size" "$batch" "$threads")
}

for round in $(seq 0 "$rounds"); do
    compare "GoogLeNet to loss3/classifier" bvlc_googlenet.onnx loss3/classifier 224 1
    compare "GoogLeNet to inception_4c/output" bvlc_googlenet.onnx inception_4c/output 224 1 alone
    compare "GoogLeNet to loss3/classifier, batch 8" bvlc_googlenet.onnx loss3/classifier 224 8
    compare "SqueezeNet 1.1 to pool10" squeezenet1.1.onnx pool10 227 1
done

# Of each work and each engine: the median of the rounds' medians, the least of all runs, and Phosphene's time divided by the other's in the same round.
awk -F '\t' -v rounds="$rounds" -v threads="$threads" '
    function sort(values,    i, j, value) {
        for (i = 2; i <= rounds; i++) {
            value = values[i]
            for (j = i; j > 1 && values[j - 1] > value; j--) values[j] = values[j - 1]
            values[j] = value
        }
    }
    function median(values) { return (values[int((rounds + 1) / 2)] + values[int((rounds + 2) / 2)]) / 2 }
    {
        row = $1 FS $2
        if (!(row in least)) { rows[++count] = row; least[row] = $5 }
        if ($5 < least[row]) least[row] = $5
        time[row, $3] = $4
        if ($2 ~ /^Phosphene/) own[$1, $3] = $4
    }
    END {
        printf "%d rounds, %d threads, milliseconds\n%-49s %-26s %8s %8s   %s\n", rounds, threads, "", "", "median", "least", "Phosphene divided by it"
        for (i = 1; i <= count; i++) {
            split(rows[i], part, FS)
            for (k = 1; k <= rounds; k++) { times[k] = time[rows[i], k]; ratios[k] = own[part[1], k] / times[k] }
            sort(times); sort(ratios)
            printf "%-49s %-26s %8.1f %8.1f", part[1], part[2], median(times), least[rows[i]]
            printf part[2] ~ /^Phosphene/ ? "\n" : "   %.2f (%.2f to %.2f)\n", median(ratios), ratios[1], ratios[rounds]
        }
    }' <(sort -s -t "$(printf '\t')" -k1,1 "$results")
