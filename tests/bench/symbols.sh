#!/usr/bin/env bash
# symbols.sh UNOOPS VMLINUX: how long the symbol stage takes next to other symbolizers, as a table; 1 where a bound is passed.
exec python3 "$(dirname "$(realpath "$0")")/symbols.py" "$@"
