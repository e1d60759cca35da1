#!/usr/bin/env bash
# Trains the same model in Phosphene and in PyTorch in turn, several rounds on the same machine, and prints the medians and their ratio.
#
#   benchmarks/training.sh               ROUNDS, THREADS, SECONDS_EACH and MODELS are read from the environment
#
# Needs the .NET SDK, and /usr/bin/python3 with PyTorch (apt-get install --no-install-recommends python3-torch).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/benchmarks/medians.sh"
rounds=${ROUNDS:-5}
threads=${THREADS:-$(nproc)}
seconds=${SECONDS_EACH:-6}
models=${MODELS:-classifier autoencoder}

/usr/bin/python3 -c 'import torch' 2> /dev/null || { echo "PyTorch is missing: apt-get install --no-install-recommends python3-torch" >&2; exit 1; }
dotnet build -c Release -v quiet --nologo "$root/benchmarks/training" >&2
results=$(mktemp)
trap 'rm -f "$results"' EXIT

for model in $models; do
    for round in $(seq "$rounds"); do
        dotnet "$root/benchmarks/training/bin/Release/net10.0/TrainingBenchmark.dll" --model "$model" --threads "$threads" --seconds "$seconds"
        /usr/bin/python3 "$root/benchmarks/training/torch_train.py" --model "$model" --threads "$threads" --seconds "$seconds"
    done
done | tee /dev/stderr > "$results"

for model in $models; do
    awk -v model="$model" -v ours="$(median "$results" phosphene "$model")" -v theirs="$(median "$results" pytorch "$model")" \
        'BEGIN { printf "%s: Phosphene %.2f ms a step, PyTorch %.2f ms, ratio %.2f\n", model, ours, theirs, theirs / ours }'
done
