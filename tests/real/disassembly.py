#!/usr/bin/env python3
"""The instructions of a real kernel in our words and in objdump's: which differ, and how many of how many.

usage: disassembly.py UNOOPS [VMLINUX] [--functions N] [--show N]

Each function's bytes are a Code: line of `unoops decode-stacktrace`, whose listing is objdump's in scripts/decodecode.
77: objdump or the debug kernel is missing. Fails below 99.5 %: objdump and Capstone know some instructions by other names.
"""
import argparse
import collections
import glob
import random
import re
import shutil
import subprocess
import sys

LEAST = 0.995
BYTES_OF_A_LINE = 64  # as many as the kernel prints


def listed(text):
    """[(bytes, text)] of objdump's rows; an instruction of more than one row is joined."""
    out = []
    for row in text.splitlines():
        found = re.match(r"\s*([0-9a-f]+):\*?\t((?:[0-9a-f]{2} )+)\s*(?:\t(.*))?$", row)
        if not found:
            continue
        if found[3] is None and out:
            out[-1] = (out[-1][0], out[-1][1] + found[2], out[-1][2])
        elif found[3] is not None:
            out.append((int(found[1], 16), found[2], found[3]))
    return out


def plain(text, start):
    """Targets count from the first byte; comments, symbols and the columns' blanks go."""
    text = re.sub(r"\s*(#.*|<--.*)$", "", text)
    absolute = re.search(r"(?:^|\s)(?:0x)?([0-9a-f]+) <\S+>$", text)
    if absolute:
        text = f"{text[:absolute.start()]} 0x{(int(absolute[1], 16) - start) & (1 << 64) - 1:x}"
    text = re.sub(r"^(?:cs |ds |data16 )+(?=nopw|nop)", "", text)
    return " ".join(text.split())


def functions(vmlinux, count):
    rows = subprocess.run(["nm", "-S", vmlinux], capture_output=True, text=True, check=True).stdout.splitlines()
    text = [r.split() for r in rows if len(r.split()) == 4 and r.split()[2] in "tT"]
    random.seed(1)
    return sorted(random.sample(text, min(count, len(text))))


def chunks(vmlinux, sample):
    """Whole instructions of a function, as many as fit on a Code: line."""
    for address, size, _, _ in sample:
        start = int(address, 16)
        end = start + min(int(size, 16), 4096)
        shown = subprocess.run(["objdump", "-d", f"--start-address={start}", f"--stop-address={end}", vmlinux], capture_output=True,
                               text=True, check=True).stdout
        rows, taken = [], 0
        for row in listed(shown):
            length = len(row[1].split())
            if taken + length > BYTES_OF_A_LINE:
                yield rows
                rows, taken = [], 0
            rows.append(row)
            taken += length
        if rows:
            yield rows


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("unoops")
    arguments.add_argument("vmlinux", nargs="?")
    arguments.add_argument("--functions", type=int, default=150)
    arguments.add_argument("--show", type=int, default=10)
    given = arguments.parse_args()
    vmlinux = given.vmlinux or next(iter(glob.glob("/usr/lib/debug/boot/vmlinux-*-amd64")), None)
    if not vmlinux or not shutil.which("objdump"):
        print("skipped: no objdump, or no debug kernel in /usr/lib/debug/boot (./dev real installs it)")
        sys.exit(77)
    equal, compared, differ = 0, 0, collections.Counter()
    wanted = [rows for rows in chunks(vmlinux, functions(vmlinux, given.functions)) if rows]
    log = "".join(f"Code: <{rows[0][1].split()[0]}> {' '.join(' '.join(r[1] for r in rows).split()[1:])}\nend of {i}\n"
                  for i, rows in enumerate(wanted))
    shown = subprocess.run([given.unoops, "decode-stacktrace", vmlinux], input=log, capture_output=True, text=True, check=True).stdout
    for i, ours in enumerate(re.split(r"^end of \d+\n", shown, flags=re.MULTILINE)[:len(wanted)]):
        by_offset = {at: text for at, _, text in listed(ours[ours.index("Code starting"):] if "Code starting" in ours else "")}
        start = wanted[i][0][0]
        for address, code, text in wanted[i]:
            if "(bad)" in text:
                continue
            compared += 1
            mine = by_offset.get(address - start, "")
            if plain(mine, 0) == plain(text, start):
                equal += 1
            else:
                differ[(plain(text, start), plain(mine, 0))] += 1
    by_name = collections.Counter()
    for (theirs, _), n in differ.items():
        by_name[theirs.split()[0] if theirs else ""] += n
    print(f"{equal} of {compared} instructions equal ({equal / max(compared, 1):.2%});", dict(by_name.most_common(20)))
    for (theirs, mine), n in differ.most_common(given.show):
        print(f"{n:5}  objdump {theirs!r}, unoops {mine!r}")
    sys.exit(0 if compared > 1000 and equal >= LEAST * compared else 1)


main()
