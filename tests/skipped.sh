#!/usr/bin/env bash
# Shows which tests of the last ./mvnw verify were skipped, and why: tests/skipped.sh [CLASS...]
# Fails when one of the named classes (ends of their names) is among them, or did not run at all.
set -euo pipefail
cd "$(dirname "$0")/.."

reports() {
  find . -path '*/target/surefire-reports/TEST-*.xml' -name "TEST-*$1.xml" -print0
}

reasons() {
  reports "$1" | xargs -0 -r grep -oE '<skipped[^>]*' /dev/null | sed -E 's,.*/TEST-([^:]*)\.xml:<skipped *,\1: ,' | sort | uniq -c || true
}

echo "skipped tests:"
reasons ''

status=0
for class in "$@"; do
  if [ -z "$(reports ".$class" | tr -d '\0')" ]; then
    echo "$class did not run" >&2
    status=1
  elif [ -n "$(reasons ".$class")" ]; then
    echo "$class was skipped" >&2
    status=1
  fi
done
exit $status
