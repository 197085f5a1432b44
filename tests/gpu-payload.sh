#!/usr/bin/env bash
# Packs what tests/gpu.sh needs into parts of at most 60 MiB, for a bare Linux machine with an NVIDIA GPU: a Java runtime, the
# engine on LibTorch with its natives, its benchmark, and the PyTorch side of the comparison.
#   tests/gpu-payload.sh [--cpu] OUT
# --cpu packs the natives for processors instead, to try the payload without a GPU.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classifier=linux-x86_64-gpu
if [[ "${1:-}" == --cpu ]]; then
    classifier=linux-x86_64
    shift
fi
out=${1:?usage: tests/gpu-payload.sh [--cpu] OUT}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Jars: the engine, learning with its benchmarks, and what they need; no test framework.
(cd "$root" && ./mvnw -q -B -pl flink-job/engine-torch -am -DskipTests -Dspotless.check.skip=true \
    -Dtorch.classifier="$classifier" package dependency:copy-dependencies \
    -DoutputDirectory="$work/lib" -Dmdep.useBaseVersion=true \
    -DexcludeGroupIds=org.junit.jupiter,org.junit.platform,org.assertj,net.bytebuddy,org.opentest4j,org.apiguardian)
cp "$root"/flink-job/engine-torch/target/almaflow-engine-torch-*.jar "$work/lib/"

# Headers and sources in the natives' jars serve who builds against them.
for jar in "$work"/lib/pytorch-*-linux-*.jar "$work"/lib/openblas-*-linux-*.jar; do
    zip -q -d "$jar" '*.cpp' '*.h' '*/include/*' '*.cmake' 2> /dev/null || true
done

jlink --add-modules java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.unsupported,jdk.management \
    --strip-java-debug-attributes --no-header-files --no-man-pages --output "$work/java"
cp "$root/tests/gpu.sh" "$root/tests/peer/peer.py" "$work/"

rm -f "$out"/payload.*
tar -C "$work" -c . | gzip -1 | split -b 60m -d - "$out/payload.tgz."
cp "$root/tests/gpu.sh" "$out/"
ls -l "$out"
