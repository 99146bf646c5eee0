#!/usr/bin/env bash
# Makes the seeds of this directory again: by gcc 12.2.0, binutils 2.40, dwz 0.15 and, of split DWARF, clang 14 (Debian 12). A seed is a byte that says which file
# of which pair it is (tests/fuzz/elf.cpp), then the file.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")"
here=$PWD dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp courier.c "$dir"
cd "$dir"

compile() { "$compiler" -c -O2 -fno-pic -mcmodel=kernel -fcf-protection=none -fno-asynchronous-unwind-tables -fdebug-prefix-map="$dir"=. "$@" courier.c; }
link() { ld -n -Ttext=0xffffffff81000000 -e _start "$@"; }
seed() { { printf '%s' "$1" && cat "$2"; } > "$here/$3.seed"; }

compiler=gcc
compile -gdwarf-5 -o plain.o
link plain.o -o vmlinux
seed A vmlinux vmlinux
seed B "$here/../../demo"/vmlinux demo-vmlinux
seed C "$here/../../demo"/courier.ko demo-courier

compile -gdwarf-4 -fdebug-types-section -gz=zlib -o packed.o
link packed.o --compress-debug-sections=zlib-gabi -o packed
seed A packed packed

cp vmlinux dwz && cp vmlinux other
dwz -m common.debug dwz other
seed H dwz dwz
seed I common.debug dwz-common

objcopy --only-keep-debug vmlinux vmlinux.dbg
objcopy --strip-debug --add-gnu-debuglink=vmlinux.dbg vmlinux stripped
seed J stripped stripped
seed K vmlinux.dbg stripped-dbg
nm -S vmlinux

compiler=clang-14  # binutils' dwp has no DWARF 5
compile -gdwarf-5 -gsplit-dwarf -o split.o
link split.o -o split
llvm-dwp-14 -e split -o split.dwp
seed D split split
seed E split.dwp split-dwp
seed F split split-for-dwo
seed G split.dwo split-dwo
nm -S split
