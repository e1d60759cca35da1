#!/usr/bin/env bash
# Runs Phosphene, PyTorch and ONNX Runtime in turn, several rounds on the same machine, and prints medians and ratios.
#
#   benchmarks/peers.sh --install     installs the peers: apt packages (as root), and ONNX Runtime for Node into the scratch folder
#   benchmarks/peers.sh               runs five rounds; ROUNDS, THREADS, MODELS, PEERS and SCRATCH are read from the environment
#
# MODELS is the folder with bvlc_googlenet.onnx and squeezenet1.1.onnx, PEERS the one with torch_step.py and ort_forward.mjs,
# SCRATCH where ONNX Runtime is installed.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
models=$(realpath "${MODELS:-$root/../shared/models}")
peers=$(realpath "${PEERS:-$root/../shared/peers}")
scratch=${SCRATCH:-${TMPDIR:-/tmp}/phosphene-peers}
rounds=${ROUNDS:-5}
threads=${THREADS:-$(nproc)}

has_torch() { /usr/bin/python3 -c 'import torch, onnx' 2>/dev/null; }
has_ort() { [ -d "$scratch/node_modules/onnxruntime-node" ]; }

case "${1:-}" in
    --install)
        has_torch || apt-get install -y --no-install-recommends python3-torch python3-onnx python3-numpy
        command -v node > /dev/null || apt-get install -y --no-install-recommends nodejs npm
        mkdir -p "$scratch"
        # Without its install script, which would fetch CUDA libraries.
        has_ort || (cd "$scratch" && npm init -y > /dev/null && npm install onnxruntime-node --ignore-scripts)
        exit ;;
    '') ;;
    *)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 2 ;;
esac

missing=0
has_torch || { echo "PyTorch is missing: apt-get install --no-install-recommends python3-torch python3-onnx python3-numpy"; missing=1; }
has_ort || { echo "ONNX Runtime is missing: npm install onnxruntime-node --ignore-scripts, in $scratch"; missing=1; }
[ $missing = 0 ] || { echo "'benchmarks/peers.sh --install' does this."; exit 1; } >&2

dotnet build -c Release -v quiet --nologo "$root/src/Phosphene.Cli" >&2
phosphene=("dotnet" "$root/src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll")
results=$(mktemp)
trap 'rm -f "$results"' EXIT

# One line of the results: the work, who did it, milliseconds.
note() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >> "$results"; }

# ours NAME MODEL LAYER SIZE BATCH: forward and step.
ours() {
    local json
    json=$("${phosphene[@]}" bench "$models/$2" --layer "$3" --size "$4" --batch "$5" --threads "$threads" --json)
    note "$1 step" phosphene "$(sed -n 's/.*"stepMs": \([0-9.]*\).*/\1/p' <<< "$json")"
    note "$1 forward" phosphene "$(sed -n 's/.*"forwardMs": \([0-9.]*\).*/\1/p' <<< "$json")"
}

# torch NAME MODEL LAYER SIZE BATCH: step.
torch() {
    local line
    line=$(/usr/bin/python3 "$peers/torch_step.py" --model "$models/$2" --layer "$3" --channel 0 --size "$4" --batch "$5" --threads "$threads" --steps 20)
    note "$1 step" pytorch "$(sed -n 's/.*median \([0-9.]*\) ms.*/\1/p' <<< "$line")"
}

# ort NAME MODEL SIZE BATCH: forward.
ort() {
    local line
    line=$(cd "$scratch" && node "$peers/ort_forward.mjs" "$models/$2" data "$3" "$threads" "$4")
    note "$1 forward" onnxruntime "$(sed -n 's/.*median \([0-9.]*\) ms.*/\1/p' <<< "$line")"
}

for round in $(seq "$rounds"); do
    echo "round $round of $rounds" >&2
    for batch in 1 8; do
        ours "googlenet batch $batch" bvlc_googlenet.onnx loss3/classifier 224 $batch
        torch "googlenet batch $batch" bvlc_googlenet.onnx loss3/classifier 224 $batch
        ort "googlenet batch $batch" bvlc_googlenet.onnx 224 $batch
    done
    ours "googlenet to 4c" bvlc_googlenet.onnx inception_4c/output 224 1
    torch "googlenet to 4c" bvlc_googlenet.onnx inception_4c/output 224 1
    ours squeezenet squeezenet1.1.onnx pool10 227 1
    ort squeezenet squeezenet1.1.onnx 227 1
done

# The median of each work and runtime, and how many times as long as Phosphene the peer takes.
sort -t "$(printf '\t')" -k1,2 -k3,3n "$results" | awk -F '\t' -v rounds="$rounds" -v threads="$threads" '
    { key = $1 FS $2; values[key, ++count[key]] = $3; if (!($1 in seen)) { seen[$1]; works[++n] = $1 } }
    function median(key) { return count[key] ? values[key, int((count[key] + 1) / 2)] : 0 }
    function cell(value, format) { return value ? sprintf(format, value) : "-" }
    END {
        printf "medians of %d rounds, %d threads, milliseconds\n", rounds, threads
        printf "%-32s %10s %10s %12s %8s\n", "", "phosphene", "pytorch", "onnxruntime", "ratio"
        for (i = 1; i <= n; i++) {
            own = median(works[i] FS "phosphene"); torch = median(works[i] FS "pytorch"); ort = median(works[i] FS "onnxruntime")
            peer = torch ? torch : ort
            printf "%-32s %10s %10s %12s %8s\n", works[i], cell(own, "%.1f"), cell(torch, "%.1f"), cell(ort, "%.1f"), peer && own ? sprintf("%.2f", peer / own) : "-"
        }
    }'
