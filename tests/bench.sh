#!/usr/bin/env bash
# Benchmarks: prints both sides of a comparison in one run; exits 1 when a requirement is missed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'TEXT'
usage: tests/bench.sh [NAME] [--help]

  engine   training steps of the engine against a bare ND4J loop, on one core

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
    *)
        echo "bench.sh: there is no benchmark '$1'; run tests/bench.sh for the list" >&2
        exit 2
        ;;
esac
