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

# measure ENGINE COMMAND...: the command writes lines of step or forward, median and least.
measure() {
    local lines what median least
    lines=$("${@:2}")
    while read -r what median least; do note "$name, $what" "$1" "$median" "$least"; done <<< "$lines"
}

# compare NAME MODEL LAYER SIZE BATCH: one round, or the check that comes before the first.
compare() {
    local name=$1 work=("$models/$2" "$3" "$4" "$5" "$threads") report
    if [ "$round" = 0 ]; then "${peers[@]}" check "${work[@]}"; return; fi
    report=$("${phosphene[@]}" bench "$models/$2" --layer "$3" --size "$4" --batch "$5" --threads "$threads" --json)
    note "$name, step" "Phosphene, whole recipe" "$(field stepMs)" "$(field stepMinimumMs)"
    note "$name, forward" "Phosphene" "$(field forwardMs)" "$(field forwardMinimumMs)"
    measure "libtorch 2.10" "${peers[@]}" libtorch "${work[@]}"
    measure "libtorch 2.10, chan. last" "${peers[@]}" libtorch-last "${work[@]}"
    # ONNX Runtime computes the whole file, which is no match for a layer in the middle.
    [ "$3" = inception_4c/output ] || measure "ONNX Runtime 1.31" "${peers[@]}" onnxruntime "${work[@]}"
    [ -z "$old" ] || measure "PyTorch 1.13 (old)" /usr/bin/python3 "$root/benchmarks/peers/torch_old.py" "${work[@]}"
}

for round in $(seq 0 "$rounds"); do
    compare "GoogLeNet to loss3/classifier" bvlc_googlenet.onnx loss3/classifier 224 1
    compare "GoogLeNet to inception_4c/output" bvlc_googlenet.onnx inception_4c/output 224 1 alone
    compare "GoogLeNet to loss3/classifier, batch 8" bvlc_googlenet.onnx loss3/classifier 224 8
    compare "SqueezeNet 1.1 to pool10" squeezenet1.1.onnx pool10 227 1
done

# Of each work and each engine: the median of the rounds' medians, the least of all runs, and Phosphene's time divided by the other's in the same round, of
# which the median, the least and the most. ONNX Runtime has no gradient; its forward pass stands beside the step too.
awk -F '\t' -v rounds="$rounds" -v threads="$threads" '
    function sort(values,    i, j, value) {
        for (i = 2; i <= rounds; i++) {
            value = values[i]
            for (j = i; j > 1 && values[j - 1] > value; j--) values[j] = values[j - 1]
            values[j] = value
        }
    }
    function median(values) { return (values[int((rounds + 1) / 2)] + values[int((rounds + 2) / 2)]) / 2 }
    function add(work, engine,    row) {
        row = work FS engine
        if (!(work in engines)) works[++count] = work
        if (!(row in least)) { names[work, ++engines[work]] = engine; least[row] = $5 }
        if ($5 < least[row]) least[row] = $5
        time[row, $3] = $4
        if (engine ~ /^Phosphene/) own[work, $3] = $4
    }
    { add($1, $2) }
    $2 ~ /^ONNX/ { sub("forward", "step", $1); add($1, $2 ", forward") }
    END {
        printf "%d rounds, %d threads, milliseconds\n%-49s %-26s %8s %8s   %s\n", rounds, threads, "", "", "median", "minimum", "Phosphene divided by it"
        for (i = 1; i <= count; i++) for (e = 1; e <= engines[works[i]]; e++) {
            engine = names[works[i], e]
            row = works[i] FS engine
            for (k = 1; k <= rounds; k++) { times[k] = time[row, k]; ratios[k] = own[works[i], k] / times[k] }
            sort(times); sort(ratios)
            printf "%-49s %-26s %8.1f %8.1f", works[i], engine, median(times), least[row]
            if (engine ~ /^Phosphene/) printf "\n"
            else printf "   %.2f (%.2f to %.2f)\n", median(ratios), ratios[1], ratios[rounds]
        }
    }' "$results"
