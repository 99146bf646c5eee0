#!/usr/bin/env bash
# oops.sh UNOOPS VMLINUX: the wall time of a 30-frame oops, next to the kernel's own script and to eu-addr2line on the same
# addresses. Exits with 1 when it takes more than 1/50 of the script's time or 1.5 times that of eu-addr2line.
set -euo pipefail
unoops=$(realpath "$1") vmlinux=$2
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

source=/usr/src/linux-source-6.1.tar.xz
[[ -e $source ]] || { echo "bench: $source is missing (package linux-source-6.1)" >&2; exit 77; }
tar -C "$work" --strip-components=2 --occurrence=1 -xJf "$source" \
  linux-source-6.1/scripts/decode_stacktrace.sh linux-source-6.1/scripts/decodecode
python3 "$here/make_trace.py" "$vmlinux" 30 "$work/oops.log" "$work/addresses"
mapfile -t addresses < "$work/addresses"

measure() { # NAME RUNS WARMUPS COMMAND: the median in milliseconds goes to $work/NAME
  hyperfine --shell=bash --runs "$2" --warmup "$3" --export-json "$work/$1.json" "$4 < $work/oops.log" >&2
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["results"][0]["median"] * 1000)' "$work/$1.json" > "$work/$1"
}
measure unoops 20 2 "$unoops -k $vmlinux $work/oops.log"
measure addr2line 20 2 "eu-addr2line -f -i -e $vmlinux ${addresses[*]}"
measure script 3 0 "bash $work/decode_stacktrace.sh $vmlinux"

awk -v ours="$(< "$work/unoops")" -v script="$(< "$work/script")" -v addr2line="$(< "$work/addr2line")" 'BEGIN {
  printf "30 frames, %s\n", "medians of the wall time"
  printf "  unoops                %8.1f ms\n", ours
  printf "  decode_stacktrace.sh  %8.1f ms   unoops takes 1/%.0f (wanted: 1/50 or less)\n", script, script / ours
  printf "  eu-addr2line -f -i    %8.1f ms   unoops takes %.2f times (wanted: 1.5 or less)\n", addr2line, ours / addr2line
  exit !(ours * 50 <= script && ours <= 1.5 * addr2line)
}'
