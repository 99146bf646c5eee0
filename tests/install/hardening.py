#!/usr/bin/env python3
"""The program is built hardened: hardening.py PROGRAM BUILD-TYPE. What is the compiler's is looked for in a Release build alone."""
import re
import subprocess
import sys


def readelf(*args):
    return subprocess.run(["readelf", "-W", *args], capture_output=True, text=True, check=True).stdout


def missing(program, build_type):
    header, segments, dynamic = readelf("-h", program), readelf("-l", program), readelf("-d", program)
    yield "PIE", re.search(r"Type:\s+DYN", header)
    yield "a stack that is not executable", re.search(r"GNU_STACK.*RW\s", segments)
    yield "RELRO", "GNU_RELRO" in segments
    yield "RELRO for all (-z now)", re.search(r"BIND_NOW|Flags:.*NOW", dynamic)
    yield "no RPATH", not re.search(r"\(R(UN)?PATH\)", dynamic)
    if build_type != "Release":
        return
    symbols = readelf("--dyn-syms", program)
    yield "stack protector", "__stack_chk_fail" in symbols
    yield "_FORTIFY_SOURCE", re.search(r"__\w+_chk\b", symbols.replace("__stack_chk_fail", ""))
    # The linker notes CET only where all of its inputs have it, which the C library's own may not.
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", "--section=.text", program], capture_output=True, text=True, check=True).stdout
    if "Advanced Micro Devices X86-64" in header:
        yield "CET (endbr64 at functions)", text.count("endbr64") > 1000


def main():
    program, build_type = sys.argv[1:3]
    try:
        without = [name for name, there in missing(program, build_type) if not there]
    except FileNotFoundError as error:
        print(f"skipped: {error.filename} is not installed")
        return 77
    for name in without:
        print(f"{program}: without {name}")
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
