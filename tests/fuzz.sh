#!/usr/bin/env bash
# Searches for inputs that make a reader fail otherwise than it declares; exits 1 when there is one.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
module=$root/tests/fuzz
kept=$module/target/corpus

usage() {
    cat <<'TEXT'
usage: tests/fuzz.sh [--seconds N] [--seed S] [NAME...]

  --seconds N  time for each target (default: 60)
  --seed S     search as the number S says, from the committed inputs alone: the same inputs in the
               same order each time, as many as the time allows (default: a new search)
  NAME         part of a target's name, such as aCsvFile (default: all targets)

What a new search comes upon is kept in tests/fuzz/target/corpus for the next one. An input that fails
is printed in Base64 and written to tests/fuzz/target/findings: correct the reader, and commit the input
to the target's folder of src/test/resources, where every build replays it.
TEXT
}

seconds=60
seed=
names=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --seconds) seconds=${2:?--seconds needs a number} && shift 2 ;;
        --seed) seed=${2:?--seed needs a number} && shift 2 ;;
        -h | --help) usage && exit 0 ;;
        -*) echo "fuzz.sh: unknown option '$1'; see tests/fuzz.sh --help" >&2 && exit 2 ;;
        *) names+=("$1") && shift ;;
    esac
done
if [[ ! "$seconds" =~ ^[1-9][0-9]*$ ]]; then
    echo "fuzz.sh: --seconds is '$seconds'; it must be a whole number from 1" >&2
    exit 2
fi

if [[ ! "$seed" =~ ^([1-9][0-9]{0,8})?$ ]]; then
    echo "fuzz.sh: --seed is '$seed'; it must be a whole number from 1 to 999999999" >&2
    exit 2
fi

# CLASS METHOD of every target.
targets() {
    (cd "$module/src/test/java" && grep -rA1 --include='*FuzzTest.java' '@FuzzTest' org) |
        sed -n 's|^\(org/.*\)\.java-.*void \([A-Za-z]*\)(.*|\1 \2|p' | tr / . | sort
}

chosen() {
    local name
    [[ ${#names[@]} -eq 0 ]] && return 0
    for name in "${names[@]}"; do
        [[ "$1" == *"$name"* ]] && return 0
    done
    return 1
}

fuzz() {
    local class=$1 method=$2 label=${1##*.}-$2 log
    local folders=("$module/src/test/resources/${class//.//}Inputs/$method")
    mkdir -p "$module/target/findings/$label"
    if [[ -z "$seed" ]]; then
        mkdir -p "$kept/$label"
        folders=("$kept/$label" "${folders[@]}")
    else
        rm -rf "$module/target/new/$label" # what is new is written to the first folder
        mkdir -p "$module/target/new/$label"
        folders=("$module/target/new/$label" "${folders[@]}")
    fi
    log=$module/target/findings/$label.log
    # A small heap, so that an allocation that input can make as large as it likes is found.
    if (cd "$module/target/findings/$label" && OMP_NUM_THREADS=1 java -Xmx512m \
        -Djava.awt.headless=true -Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.almaflow \
        -cp "$path" com.code_intelligence.jazzer.Jazzer \
        --target_class="$class" --target_method="$method" \
        --instrumentation_includes='org.almaflow.**' \
        -rss_limit_mb=3072 -timeout=20 -max_total_time="$seconds" -seed="${seed:-0}" \
        "${folders[@]}" > "$log" 2>&1); then
        echo "ok    $label: $(grep -a ' DONE ' "$log" | tail -n 1 | sed 's/^#\([0-9]*\).*\(cov: [0-9]* ft: [0-9]*\).*/\1 inputs, \2/')"
    else
        echo "FOUND $label: see $log"
        grep -a -A 6 '^== Java Exception' "$log" | head -n 8 || tail -n 3 "$log"
        grep -a -E '^(Base64:|artifact_prefix)' "$log" || true
        return 1
    fi
}

# shellcheck source=tests/class-path.sh
source "$root/tests/class-path.sh"
path=$(class_path tests/fuzz)
found=0
ran=0
while read -r class method; do
    if chosen "$class-$method"; then
        ran=$((ran + 1))
        fuzz "$class" "$method" || found=$((found + 1))
    fi
done < <(targets)
echo "$ran targets, $seconds s each: $found with findings"
[[ $ran -gt 0 && $found -eq 0 ]]
