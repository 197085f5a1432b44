#!/usr/bin/env bash
# On a machine with an NVIDIA GPU, beside the parts that tests/gpu-payload.sh has made:
#   bash gpu.sh [SECONDS A ROW]
# prints examples a second of the engine on LibTorch in float32 and in bfloat16, and of PyTorch where a python3 has it
# (or $PYTHON). Unpacks into a folder below TMPDIR, which it removes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${1:-5}
batch=128
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat "$here"/payload.tgz.* | tar -C "$work" -xz

device=cpu
if nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader 2> /dev/null; then
    device=cuda
else
    echo "no NVIDIA GPU (nvidia-smi shows none): on the processor"
fi

export OMP_NUM_THREADS=1
engine() {
    "$work/java/bin/java" -Xmx2g -Dorg.bytedeco.javacpp.cachedir="$work/cache" -cp "$work/lib/*" \
        org.almaflow.learning.bench.DeviceBenchmark torch "$seconds" "$@"
}
engine
engine bf16,channels-last

python=${PYTHON:-python3}
if ! "$python" -c 'import torch' 2> /dev/null; then
    echo "no PyTorch for $python: nothing to compare with"
    exit 0
fi
examples=10240
for model in mlp-64 umix-4 mlp-2048 vgg-16 vgg-64; do
    # Once to warm up, then once that counts.
    printf 'train %s %d 1 1\ntrain %s %d 1 1\n' "$model" "$examples" "$model" "$examples" |
        PEER_DEVICE=$device "$python" "$work/peer.py" |
        awk -v model="$model" -v n="$examples" 'NR == 1 { print } { s = $1 }
            END { printf "PyTorch, %-19s %12.0f examples/s\n", model, n / s }'
done
echo "batch $batch"
