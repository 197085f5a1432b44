#!/usr/bin/env bash
# The fault suite on a cluster of real processes; see tests/faults.sh --help.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
home=$root/deploy/local/target/alma
classes=$root/tests/target/test-classes
built=$classes/org/almaflow/tests/faults/FaultsMain.class

# The name of one source that the build has not seen yet; nothing when it has seen all.
newer_source() {
    local since=$1
    shift
    (cd "$root" && find "$@" -name target -prune -o -type f \
        \( -name '*.java' -o -name '*.avsc' -o -name pom.xml \) -newer "$since" -print -quit)
}

if [[ ! -f $home/alma.jar || ! -f $built || -n $(newer_source "$built" tests) ||
    -n $(newer_source "$home/alma.jar" schemas chunk-producer flink-job observer deploy) ]]; then
    echo "building…" >&2
    (cd "$root" && ./mvnw -q -B -DskipTests -Dspotless.check.skip=true -pl tests -am package 1>&2)
    touch "$built"
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
export OMP_NUM_THREADS=1
exec "$java" -Xmx1g -Dalma.home="$home" -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    -Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.almaflow \
    -cp "$classes:$home/alma.jar:$home/lib/*" org.almaflow.tests.faults.FaultsMain "$@"
