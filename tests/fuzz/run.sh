#!/usr/bin/env bash
# run.sh FUZZER|DIRECTORY SECONDS: fuzzes from the test logs and dumps on, or from the target's own seeds
# (testdata/fuzz/TARGET); of a directory each of its fuzzers for so long, one after the other. What is found stands in the
# findings/ beside the fuzzer; exit status 1: something is. UNOOPS (default: on PATH): its needles are the dictionary.
set -euo pipefail
here=$(dirname "$(realpath "$0")")

dictionary() {
  local unoops=${UNOOPS:-$(command -v unoops || true)}
  [[ -n $unoops ]] || return 0
  "$unoops" --needles | LC_ALL=C grep -v '[^ -~]' | sed 's/[\\"]/\\&/g; s/.*/"&"/' > "$1"
}

fuzz() {
  local fuzzer seconds=$2 name state own
  fuzzer=$(realpath "$1")
  name=$(basename "$fuzzer" _fuzzer)
  state=$fuzzer.d
  local seeds=("$here/../../testdata" \( -name '*.log' -o -name '*.kdump' \) -size -64k)
  own=$here/../../testdata/fuzz/$name
  [[ ! -d $own ]] || seeds=("$own" -type f)
  mkdir -p "$state/seeds" "$state/corpus" "$state/findings"
  while IFS= read -r log; do
    cp "$log" "$state/seeds/$(sha1sum "$log" | cut -c1-16)"
  done < <(find "${seeds[@]}")
  local words=()
  dictionary "$state/words"
  [[ ! -s $state/words ]] || words=(-dict="$state/words")
  # An input of 64 KB that takes longer than a second is a finding, too: 1 MB may cost half a second without sanitizers.
  "$fuzzer" -max_total_time="$seconds" -max_len=65536 -timeout=10 -report_slow_units=1 -rss_limit_mb=2048 -print_final_stats=1 \
    "${words[@]}" -artifact_prefix="$state/findings/" "$state/corpus" "$state/seeds" || true
  [[ -z $(ls -A "$state/findings") ]]
}

status=0
if [[ -d $1 ]]; then
  for fuzzer in "$1"/*_fuzzer; do
    echo "== $fuzzer"
    fuzz "$fuzzer" "$2" || status=1
  done
else
  fuzz "$1" "$2" || status=1
fi
exit "$status"
