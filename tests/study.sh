#!/usr/bin/env bash
# Runs the experiments of docs/study.md one after another. Stopped, by Ctrl-C or otherwise, it goes on
# where it was when it is called again; what is complete is not run again.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
parts=(policies waiting cifar10 fashion families replay 100 small warm-up scratch text text-4)

usage() {
    cat <<TEXT
usage: tests/study.sh [--out DIR] [--text-data DIR] [PART...]

  --out DIR        folder for the results, one folder a part (default: alma-out/study)
  --text-data DIR  folder with WikiText-2, train.txt and valid.txt, each also as .gz; parts of text
                   need it, since the program does not fetch it
  PART             which of ${parts[*]}
                   (default: all, in this order)

A part is deploy/experiments/study-PART.yaml; its report is DIR/PART/report/index.html.
TEXT
}

fail() {
    echo "study.sh: $1" >&2
    exit 2
}

# Whether a part is one of text.
is_text() {
    [[ "$1" == text || "$1" == text-* ]]
}

out=alma-out/study
text_data=
chosen=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --out) out=${2:?--out needs a folder} && shift 2 ;;
        --text-data) text_data=${2:?--text-data needs a folder} && shift 2 ;;
        -h | --help) usage && exit 0 ;;
        *)
            if [[ ! -f "$root/deploy/experiments/study-$1.yaml" ]]; then
                fail "there is no part '$1'; there are ${parts[*]}"
            fi
            chosen+=("$1")
            shift
            ;;
    esac
done

if [[ -n "$text_data" ]]; then
    for file in train valid; do
        if [[ ! -f "$text_data/$file.txt" && ! -f "$text_data/$file.txt.gz" ]]; then
            fail "--text-data: $text_data has no $file.txt and no $file.txt.gz; name WikiText-2's folder"
        fi
    done
fi
needs="needs WikiText-2, which is not fetched; name its folder with --text-data DIR"
if [[ ${#chosen[@]} -eq 0 ]]; then
    for part in "${parts[@]}"; do
        if is_text "$part" && [[ -z "$text_data" ]]; then
            echo "study.sh: part $part is left out: it $needs" >&2
        else
            chosen+=("$part")
        fi
    done
fi
for part in "${chosen[@]}"; do
    if is_text "$part" && [[ -z "$text_data" ]]; then fail "part $part $needs"; fi
done

# Sixty learners need more heap than the default. They write a checkpoint of all at a time, so seldom.
export ALMA_JAVA_OPTS=${ALMA_JAVA_OPTS:--Xmx2g}
for part in "${chosen[@]}"; do
    echo "part $part"
    data=()
    if is_text "$part"; then data=(--dataset "$text_data"); fi
    "$root/alma" demo --experiment "$root/deploy/experiments/study-$part.yaml" "${data[@]}" \
        --out "$out/$part" --resume --no-progress --no-predict \
        -O checkpoint-interval="10 s" -O keep-snapshots=1
done
