#!/usr/bin/env bash
# On a machine with an NVIDIA GPU, beside the parts that tests/gpu-payload.sh has made:
#   bash gpu.sh [SECONDS A ROW]
# prints examples a second of the engine on LibTorch beside those of PyTorch where a python3 has it (or $PYTHON), in
# float32, with the ratio and what is required of it, then of the engine in bfloat16. The exit status is 1 when a
# requirement is missed on a GPU. Unpacks into a folder below TMPDIR, which it removes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${1:-5}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat "$here"/payload.tgz.* | tar -C "$work" -xz

# CUDA 13 lies in the system's folders, or in the wheels of a PyTorch for it.
wheels() {
    "$python" -c 'import glob, nvidia
for path in nvidia.__path__: print(*glob.glob(path + "/*/lib"), sep="\n")' 2> /dev/null || true
}
there() {
    local folder
    if ldconfig -p 2> /dev/null | grep -q "$1"; then return 0; fi
    while read -r folder; do
        if [[ -n "$folder" && -e "$folder/$1" ]]; then return 0; fi
    done <<< "${LD_LIBRARY_PATH//:/$'\n'}"
    return 1
}
missing() {
    local library
    for library in cudart.so.13 cublas.so.13 cublasLt.so.13 cudnn.so.9 cufft.so.12 curand.so.10 cusolver.so.12 cusparse.so.12; do
        there "lib$library" || printf ' lib%s' "$library"
    done
}

export PEER_DEVICE=cpu
if nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader 2> /dev/null; then
    PEER_DEVICE=cuda
else
    echo "no NVIDIA GPU (nvidia-smi shows none): on the processor, of which nothing here is required"
fi
if compgen -G "$work/lib/pytorch-*-gpu.jar" > /dev/null; then
    for folder in $(wheels) /usr/local/cuda/lib64 /usr/local/cuda-13/lib64; do
        LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder
    done
    export LD_LIBRARY_PATH
    lacking=$(missing)
    if [[ -n "$lacking" ]]; then
        echo "CUDA 13 is incomplete on this machine, and the payload holds none of it: install CUDA 13 and cuDNN 9, or a PyTorch for CUDA 13 for $python; missing:$lacking" >&2
        exit 1
    fi
fi

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
engine() {
    "$work/java/bin/java" -Xmx2g -Dorg.bytedeco.javacpp.cachedir="$work/cache" -cp "$work/lib/*" \
        org.almaflow.learning.bench.DeviceBenchmark torch "$seconds" "$@"
}
status=0
if "$python" -c 'import torch' 2> /dev/null; then
    engine "" "$python" "$work/peer.py" || status=$?
else
    echo "no PyTorch for $python: nothing to compare with"
    engine "" || status=$?
fi
engine bf16,channels-last || status=$?
exit "$status"
