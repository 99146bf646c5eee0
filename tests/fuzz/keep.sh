#!/usr/bin/env bash
# keep.sh FUZZER BYTES [COUNT]: shrinks what FUZZER has learnt to the inputs that cover most, and copies those of at most BYTES (COUNT of
# them, default 20, the largest gain first) that cover what testdata/fuzz/TARGET does not into that directory.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
fuzzer=$(realpath "$1") most=$2 count=${3:-20}
name=$(basename "$fuzzer" _fuzzer)
kept=$here/../../testdata/fuzz/$name
ending=seed
[[ $name != memory && $name != state ]] || ending=edits
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/small" "$scratch/new" "$scratch/shrunk" "$kept"

# The corpus itself: what it covers stays, in fewer and smaller inputs.
"$fuzzer" -merge=1 "$scratch/shrunk" "$fuzzer.d/corpus" > /dev/null 2>&1
rm -rf "$fuzzer.d/corpus"
cp -r "$scratch/shrunk" "$fuzzer.d/corpus"

find "$fuzzer.d/corpus" -type f -size -$((most + 1))c -exec cp -t "$scratch/small" {} +
cp -r "$fuzzer.d/seeds" "$scratch/known"
"$fuzzer" -set_cover_merge=1 "$scratch/known" "$scratch/small" > "$scratch/out" 2>&1
comm -13 <(cd "$fuzzer.d/seeds" && find . -type f | sort) <(cd "$scratch/known" && find . -type f | sort) | awk -v most="$count" 'NR <= most' |
  while IFS= read -r input; do
    cp "$scratch/known/$input" "$kept/found-$(sha1sum "$scratch/known/$input" | cut -c1-12).$ending"
  done
find "$kept" -name "found-*" | wc -l
