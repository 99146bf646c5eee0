#!/usr/bin/env bash
# run.sh FUZZER|DIRECTORY SECONDS: fuzzes from the test logs and dumps on, or from the target's own seeds
# (testdata/fuzz/TARGET); of a directory each of its fuzzers for so long, one after the other. What is found stands in
# FUZZER.d/findings, what was learnt in FUZZER.d/corpus; exit status 1: something is found. The unoops of the same build, or
# UNOOPS, tells its needles for the dictionary. SLOW: seconds from which an input is a finding (default 1; more where other
# work goes on beside).
set -euo pipefail
here=$(dirname "$(realpath "$0")")
testdata=$(realpath "$here/../../testdata")

quoted() { LC_ALL=C grep -v '[^ -~]' | sed 's/[\\"]/\\&/g; s/.*/"&"/' | sort -u; }

# From the tables that the readers have themselves.
dictionary() { # FUZZER TARGET
  local unoops=${UNOOPS:-$(dirname "$1")/../../unoops}
  case $2 in
    reports) grep -oE '"[a-z_]+":' "$here/../../docs/report.schema.json" | tr -d ':' | quoted ;;
    elf) grep -rhoE '"\.(debug|gnu|orc|text|rela|symtab|strtab|init)[a-z_.0-9]*"' "$here/../../src" | tr -d '"' | quoted ;;
    memory | state | dump | symbols | packed | names | code) ;;
    *) [[ ! -x $unoops ]] || "$unoops" --needles | quoted ;;
  esac
}

seeds() { # TARGET
  case $1 in
    decode | quiet) find "$testdata" -name '*.log' -size -64k ;;
    dump) find "$testdata" -name '*.kdump' -size -64k ;;
  esac
  [[ ! -d $testdata/fuzz/$1 ]] || find "$testdata/fuzz/$1" -name '*.seed' -o -name '*.edits'
}

fuzz() { # FUZZER SECONDS
  local fuzzer seconds=$2 name state slow=${SLOW:-1}
  fuzzer=$(realpath "$1")
  name=$(basename "$fuzzer" _fuzzer)
  state=$fuzzer.d
  mkdir -p "$state/seeds" "$state/corpus" "$state/findings"
  while IFS= read -r log; do
    cp "$log" "$state/seeds/$(sha1sum "$log" | cut -c1-16)"
  done < <(seeds "$name")
  local words=()
  dictionary "$fuzzer" "$name" > "$state/words"
  [[ ! -s $state/words ]] || words=(-dict="$state/words")
  # A decode allocates much: long stacks of each allocation, and much that waits to be used again, are half of the time.
  export ASAN_OPTIONS=malloc_context_size=6:quarantine_size_mb=32${ASAN_OPTIONS:+:$ASAN_OPTIONS}
  # An input of 64 KB that takes longer than a second is a finding, too: 1 MB may cost half a second without sanitizers.
  "$fuzzer" -max_total_time="$seconds" -max_len=65536 -timeout=$((slow * 10)) -report_slow_units="$slow" -rss_limit_mb=2048 \
    -print_final_stats=1 "${words[@]}" -artifact_prefix="$state/findings/" "$state/corpus" "$state/seeds" || true
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
