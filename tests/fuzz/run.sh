#!/usr/bin/env bash
# run.sh FUZZER SECONDS: fuzzes from the test logs and dumps on, or from the target's own seeds (testdata/fuzz/TARGET);
# what it finds stands in the findings/ beside the fuzzer.
set -euo pipefail
fuzzer=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
state=$(dirname "$fuzzer")/$(basename "$fuzzer").d
seeds=("$here/../../testdata" \( -name '*.log' -o -name '*.kdump' \) -size -64k)
own=$here/../../testdata/fuzz/$(basename "$fuzzer" _fuzzer)
[[ ! -d $own ]] || seeds=("$own" -type f)
mkdir -p "$state/seeds" "$state/corpus" "$state/findings"
while IFS= read -r log; do
  cp "$log" "$state/seeds/$(sha1sum "$log" | cut -c1-16)"
done < <(find "${seeds[@]}")
"$fuzzer" -max_total_time="$2" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$state/findings/" "$state/corpus" "$state/seeds"
