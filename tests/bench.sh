#!/usr/bin/env bash
# Benchmarks: prints both sides of a comparison in one run; exits 1 when a requirement is missed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'TEXT'
usage: tests/bench.sh [NAME [PART]] [--help]

  engine   training steps of the engine against a bare ND4J loop, on one core
  peer     training steps and evaluation against PyTorch, on one core; PART: only
           the rows whose title has it, such as MLP. Needs PyTorch for /usr/bin/python3
           (or for $PYTHON): apt-get install python3-torch libopenblas0-pthread

Without NAME: this list. Example: tests/bench.sh engine
TEXT
}

# Compiles a module's tests and prints the class path that runs them.
class_path() {
    local module=$1 file
    file=$(mktemp)
    (cd "$root" && ./mvnw -q -B -pl "$module" -am test-compile \
        dependency:build-classpath -Dmdep.outputFile="$file" 1>&2)
    echo "$root/$module/target/test-classes:$root/$module/target/classes:$(cat "$file")"
    rm -f "$file"
}

# One core: the last one, where there is taskset.
one_core() {
    local last=$(($(nproc) - 1))
    if command -v taskset > /dev/null && taskset -c "$last" true 2> /dev/null; then
        OMP_NUM_THREADS=1 exec taskset -c "$last" "$@"
    fi
    OMP_NUM_THREADS=1 exec "$@"
}

case "${1:-}" in
    "" | -h | --help)
        usage
        ;;
    engine)
        if [[ "${2:-}" == --help ]]; then
            usage
            exit 0
        fi
        path=$(class_path flink-job/engine-dl4j)
        one_core java -Xmx1g -cp "$path" org.almaflow.engine.dl4j.bench.EngineBenchmark
        ;;
    peer)
        if [[ "${2:-}" == --help ]]; then
            usage
            exit 0
        fi
        python=${PYTHON:-/usr/bin/python3}
        if ! "$python" -c 'import torch' 2> /dev/null; then
            echo "SKIP peer: $python has no PyTorch; apt-get install python3-torch libopenblas0-pthread, or set PYTHON"
            exit 0
        fi
        path=$(class_path flink-job/engine-dl4j)
        export OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
        uptime
        one_core java -Xmx2g -cp "$path" org.almaflow.engine.dl4j.bench.PeerBenchmark \
            "$python" "$root/tests/peer/peer.py" "${2:-}"
        ;;
    *)
        echo "bench.sh: there is no benchmark '$1'; run tests/bench.sh for the list" >&2
        exit 2
        ;;
esac
