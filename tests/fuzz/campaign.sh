#!/usr/bin/env bash
# campaign.sh DIRECTORY LOG SECONDS [TARGET...]: the fuzzers of a directory by turns, until it is killed, each for SECONDS a turn, in the
# order of the TARGETs (default: all). LOG gets a line a turn: when, target, CPU seconds (user + system), runs, covered edges and
# features, inputs of the corpus, findings so far. `tally` instead of SECONDS sums LOG by target.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
directory=$1 log=$2

tally() {
  printf '%-10s %8s %12s %8s %8s %8s %8s\n' target CPU-s runs edges features inputs findings
  awk '!/^#/ { cpu[$2] += $3; runs[$2] += $4; edges[$2] = $5; features[$2] = $6; inputs[$2] = $7; found[$2] = $8; all += $3 }
       END { for (t in cpu) printf "%-10s %8d %12d %8d %8d %8d %8d\n", t, cpu[t], runs[t], edges[t], features[t], inputs[t], found[t]
             printf "%-10s %8d\n", "all", all }' "$log" | sort
}

cpu_seconds() { # of all children that ended
  awk '{ print ($16 + $17) / 100 }' "/proc/$$/stat"
}

turn() { # TARGET
  local fuzzer=$directory/$1_fuzzer out before after
  [[ -x $fuzzer ]] || return 0
  out=$(mktemp)
  before=$(cpu_seconds)
  "$here/run.sh" "$fuzzer" "$seconds" > "$out" 2>&1 || true
  after=$(cpu_seconds)
  local runs coverage edges features
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out" | tail -n 1)
  coverage=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$out" | tail -n 1 || true)
  read -r _ edges _ features <<< "${coverage:-cov: 0 ft: 0}"
  printf '%s %s %s %s %s %s %s %s\n' "$(date -u +%FT%TZ)" "$1" "$(awk "BEGIN { print $after - $before }")" "${runs:-0}" "$edges" "$features" \
    "$(find "$fuzzer.d/corpus" -type f | wc -l)" "$(find "$fuzzer.d/findings" -type f | wc -l)" >> "$log"
  grep -E '^(broken promise|SUMMARY|.*runtime error)' "$out" | head -n 3 | sed "s/^/# $1: /" >> "$log" || true
  mv "$out" "$fuzzer.d/last-output"
}

if [[ $3 == tally ]]; then
  tally
  exit
fi
seconds=$3
shift 3
targets=("$@")
if ((${#targets[@]} == 0)); then
  for fuzzer in "$directory"/*_fuzzer; do targets+=("$(basename "$fuzzer" _fuzzer)"); done
fi
while :; do
  for target in "${targets[@]}"; do turn "$target"; done
done
