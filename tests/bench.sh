#!/usr/bin/env bash
# Benchmarks: prints both sides of a comparison in one run; exits 1 when a requirement is missed.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'TEXT'
usage: tests/bench.sh [NAME [PART...]] [--help]

  engine    training steps of the engine against a bare ND4J loop, on one core
  peer      training steps and evaluation against PyTorch, on one core; PART: only
            the rows whose title has it, such as MLP or transformer; --engine torch before it: the other
            engine. Needs PyTorch for /usr/bin/python3 (or for $PYTHON):
            apt-get install python3-torch libopenblas0-pthread
  pipeline  what assembling and checkpoints cost beside training, at the demo's scale
  policies  CER, total MACs and sessions of each waiting policy over seeds; PART: a file
            such as deploy/experiments/mnist-policies.yaml, the default, then the first
            and the last seed: tests/bench.sh policies FILE 10 14
  ens       Ens k=4 with its members in parallel against one after another; needs 2 cores
  size      memory and step time of gMoE and FF on CIFAR-10 at their final sizes; PART:
            one of them, such as "moe 51", "ff 102" or "scan 102" (FF while it grows)
  checkpoint  duration of checkpoints while training, how long their barriers wait, size of
            the state; PART: only the rows whose name has it, such as MLP
  predict   requests a second and latency of the predictor on one core, from Kafka to
            Kafka, and that none is lost or answered twice when it is killed
  dashboard  first paint of the page and its memory in the browser under load; PART: minutes
            (10) and arrivals a second (10), such as: tests/bench.sh dashboard 1 50. Needs
            Chromium: apt-get install chromium chromium-driver
  cer       CER of SM, w = 1, on MNIST over seeds 0 to 2, against the reference's

Without NAME: this list. Example: tests/bench.sh engine
TEXT
}

# shellcheck source=tests/class-path.sh
source "$root/tests/class-path.sh"

# One core: the last one, where there is taskset.
one_core() {
    local last=$(($(nproc) - 1))
    if command -v taskset > /dev/null && taskset -c "$last" true 2> /dev/null; then
        OMP_NUM_THREADS=1 exec taskset -c "$last" "$@"
    fi
    OMP_NUM_THREADS=1 exec "$@"
}

# Runs the demo with a seed; prints the CER of its first learner.
demo_cer() {
    local out
    out=$(mktemp -d)
    "$root/alma" demo --seed "$1" --interval 0 --no-progress --out "$out" > "$out/console" 2>&1 || {
        tail -n 3 "$out/console" >&2
        exit 1
    }
    sed -n 's/.*"cer" : \([0-9.]*\).*/\1/p' "$out/summary.json" | head -n 1
    rm -rf "$out"
}

cer() {
    local seed value values=()
    for seed in 0 1 2; do
        value=$(demo_cer "$seed")
        echo "seed $seed: CER $value"
        values+=("$value")
    done
    # The reference's two seeds: 2.556 and 2.681.
    printf '%s\n' "${values[@]}" | awk '
        { sum += $1 }
        END {
            mean = sum / NR; reference = (2.556 + 2.681) / 2
            off = 100 * (mean / reference - 1)
            ok = off >= -10 && off <= 10
            printf "mean %.3f, reference %.3f: %+.1f %%, needs -10 to +10 %%: %s\n",
                mean, reference, off, ok ? "PASS" : "FAIL"
            exit !ok
        }'
}

if [[ "${2:-}" == --help ]]; then
    usage
    exit 0
fi

case "${1:-}" in
    "" | -h | --help)
        usage
        ;;
    engine)
        path=$(class_path flink-job/engine-dl4j)
        one_core java -Xmx1g -cp "$path" org.almaflow.engine.dl4j.bench.EngineBenchmark
        ;;
    peer)
        python=${PYTHON:-/usr/bin/python3}
        if ! "$python" -c 'import torch' 2> /dev/null; then
            echo "SKIP peer: $python has no PyTorch; apt-get install python3-torch libopenblas0-pthread, or set PYTHON"
            exit 0
        fi
        engine=dl4j
        if [[ "${2:-}" == --engine ]]; then
            engine=${3:?--engine needs dl4j or torch}
            shift 2
        fi
        path=$(class_path "flink-job/engine-$engine")
        export OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
        uptime
        one_core java -Xmx2g -cp "$path" org.almaflow.learning.bench.PeerBenchmark \
            "$engine" "$python" "$root/tests/peer/peer.py" "${2:-}"
        ;;
    pipeline)
        path=$(class_path flink-job/pipeline):$(class_path flink-job/engine-dl4j)
        java -Xmx2g -cp "$path" org.almaflow.pipeline.PipelineShareBenchmark dl4j
        ;;
    policies)
        path=$(class_path tests)
        OMP_NUM_THREADS=1 java -Xmx2g -cp "$path" org.almaflow.tests.waiting.PolicyBenchmark \
            "${2:-$root/deploy/experiments/mnist-policies.yaml}" "${3:-10}" "${4:-14}"
        ;;
    ens)
        path=$(class_path flink-job/pipeline):$(class_path flink-job/engine-dl4j)
        OMP_NUM_THREADS=1 java -XX:+UseParallelGC -Xmx2g -cp "$path" org.almaflow.pipeline.EnsembleBenchmark dl4j
        ;;
    size)
        path=$(class_path flink-job/engine-dl4j)
        sizes=("moe 27" "moe 51" "ff 74" "ff 102" "scan 102")
        if [[ -n "${2:-}" ]]; then sizes=("$2"); fi
        for size in "${sizes[@]}"; do
            # shellcheck disable=SC2086 # a kind and a number
            (one_core java -Xmx1g -cp "$path" \
                org.almaflow.engine.dl4j.bench.FinalSizeBenchmark $size)
        done
        ;;
    checkpoint)
        path=$(class_path flink-job/pipeline):$(class_path flink-job/engine-dl4j)
        java -Xmx3g -cp "$path" org.almaflow.pipeline.CheckpointBenchmark dl4j "${2:-}"
        ;;
    predict)
        path=$(class_path flink-job/pipeline):$(class_path flink-job/engine-dl4j)
        export OMP_NUM_THREADS=1
        uptime
        java -Xmx2g -XX:+UseParallelGC -cp "$path" org.almaflow.pipeline.predict.PredictBenchmark
        ;;
    dashboard)
        path=$(class_path observer)
        uptime
        java -Xmx1g -Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.almaflow -cp "$path" \
            org.almaflow.observer.dashboard.DashboardBenchmark "${@:2}"
        ;;
    cer)
        cer
        ;;
    *)
        echo "bench.sh: there is no benchmark '$1'; run tests/bench.sh for the list" >&2
        exit 2
        ;;
esac
