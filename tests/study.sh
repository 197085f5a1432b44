#!/usr/bin/env bash
# Runs the experiments of docs/study.md one after another. Stopped, by Ctrl-C or otherwise, it goes on
# where it was when it is called again; what is complete is not run again.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
parts=(policies waiting cifar10 fashion families replay 100 small warm-up scratch)

usage() {
    cat <<TEXT
usage: tests/study.sh [--out DIR] [PART...]

  --out DIR  folder for the results, one folder a part (default: alma-out/study)
  PART       which of ${parts[*]} (default: all, in this order)

A part is deploy/experiments/study-PART.yaml; its report is DIR/PART/report/index.html.
TEXT
}

out=alma-out/study
chosen=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --out) out=${2:?--out needs a folder} && shift 2 ;;
        -h | --help) usage && exit 0 ;;
        *)
            if [[ ! -f "$root/deploy/experiments/study-$1.yaml" ]]; then
                echo "study.sh: there is no part '$1'; there are ${parts[*]}" >&2
                exit 2
            fi
            chosen+=("$1")
            shift
            ;;
    esac
done
if [[ ${#chosen[@]} -eq 0 ]]; then chosen=("${parts[@]}"); fi

# Sixty learners need more heap than the default. They write a checkpoint of all at a time, so seldom.
export ALMA_JAVA_OPTS=${ALMA_JAVA_OPTS:--Xmx2g}
for part in "${chosen[@]}"; do
    echo "part $part"
    "$root/alma" demo --experiment "$root/deploy/experiments/study-$part.yaml" \
        --out "$out/$part" --resume --no-progress --no-predict \
        -O checkpoint-interval="10 s" -O keep-snapshots=1
done
