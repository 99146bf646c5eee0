#!/usr/bin/env bash
# build.sh DIR: builds the demo's vmlinux and courier.ko into DIR. See ../README.md before you replace the committed ones.
set -eu
out=$(realpath "$1")
cd "$(dirname "$0")"
kernel=(-std=gnu11 -O2 -gdwarf-5 -gz=none -ffreestanding -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone -mno-sse
  -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -fno-optimize-sibling-calls -fno-toplevel-reorder
  -pg -mfentry -mrecord-mcount -mnop-mcount)
objects=()
compile() { # COMPILATION_DIRECTORY SOURCE
  local object
  object=$out/$(tr / - <<<"$2").o
  gcc "${kernel[@]}" "-fdebug-prefix-map=$PWD=$1" -c "$2" -o "$object"
  objects+=("$object")
}
for source in arch/x86/entry/entry_64.S arch/x86/entry/common.c fs/read_write.c init/main.c; do
  compile /usr/src/linux-demo "$source"
done
ld -m elf_x86_64 -T vmlinux.lds --build-id=sha1 -o "$out/vmlinux" "${objects[@]}"
rm "${objects[@]}"
objects=()
compile /usr/src/courier courier/courier.c
ld -m elf_x86_64 -r --build-id=sha1 -o "$out/courier.ko" "${objects[@]}"
rm "${objects[@]}"
chmod -x "$out/vmlinux"
