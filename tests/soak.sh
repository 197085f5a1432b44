#!/usr/bin/env bash
# Many small chunks through a job with Kafka and Flink in one JVM; exits 1 when heap, native memory,
# checkpoints or model files grow after the first tenth.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'TEXT'
usage: tests/soak.sh [--chunks N] [--engine NAME]

  --chunks N     number of chunks, a multiple of 10 (default: 2000)
  --engine NAME  dl4j or testing (default: dl4j)
TEXT
}

chunks=2000
engine=dl4j
while [[ $# -gt 0 ]]; do
    case "$1" in
        --chunks) chunks=${2:?--chunks needs a number} && shift 2 ;;
        --engine) engine=${2:?--engine needs a name} && shift 2 ;;
        -h | --help) usage && exit 0 ;;
        *) echo "soak.sh: unknown option '$1'; see tests/soak.sh --help" >&2 && exit 2 ;;
    esac
done
if [[ ! "$chunks" =~ ^[1-9][0-9]*0$ ]]; then
    echo "soak.sh: --chunks is '$chunks'; it must be a multiple of 10" >&2
    exit 2
fi

# shellcheck source=tests/class-path.sh
source "$root/tests/class-path.sh"
path=$(class_path flink-job/pipeline):$(class_path flink-job/engine-dl4j)
# A heap of one size, all of it touched at the start: what the process grows by is native.
OMP_NUM_THREADS=1 MALLOC_ARENA_MAX=2 exec java -Xms768m -Xmx768m -XX:+AlwaysPreTouch \
    -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.almaflow \
    -cp "$path" org.almaflow.pipeline.Soak "$engine" "$chunks"
